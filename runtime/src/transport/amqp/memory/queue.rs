//! One queue in memory, and the messages in it.

use super::route::Ring;
use crate::transport::amqp::broker;
use crate::transport::amqp::properties::{Fields, Properties, Value};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A message, shared by all queues that took it.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) exchange: String,
    pub(super) routing_key: String,
    pub(super) properties: Arc<Properties>,
    pub(super) body: Bytes,
    pub(super) weight: usize,
}

impl Message {
    pub(super) fn new(exchange: &str, routing_key: &str, properties: Arc<Properties>, body: Bytes) -> Self {
        let weight =
            size_of::<Self>() + exchange.len() + routing_key.len() + properties.weight() + body.len();
        Self { exchange: exchange.to_owned(), routing_key: routing_key.to_owned(), properties, body, weight }
    }
}

/// A message's place in one queue.
#[derive(Debug)]
pub(super) struct Stored {
    /// The place in line. A message that comes back keeps it.
    pub(super) position: u64,
    pub(super) message: Arc<Message>,
    /// The number of consumers that had the message and were lost.
    pub(super) losses: u32,
    pub(super) redelivered: bool,
    pub(super) expires: Option<Instant>,
}

#[derive(Debug)]
pub(super) struct Queue {
    pub(super) spec: broker::Queue,
    /// The connection that owns an exclusive queue. The queue is deleted with it.
    pub(super) owner: Option<u64>,
    pub(super) consumers: Ring,
    ready: BTreeMap<u64, Stored>,
    next_position: u64,
}

impl Queue {
    pub(super) fn new(spec: broker::Queue, owner: Option<u64>) -> Self {
        Self { spec, owner, consumers: Ring::default(), ready: BTreeMap::new(), next_position: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.ready.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }

    /// Adds a new message at the end of the line.
    pub(super) fn push(&mut self, message: Arc<Message>, now: Instant) {
        let own = message.properties.expiration.as_deref().and_then(|ms| ms.parse().ok());
        let ttl = [self.spec.ttl, own.map(Duration::from_millis)].into_iter().flatten().min();
        let position = self.next_position;
        self.next_position += 1;
        let expires = ttl.and_then(|ttl| now.checked_add(ttl));
        self.ready.insert(position, Stored { position, message, losses: 0, redelivered: false, expires });
    }

    /// Lets the last message in line overtake the one before it.
    pub(super) fn overtake(&mut self) {
        let mut behind = self.ready.keys().rev().copied();
        let (Some(last), Some(before)) = (behind.next(), behind.next()) else { return };
        let taken = (self.ready.remove(&last), self.ready.remove(&before));
        if let (Some(late), Some(early)) = taken {
            self.ready.insert(before, Stored { position: before, ..late });
            self.ready.insert(last, Stored { position: last, ..early });
        }
    }

    /// The messages in line.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Stored> {
        self.ready.values()
    }

    /// Puts a message that was delivered before back at its old place.
    pub(super) fn put_back(&mut self, mut stored: Stored) {
        stored.redelivered = true;
        self.ready.insert(stored.position, stored);
    }

    pub(super) fn pop(&mut self) -> Option<Stored> {
        self.ready.pop_first().map(|(_, stored)| stored)
    }

    /// Takes the first message in line if its time is over. As on RabbitMQ, a message behind it is not looked
    /// at.
    pub(super) fn pop_expired(&mut self, now: Instant) -> Option<Stored> {
        let first = self.ready.first_entry()?;
        first.get().expires.is_some_and(|at| at <= now).then(|| first.remove())
    }

    pub(super) fn next_expiry(&self) -> Option<Instant> {
        self.ready.first_key_value().and_then(|(_, stored)| stored.expires)
    }

    pub(super) fn drain(&mut self) -> impl Iterator<Item = Stored> {
        std::mem::take(&mut self.ready).into_values()
    }
}

/// The reason why a queue gave a message up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Death {
    Expired,
    Rejected,
    DeliveryLimit,
}

impl Death {
    fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Rejected => "rejected",
            Self::DeliveryLimit => "delivery_limit",
        }
    }
}

/// The message as its dead letter exchange gets it. `None` when it only goes in circles by expiring.
pub(super) fn dead_letter(message: &Message, queue: &broker::Queue, death: Death) -> Option<Message> {
    let target = queue.dead_letter.as_ref()?;
    let mut properties = Properties::clone(&message.properties);
    // The dead letter would expire again at once.
    properties.expiration = None;
    note_death(&mut properties.headers, message, &queue.name, death)?;
    let key = target.routing_key.as_deref().unwrap_or(&message.routing_key);
    Some(Message::new(&target.exchange, key, Arc::new(properties), message.body.clone()))
}

/// Writes `x-death` as RabbitMQ does: the newest first, with one entry for each queue and reason. Returns
/// `None` for a message that only goes in circles.
fn note_death(headers: &mut Fields, message: &Message, queue: &str, death: Death) -> Option<()> {
    let mut deaths = match headers.remove("x-death") {
        Some(Value::List(deaths)) => deaths,
        _ => Vec::new(),
    };
    let here = deaths.iter().position(|entry| is_entry(entry, queue, death));
    let circling =
        here.is_some() && !deaths.iter().any(|entry| reason(entry) == Some(Death::Rejected.as_str()));
    if death == Death::Expired && circling {
        return None;
    }
    let count = here.map(|at| deaths.remove(at)).and_then(|entry| count(&entry)).unwrap_or(0) + 1;
    deaths.insert(
        0,
        Value::Table(Fields::from([
            ("count".into(), Value::Int(count)),
            ("reason".into(), Value::from(death.as_str())),
            ("queue".into(), Value::from(queue)),
            ("exchange".into(), Value::from(message.exchange.as_str())),
            ("routing-keys".into(), Value::List(vec![Value::from(message.routing_key.as_str())])),
        ])),
    );
    headers.insert("x-death".into(), Value::List(deaths));
    for (name, value) in
        [("queue", queue), ("reason", death.as_str()), ("exchange", message.exchange.as_str())]
    {
        headers.entry(format!("x-first-death-{name}")).or_insert_with(|| Value::from(value));
    }
    Some(())
}

fn field<'a>(entry: &'a Value, name: &str) -> Option<&'a Value> {
    match entry {
        Value::Table(table) => table.get(name),
        _ => None,
    }
}

fn reason(entry: &Value) -> Option<&str> {
    field(entry, "reason")?.view().text()
}

fn count(entry: &Value) -> Option<i64> {
    field(entry, "count")?.view().int()
}

fn is_entry(entry: &Value, queue: &str, death: Death) -> bool {
    let name = field(entry, "queue").and_then(|name| name.view().text());
    name == Some(queue) && reason(entry) == Some(death.as_str())
}
