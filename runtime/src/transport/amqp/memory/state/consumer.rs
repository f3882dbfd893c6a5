//! A receiver of deliveries, and what it holds.

use super::super::queue::Stored;
use crate::transport::amqp::broker::{Delivery, Fault, Verdict};
use crate::transport::amqp::properties::{Properties, Received, Value};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::task::Waker;

/// A receiver of deliveries: a queue's consumer, or a caller that waits for replies.
#[derive(Debug)]
pub(super) struct Consumer {
    pub(super) link: u64,
    /// The queue; `None` for a caller, because replies need no verdict.
    pub(super) queue: Option<String>,
    pub(super) prefetch: usize,
    pub(super) cancelled: bool,
    pub(super) fault: Option<Fault>,
    next_tag: u64,
    /// Messages that were handed out and have no verdict. Some may still wait in `outbox`.
    pub(super) unsettled: BTreeMap<u64, Stored>,
    pub(super) outbox: VecDeque<(u64, Delivery)>,
    pub(super) waker: Option<Waker>,
}

/// The most messages without a verdict. A prefetch of zero sets no limit.
pub(super) fn most(prefetch: u16) -> usize {
    if prefetch == 0 { usize::MAX } else { usize::from(prefetch) }
}

/// The meaning of a verdict for one message.
#[derive(Clone, Copy)]
pub(super) enum Ruling {
    Done,
    Back,
    Dead,
}

impl Consumer {
    pub(super) fn new(link: u64, queue: Option<String>, prefetch: usize) -> Self {
        Self {
            link,
            queue,
            prefetch,
            cancelled: false,
            fault: None,
            next_tag: 1,
            unsettled: BTreeMap::new(),
            outbox: VecDeque::new(),
            waker: None,
        }
    }

    pub(super) fn has_credit(&self) -> bool {
        !self.cancelled && self.unsettled.len() < self.prefetch
    }

    /// Delivers a message. Returns the task to wake.
    pub(super) fn deliver(&mut self, stored: Stored, counted: bool) -> Option<Waker> {
        let tag = self.next_tag;
        self.next_tag += 1;
        let message = &stored.message;
        let delivery = Delivery {
            tag,
            exchange: message.exchange.clone(),
            routing_key: message.routing_key.clone(),
            redelivered: stored.redelivered,
            properties: Received::Own(received_properties(&stored, counted)),
            body: message.body.clone(),
        };
        self.unsettled.insert(tag, stored);
        self.outbox.push_back((tag, delivery));
        self.waker.take()
    }

    pub(super) fn rule(&mut self, verdict: Verdict) -> Vec<(Stored, Ruling)> {
        let one = |unsettled: &mut BTreeMap<u64, Stored>, tag, ruling| {
            unsettled.remove(&tag).map(|stored| (stored, ruling)).into_iter().collect()
        };
        match verdict {
            Verdict::Ack { tag } => one(&mut self.unsettled, tag, Ruling::Done),
            Verdict::Requeue { tag } => one(&mut self.unsettled, tag, Ruling::Back),
            Verdict::Reject { tag } => one(&mut self.unsettled, tag, Ruling::Dead),
            Verdict::AckUpTo { tag } => self.rule_up_to(tag, Ruling::Done),
            Verdict::RequeueUpTo { tag } => self.rule_up_to(tag, Ruling::Back),
        }
    }

    fn rule_up_to(&mut self, tag: u64, ruling: Ruling) -> Vec<(Stored, Ruling)> {
        let later = self.unsettled.split_off(&(tag + 1));
        let settled = std::mem::replace(&mut self.unsettled, later);
        settled.into_values().map(|stored| (stored, ruling)).collect()
    }
}

/// The properties as a consumer gets them. A quorum queue adds how often the message was lost before.
fn received_properties(stored: &Stored, counted: bool) -> Arc<Properties> {
    if !counted || !stored.redelivered {
        return Arc::clone(&stored.message.properties);
    }
    let mut properties = Properties::clone(&stored.message.properties);
    properties.headers.insert("x-delivery-count".into(), Value::Int(i64::from(stored.losses)));
    Arc::new(properties)
}
