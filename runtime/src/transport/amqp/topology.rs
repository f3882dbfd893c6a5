//! The names of exchanges, queues and keys, and their declarations. All names are made here.
//!
//! Both sides declare what they use. So a task that is published before its first consumer ever ran is kept.

use super::broker::{Binding, DeadLetter, Exchange, ExchangeKind, Name, Queue, QueueKind, Topology};
use super::retry::LEVELS;
use crate::call::spec::Method;
use polywire_codegen::transport::amqp::{Kind, Plan};
use std::time::Duration;

/// The exchange for commands that no queue takes. Bind a queue to it to see them. Without one they return to
/// their sender.
const UNROUTABLE: &str = "polywire.unroutable";
/// The exchange where every queue sends its dead letters, under its own name.
pub(crate) const DEAD_LETTERS: &str = "polywire.dlx";
/// The time that dead letters are kept.
const DEAD_LETTER_TTL: Duration = Duration::from_secs(14 * 24 * 3_600);
/// The times a message may be lost together with its consumer.
const DELIVERY_LIMIT: u32 = 10;

/// The address that the messages of a method go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) kind: Kind,
    pub(crate) exchange: Name,
    pub(crate) key: Name,
    /// The queue. The queue of an event belongs to one consumer group, so the publisher of the event has
    /// none.
    pub(crate) queue: Option<Name>,
}

impl Address {
    /// The address of a method for its publisher.
    pub(crate) fn of(method: &'static Method, plan: &'static Plan) -> Self {
        let (service, name) = (service(method), method.name());
        Self {
            kind: plan.kind,
            exchange: plan.exchange(service),
            key: plan.routing_key(name),
            queue: plan.queue(service, name),
        }
    }

    /// The address of a method for a consumer of `group`.
    pub(crate) fn consumed_by(group: &str, method: &'static Method, plan: &'static Plan) -> Self {
        let address = Self::of(method, plan);
        let service = service(method);
        let queue = address.queue.unwrap_or_else(|| format!("{group}.{service}.{}", method.name()).into());
        Self { queue: Some(queue), ..address }
    }

    /// The declarations of a publisher. For a task they include the queue, so that the task is kept until its
    /// first consumer starts. For a request they do not, because a request that nobody can answer should come
    /// back.
    pub(crate) fn published(&self) -> Topology {
        match self.kind {
            Kind::Task => self.consumed(),
            Kind::Rpc | Kind::Event => self.exchanges(),
        }
    }

    fn exchanges(&self) -> Topology {
        let mut topology = Topology::default();
        if self.has_exchange() {
            self.add_exchange(&mut topology);
        }
        topology
    }

    /// The declarations of a consumer.
    pub(crate) fn consumed(&self) -> Topology {
        let mut topology = self.exchanges();
        let Some(queue) = &self.queue else { return topology };
        match self.kind {
            Kind::Rpc => topology.queues.push(Queue::new(queue.clone(), QueueKind::Classic)),
            Kind::Task | Kind::Event => add_durable(&mut topology, queue),
        }
        if self.has_exchange() {
            let (exchange, queue, key) = (self.exchange.clone(), queue.clone(), self.key.clone());
            topology.bindings.push(Binding { exchange, queue, key });
        }
        topology
    }

    /// Whether the exchange must be declared and bound. The default exchange always exists, and binds every
    /// queue.
    fn has_exchange(&self) -> bool {
        !self.exchange.is_empty()
    }

    fn add_exchange(&self, topology: &mut Topology) {
        // An event that nobody wants needs no alternate.
        let alternate = (self.kind != Kind::Event).then_some(Name::Borrowed(UNROUTABLE));
        if alternate.is_some() {
            topology.exchanges.push(exchange(UNROUTABLE.into(), ExchangeKind::Fanout));
        }
        topology
            .exchanges
            .push(Exchange { alternate, ..exchange(self.exchange.clone(), ExchangeKind::Topic) });
    }
}

/// The service's full name, such as `books.v1.BookService`.
fn service(method: &'static Method) -> &'static str {
    method.full_name().split('/').next().unwrap_or_default()
}

fn exchange(name: Name, kind: ExchangeKind) -> Exchange {
    Exchange { name, kind, alternate: None }
}

/// The queue that holds a queue's dead letters.
pub(crate) fn dead_letter_queue(queue: &str) -> String {
    format!("{queue}.dlq")
}

/// Adds a queue that loses nothing, and the queue of its dead letters.
fn add_durable(topology: &mut Topology, queue: &Name) {
    let letters: Name = dead_letter_queue(queue).into();
    topology.exchanges.push(exchange(DEAD_LETTERS.into(), ExchangeKind::Direct));
    topology
        .queues
        .push(Queue { ttl: Some(DEAD_LETTER_TTL), ..Queue::new(letters.clone(), QueueKind::Quorum) });
    let dead_letter = DeadLetter { exchange: DEAD_LETTERS.into(), routing_key: Some(queue.clone()) };
    topology.queues.push(Queue {
        dead_letter: Some(dead_letter),
        delivery_limit: Some(DELIVERY_LIMIT),
        ..Queue::new(queue.clone(), QueueKind::Quorum)
    });
    topology.bindings.push(Binding { exchange: DEAD_LETTERS.into(), queue: letters, key: queue.clone() });
}

/// The delay levels. A message is published to one of them under a queue's name. It arrives at that queue
/// when the delay is over.
pub(crate) fn delays() -> Topology {
    let mut topology = Topology::default();
    for level in &LEVELS {
        topology.exchanges.push(exchange(level.name.into(), ExchangeKind::Fanout));
        topology.queues.push(Queue {
            ttl: Some(level.delay),
            // The default exchange without a key sends the message back to the queue that the routing key
            // names.
            dead_letter: Some(DeadLetter { exchange: "".into(), routing_key: None }),
            ..Queue::new(level.name, QueueKind::Quorum)
        });
        topology.bindings.push(Binding {
            exchange: level.name.into(),
            queue: level.name.into(),
            key: "".into(),
        });
    }
    topology
}
