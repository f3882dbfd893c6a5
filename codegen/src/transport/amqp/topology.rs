//! The exchanges, queues and bindings of a method on the broker, as data. All names and arguments are made here.
//!
//! The runtime declares them; [`definitions`](crate::schema::definitions) writes them for an administrator. Both
//! sides of a call declare what they use. So a task that is published before its first consumer ever ran is kept.

use super::order::partition_name;
use super::{Kind, Plan};
use crate::model::Text;
use std::borrow::Cow;
use std::time::Duration;

/// The exchange for commands that no queue takes. Bind a queue to it to see them. Without one they return to
/// their sender.
const UNROUTABLE: &str = "polywire.unroutable";
/// The exchange where every queue sends its dead letters, under its own name.
pub const DEAD_LETTERS: &str = "polywire.dlx";
/// The time that dead letters are kept.
const DEAD_LETTER_TTL: Duration = Duration::from_secs(14 * 24 * 3_600);
/// The times a message may be lost together with its consumer.
pub const DELIVERY_LIMIT: u32 = 10;

/// One delay: an exchange and a queue of the same name.
#[derive(Debug, PartialEq, Eq)]
pub struct Level {
    /// The name of both.
    pub name: &'static str,
    /// The time that a message stays.
    pub delay: Duration,
}

const fn level(name: &'static str, ms: u64) -> Level {
    Level { name, delay: Duration::from_millis(ms) }
}

/// The delays, the shortest first. Any time is a sum of a few of them.
///
/// Each level is a queue. Its messages expire there, and then return to the queue they came from, whose consumer sends
/// them to the next level while some of their time is left. All messages of a level have the same delay. Messages wait
/// for those before them in the queue, so delays of their own would not work.
pub static LEVELS: [Level; 25] = [
    level("polywire.delay.10ms", 10),
    level("polywire.delay.20ms", 20),
    level("polywire.delay.50ms", 50),
    level("polywire.delay.100ms", 100),
    level("polywire.delay.200ms", 200),
    level("polywire.delay.500ms", 500),
    level("polywire.delay.1s", 1_000),
    level("polywire.delay.2s", 2_000),
    level("polywire.delay.5s", 5_000),
    level("polywire.delay.10s", 10_000),
    level("polywire.delay.20s", 20_000),
    level("polywire.delay.50s", 50_000),
    level("polywire.delay.100s", 100_000),
    level("polywire.delay.200s", 200_000),
    level("polywire.delay.500s", 500_000),
    level("polywire.delay.1000s", 1_000_000),
    level("polywire.delay.2000s", 2_000_000),
    level("polywire.delay.5000s", 5_000_000),
    level("polywire.delay.10000s", 10_000_000),
    level("polywire.delay.20000s", 20_000_000),
    level("polywire.delay.50000s", 50_000_000),
    level("polywire.delay.100000s", 100_000_000),
    level("polywire.delay.200000s", 200_000_000),
    level("polywire.delay.500000s", 500_000_000),
    level("polywire.delay.1000000s", 1_000_000_000),
];

/// The way in which an exchange chooses queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExchangeKind {
    /// By the same key.
    Direct,
    /// By a pattern of the key.
    Topic,
    /// All of them.
    Fanout,
}

impl ExchangeKind {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Topic => "topic",
            Self::Fanout => "fanout",
        }
    }
}

/// A durable exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The name.
    pub name: Text,
    /// How it chooses queues.
    pub kind: ExchangeKind,
    /// The exchange that gets the messages that no binding takes.
    pub alternate: Option<Text>,
}

impl Exchange {
    fn new(name: impl Into<Text>, kind: ExchangeKind) -> Self {
        Self { name: name.into(), kind, alternate: None }
    }

    /// The arguments of its declaration.
    pub fn arguments(&self) -> Vec<(&'static str, Argument<'_>)> {
        let alternate = self.alternate.as_deref();
        alternate.map(|name| ("alternate-exchange", Argument::Text(name))).into_iter().collect()
    }
}

/// The durability of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueKind {
    /// Replicated. It survives the broker, and counts deliveries.
    Quorum,
    /// Durable, not replicated.
    Classic,
    /// Deleted together with the connection that declared it.
    Exclusive,
}

/// The address that a queue sends its dead letters to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The exchange.
    pub exchange: Text,
    /// The key of the dead letters. Without one, a message keeps the routing key it came with.
    pub routing_key: Option<Text>,
}

/// A queue and the arguments of its declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// The name.
    pub name: Text,
    /// How long it lives.
    pub kind: QueueKind,
    /// The address of rejected and expired messages.
    pub dead_letter: Option<DeadLetter>,
    /// The time that a message stays.
    pub ttl: Option<Duration>,
    /// The number of times that consumers may lose a message. After more losses it is a dead letter.
    pub delivery_limit: Option<u32>,
    /// Whether one consumer at a time gets the messages.
    pub single_active_consumer: bool,
}

/// The value of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument<'a> {
    /// A text.
    Text(&'a str),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
}

impl Queue {
    /// A queue that keeps messages until they are taken.
    pub fn new(name: impl Into<Text>, kind: QueueKind) -> Self {
        Self {
            name: name.into(),
            kind,
            dead_letter: None,
            ttl: None,
            delivery_limit: None,
            single_active_consumer: false,
        }
    }

    /// The `x-` arguments of its declaration.
    pub fn arguments(&self) -> Vec<(&'static str, Argument<'_>)> {
        let quorum = self.kind == QueueKind::Quorum;
        let mut all = Vec::new();
        if quorum {
            all.push(("x-queue-type", Argument::Text("quorum")));
        }
        if let Some(limit) = self.delivery_limit {
            all.push(("x-delivery-limit", Argument::Int(limit.into())));
        }
        if let Some(ttl) = self.ttl {
            all.push(("x-message-ttl", Argument::Int(i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX))));
        }
        if let Some(dead_letter) = &self.dead_letter {
            all.push(("x-dead-letter-exchange", Argument::Text(&dead_letter.exchange)));
            let key = dead_letter.routing_key.as_deref();
            all.extend(key.map(|key| ("x-dead-letter-routing-key", Argument::Text(key))));
            if quorum {
                // The broker refuses at-least-once unless the queue also refuses messages that it cannot hold.
                all.push(("x-dead-letter-strategy", Argument::Text("at-least-once")));
            }
        }
        if quorum {
            all.push(("x-overflow", Argument::Text("reject-publish")));
        }
        if self.single_active_consumer {
            all.push(("x-single-active-consumer", Argument::Bool(true)));
        }
        all
    }
}

/// A queue that an exchange sends to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The exchange.
    pub exchange: Text,
    /// The queue.
    pub queue: Text,
    /// The key, or the pattern of a topic exchange.
    pub key: Text,
}

/// Declarations that belong together, made in this order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topology {
    /// First the exchanges,
    pub exchanges: Vec<Exchange>,
    /// then the queues,
    pub queues: Vec<Queue>,
    /// then the bindings.
    pub bindings: Vec<Binding>,
}

impl Topology {
    /// Adds the declarations of another topology that are not there yet.
    pub fn merge(&mut self, other: Self) {
        extend(&mut self.exchanges, other.exchanges);
        extend(&mut self.queues, other.queues);
        extend(&mut self.bindings, other.bindings);
    }
}

fn extend<T: PartialEq>(all: &mut Vec<T>, more: Vec<T>) {
    for one in more {
        if !all.contains(&one) {
            all.push(one);
        }
    }
}

/// The address that the messages of a method go to. A publisher copies its names for every message, so they are
/// borrowed from the plan where it has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address<'a> {
    /// The kind of message.
    pub kind: Kind,
    /// The exchange to publish to. The empty name is the default exchange.
    pub exchange: Cow<'a, str>,
    /// The routing key.
    pub key: Cow<'a, str>,
    /// The queue. The queue of an event belongs to one consumer group, so the publisher of the event has
    /// none.
    pub queue: Option<Cow<'a, str>>,
    /// Whether the queue keeps the order of its messages.
    pub sequence: Sequence,
    /// Whether the queue is declared as another framework declares it.
    pub is_foreign: bool,
}

/// Whether the messages of a queue are handled in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    /// Consumers compete, and a retry comes later.
    Any,
    /// One message at a time, by one consumer at a time.
    Kept,
}

impl<'a> Address<'a> {
    /// The address of a method for its publisher. `service` is the full name.
    pub fn of(service: &'a str, method: &'a str, plan: &'a Plan) -> Self {
        Self {
            kind: plan.kind,
            exchange: plan.exchange(service),
            key: plan.routing_key(method),
            queue: plan.queue(service, method),
            sequence: Sequence::Any,
            is_foreign: plan.foreign.is_some(),
        }
    }

    /// The address of a method for a consumer of `group`.
    pub fn consumed_by(group: &str, service: &'a str, method: &'a str, plan: &'a Plan) -> Self {
        let address = Self::of(service, method, plan);
        let queue = address.queue.unwrap_or_else(|| format!("{group}.{service}.{method}").into());
        Self { queue: Some(queue), ..address }
    }

    /// The addresses of the partitions. A method that keeps no order has this address alone.
    pub fn partitions(self, plan: &Plan) -> Vec<Self> {
        let Some(order) = &plan.order else { return vec![self] };
        let of = |partition| Self {
            key: partition_name(&self.key, partition).into(),
            queue: self.queue.as_deref().map(|queue| partition_name(queue, partition).into()),
            sequence: Sequence::Kept,
            ..self.clone()
        };
        (0..order.partitions).map(of).collect()
    }

    /// The declarations of a publisher. For a task they include the queue, so that the task is kept until its
    /// first consumer starts. For a request they do not, because a request that nobody can answer should come
    /// back.
    pub fn published(&self) -> Topology {
        match self.kind {
            // The dead letters of another framework's consumer are its own affair.
            Kind::Task if self.is_foreign => {
                let queues = self.queue.as_deref().map(|queue| Queue::new(owned(queue), QueueKind::Classic));
                Topology { queues: queues.into_iter().collect(), ..Topology::default() }
            }
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
    pub fn consumed(&self) -> Topology {
        let mut topology = self.exchanges();
        let Some(queue) = self.queue.as_deref().map(owned) else { return topology };
        match self.kind {
            Kind::Rpc => topology.queues.push(Queue::new(queue.clone(), QueueKind::Classic)),
            Kind::Task | Kind::Event if self.is_foreign => {
                add_letters(&mut topology, &queue);
                topology.queues.push(Queue::new(queue.clone(), QueueKind::Classic));
            }
            Kind::Task | Kind::Event => add_durable(&mut topology, &queue, self.sequence),
        }
        if self.has_exchange() {
            topology.bindings.push(Binding { exchange: owned(&self.exchange), queue, key: owned(&self.key) });
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
        let alternate = (self.kind != Kind::Event).then_some(Text::Borrowed(UNROUTABLE));
        if alternate.is_some() {
            topology.exchanges.push(Exchange::new(UNROUTABLE, ExchangeKind::Fanout));
        }
        topology
            .exchanges
            .push(Exchange { alternate, ..Exchange::new(owned(&self.exchange), ExchangeKind::Topic) });
    }
}

fn owned(name: &str) -> Text {
    Text::Owned(name.to_owned())
}

/// The queue that holds a queue's dead letters.
pub fn dead_letter_queue(queue: &str) -> String {
    format!("{queue}.dlq")
}

/// Adds a queue that loses nothing, and the queue of its dead letters.
fn add_durable(topology: &mut Topology, queue: &Text, sequence: Sequence) {
    add_letters(topology, queue);
    let dead_letter = DeadLetter { exchange: DEAD_LETTERS.into(), routing_key: Some(queue.clone()) };
    topology.queues.push(Queue {
        dead_letter: Some(dead_letter),
        delivery_limit: Some(DELIVERY_LIMIT),
        single_active_consumer: sequence == Sequence::Kept,
        ..Queue::new(queue.clone(), QueueKind::Quorum)
    });
}

/// Adds the queue of a queue's dead letters.
fn add_letters(topology: &mut Topology, queue: &Text) {
    let letters = Text::from(dead_letter_queue(queue));
    topology.exchanges.push(Exchange::new(DEAD_LETTERS, ExchangeKind::Direct));
    topology
        .queues
        .push(Queue { ttl: Some(DEAD_LETTER_TTL), ..Queue::new(letters.clone(), QueueKind::Quorum) });
    topology.bindings.push(Binding { exchange: DEAD_LETTERS.into(), queue: letters, key: queue.clone() });
}

/// The name of the queue that holds the token of a schedule.
pub fn schedule_queue(queue: &str) -> String {
    format!("{queue}.schedule")
}

/// The queue of the token of a schedule. Whoever is its active consumer publishes the tasks.
pub fn schedule(queue: &str) -> Topology {
    let queue =
        Queue { single_active_consumer: true, ..Queue::new(schedule_queue(queue), QueueKind::Quorum) };
    Topology { queues: vec![queue], ..Topology::default() }
}

/// A delay level. A message is published to it under a queue's name, and arrives at that queue when the delay is over.
pub fn delay(level: &Level) -> Topology {
    let queue = Queue {
        ttl: Some(level.delay),
        // The default exchange without a key sends the message back to the queue that the routing key names.
        dead_letter: Some(DeadLetter { exchange: "".into(), routing_key: None }),
        ..Queue::new(level.name, QueueKind::Quorum)
    };
    Topology {
        exchanges: vec![Exchange::new(level.name, ExchangeKind::Fanout)],
        queues: vec![queue],
        bindings: vec![Binding { exchange: level.name.into(), queue: level.name.into(), key: "".into() }],
    }
}

/// All delay levels.
pub fn delays() -> Topology {
    let mut topology = Topology::default();
    LEVELS.iter().for_each(|level| topology.merge(delay(level)));
    topology
}
