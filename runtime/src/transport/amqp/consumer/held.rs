//! Messages of a draining consumer that were not started. They go back to their queue with one verdict, after the
//! last acknowledgement.
//!
//! RabbitMQ takes a few dozen verdicts of a quorum queue at a time. It keeps further ones for its channel, and forgets
//! them when the channel closes: acknowledged messages are then delivered again. So a drain says as little as it can.
//! Handlers that run on for longer must not keep other messages from another consumer, so these go back one by one.

use super::Session;
use crate::transport::amqp::broker::Verdict;
use crate::transport::amqp::work::Settlement;
use std::time::Duration;
use tokio::time::Instant;

/// The time for which the messages wait for the handlers that still run.
const WAIT: Duration = Duration::from_millis(250);

/// The messages, and the time when they go back at the latest.
#[derive(Debug, Default)]
pub(super) struct Held {
    tags: Vec<u64>,
    until: Option<Instant>,
}

impl Held {
    /// Begins to wait.
    pub(super) fn begin(&mut self) {
        self.until = Instant::now().checked_add(WAIT);
    }

    pub(super) fn until(&self) -> Option<Instant> {
        self.until
    }

    /// Holds a message back, unless the wait is over.
    pub(super) fn add(&mut self, tag: u64) -> Option<Verdict> {
        if self.until.is_none() {
            return Some(Verdict::Requeue { tag });
        }
        self.tags.push(tag);
        None
    }

    /// Ends the wait while handlers still run. Returns the messages that go back one by one.
    pub(super) fn release(&mut self) -> Vec<u64> {
        self.until = None;
        std::mem::take(&mut self.tags)
    }

    /// The verdict on all of them, once every other message has one.
    pub(super) fn end(&mut self) -> Option<Verdict> {
        let last = std::mem::take(&mut self.tags).into_iter().max();
        last.map(|tag| Verdict::RequeueUpTo { tag })
    }
}

impl Session<'_> {
    /// Gives back a message that was not started. Another consumer may take it.
    pub(super) fn hand_back(&mut self, tag: u64) {
        if let Some(verdict) = self.held.add(tag) {
            self.acks.told(tag);
            self.control.settle(verdict);
        }
    }

    /// Lets other consumers have what a long drain holds.
    pub(super) fn let_go(&mut self) {
        self.flush();
        for tag in self.held.release() {
            self.settle(tag, Settlement::Requeue);
        }
    }

    /// Gives back all messages that were not started.
    pub(super) fn end_held(&mut self) {
        self.held.end().into_iter().for_each(|verdict| self.control.settle(verdict));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_goes_back_at_once_or_one_by_one() {
        let mut held = Held::default();
        held.begin();
        assert_eq!([held.add(7), held.add(9), held.add(8)], [None, None, None]);
        assert_eq!(held.end(), Some(Verdict::RequeueUpTo { tag: 9 }));
        assert_eq!(held.end(), None);
        assert_eq!(held.add(10), None);
        assert_eq!(held.release(), [10]);
        assert_eq!((held.until(), held.add(11)), (None, Some(Verdict::Requeue { tag: 11 })));
        assert_eq!(held.end(), None);
    }
}
