//! The view that a test has of the broker.

use super::super::queue::{Message, Queue};
use super::State;
use crate::transport::amqp::broker::Delivery;
use crate::transport::amqp::properties::Received;
use crate::transport::amqp::topology::{dead_letter_queue, schedule_queue};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The work that is left.
#[derive(Debug)]
pub(in super::super) enum Left {
    Nothing,
    /// All that is left waits for a time, and the first one is this.
    Until(Instant),
    /// Some is at a consumer, or waits for one. For people: the queues and their numbers.
    Busy(String),
}

impl State {
    /// Begins to note what is published.
    pub(in super::super) fn record(&mut self) {
        self.record.get_or_insert_default();
    }

    /// All messages that were published, in order.
    pub(in super::super) fn recorded(&self) -> Vec<Arc<Message>> {
        self.record.clone().unwrap_or_default()
    }

    /// The dead letters of every queue, in the order of the queues' names.
    pub(in super::super) fn letters(&self) -> Vec<Delivery> {
        let mut queues: Vec<_> = self.queues.values().filter(|queue| keeps_letters(queue)).collect();
        queues.sort_by(|a, b| a.spec.name.cmp(&b.spec.name));
        queues.into_iter().flat_map(Queue::waiting).map(|stored| delivery(&stored.message)).collect()
    }

    /// The work that is left in all queues, dead letters apart.
    pub(in super::super) fn left(&self) -> Left {
        let mut held: HashMap<&str, usize> = HashMap::new();
        for consumer in self.consumers.values() {
            if let Some(queue) = &consumer.queue {
                *held.entry(queue).or_default() += consumer.unsettled.len();
            }
        }
        let mut times = Vec::new();
        let mut busy = Vec::new();
        for (name, queue) in
            self.queues.iter().filter(|(_, queue)| !keeps_letters(queue) && !keeps_token(queue))
        {
            let (waiting, at_consumers) = (queue.len(), held.get(name.as_str()).copied().unwrap_or_default());
            match queue.next_expiry() {
                _ if waiting + at_consumers == 0 => {}
                Some(at) if at_consumers == 0 && queue.consumers.first().is_none() => times.push(at),
                _ => busy.push(format!("{name}: {waiting} wait, {at_consumers} are at a consumer")),
            }
        }
        busy.sort();
        match (busy.is_empty(), times.into_iter().min()) {
            (false, _) => Left::Busy(busy.join("; ")),
            (true, Some(at)) => Left::Until(at),
            (true, None) => Left::Nothing,
        }
    }

    /// Moves the clock, and wakes everybody who waits for a time.
    pub(in super::super) fn move_clock(&mut self, by: Duration, now: Instant) {
        let Some(later) = now.checked_add(by) else { return };
        self.ahead += by;
        self.advance(later);
        self.wake.extend(self.consumers.values().filter_map(|consumer| consumer.waker.clone()));
    }
}

fn keeps_letters(queue: &Queue) -> bool {
    queue.spec.name.ends_with(&dead_letter_queue(""))
}

fn keeps_token(queue: &Queue) -> bool {
    queue.spec.name.ends_with(&schedule_queue(""))
}

/// A message as a consumer would get it.
pub(in super::super) fn delivery(message: &Message) -> Delivery {
    Delivery {
        tag: 0,
        exchange: message.exchange.clone(),
        routing_key: message.routing_key.clone(),
        redelivered: false,
        properties: Received::Own(Arc::clone(&message.properties)),
        body: message.body.clone(),
    }
}
