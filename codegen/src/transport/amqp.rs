//! The AMQP plan of a method: the kind of message, and the names and schedule that override the defaults.

pub mod foreign;
pub mod order;
pub mod topology;

use crate::model::{Code, List, Text};
use foreign::Foreign;
use order::Order;
use std::borrow::Cow;

/// How a method is served over AMQP 0-9-1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The kind of message: request and reply, work, or news.
    pub kind: Kind,
    /// The queue to consume. By default its name comes from service and method.
    pub queue: Option<Text>,
    /// The exchange to publish to. By default the service has one.
    pub exchange: Option<Text>,
    /// The routing key, or the pattern of those that are consumed. By default it is the method's name.
    pub routing_key: Option<Text>,
    /// The field that holds the key of a message, where the routing key is a pattern.
    pub key: Option<Text>,
    /// Whether an event that no group subscribes to is refused. A task or a request always is.
    pub required: bool,
    /// The schedule for repeated attempts of a failed message.
    pub retry: Retry,
    /// The limits of the handler, and the priority of the messages.
    pub load: Load,
    /// The field whose value orders the messages.
    pub order: Option<Order>,
    /// How messages are joined for one call of the handler.
    pub batch: Option<Batch>,
    /// The times at which the servers themselves publish the task: a cron pattern, in UTC.
    pub schedule: Option<Text>,
    /// The framework whose messages the method exchanges in place of ours.
    pub foreign: Option<Foreign>,
}

impl Plan {
    /// The exchange that messages are published to. `service` is the full name.
    pub fn exchange<'a>(&'a self, service: &'a str) -> Cow<'a, str> {
        match (&self.exchange, self.kind) {
            (Some(exchange), _) => Cow::Borrowed(exchange),
            (None, _) if self.foreign.is_some() => Cow::Borrowed(""),
            (None, Kind::Event) => Cow::Owned(format!("{service}.events")),
            (None, Kind::Rpc | Kind::Task) => Cow::Borrowed(service),
        }
    }

    /// The routing key of the messages.
    pub fn routing_key<'a>(&'a self, method: &'a str) -> Cow<'a, str> {
        let foreign = self.foreign.is_some().then(|| self.named_queue()).flatten();
        Cow::Borrowed(self.routing_key.as_deref().or(foreign).unwrap_or(method))
    }

    /// The queue that the plan names, or its framework does.
    fn named_queue(&self) -> Option<&str> {
        let of_framework = || self.foreign.as_ref()?.framework.queue();
        self.queue.as_deref().or_else(of_framework)
    }

    /// The pattern of the keys that are consumed, if it is not one key: `order.*`.
    pub fn pattern(&self) -> Option<&str> {
        self.routing_key.as_deref().filter(|key| is_pattern(key))
    }

    /// The field of the request that decides where a message goes: its partition, or its routing key.
    pub fn steer(&self) -> Option<&str> {
        self.order.as_ref().map(|order| &*order.by).or(self.key.as_deref())
    }

    /// The queue. For an event it is `None` unless one is named, because each consumer group has its own.
    pub fn queue<'a>(&'a self, service: &str, method: &str) -> Option<Cow<'a, str>> {
        match (self.named_queue(), self.kind) {
            (Some(queue), _) => Some(Cow::Borrowed(queue)),
            (None, Kind::Rpc) => Some(Cow::Owned(format!("{service}.rpc"))),
            (None, Kind::Task) => Some(Cow::Owned(format!("{service}.{method}"))),
            (None, Kind::Event) => None,
        }
    }
}

/// Whether a routing key is a pattern: `*` stands for a word, `#` for any number of them.
pub fn is_pattern(key: &str) -> bool {
    key.split('.').any(|word| word == "*" || word == "#")
}

/// The kind of AMQP message that a method takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// A request that waits for a reply.
    #[default]
    Rpc,
    /// Work for one of the competing consumers, delivered at least once.
    Task,
    /// News for every consumer group, delivered at least once to each.
    Event,
}

/// The schedule of retries: `retry(on = [Unavailable], limit = 5, backoff = "1s..5m", jitter = false)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// The number of attempts after the first one.
    pub limit: u32,
    /// The delay before the first retry, in milliseconds.
    pub first_ms: u64,
    /// The longest delay, in milliseconds.
    pub last_ms: u64,
    /// Whether each delay is shortened by up to a half, by chance, so that many messages do not come back at once.
    pub jitter: bool,
    /// The codes that another attempt follows, if they are not those of the table.
    pub on: Option<List<Code>>,
}

impl Retry {
    /// The schedule of a method that names none: 5 retries, from 1 s to 5 min.
    pub const DEFAULT: Self = Self { limit: 5, first_ms: 1_000, last_ms: 300_000, jitter: true, on: None };
}

impl Default for Retry {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Several messages in one call of the handler: `batch(max = 100, wait = "200ms")`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// The most messages.
    pub max: u16,
    /// The longest time that the first message waits for others, in milliseconds.
    pub wait_ms: u64,
}

impl Batch {
    /// The batch of a method that says neither: at most 100 messages, after 200 ms.
    pub const DEFAULT: Self = Self { max: 100, wait_ms: 200 };
    /// The most messages of a batch.
    pub const MOST: u16 = 10_000;
    /// The longest wait.
    pub const LONGEST_WAIT_MS: u64 = 60_000;
}

/// The limits of a method's handler, and the priority of its messages:
/// `timeout = "15m", prefetch = 20, concurrency = 4, priority = 7`. What is `None` has its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// The longest time of the handler of a task or an event, in milliseconds.
    pub timeout_ms: Option<u64>,
    /// The most messages that a consumer holds without a verdict.
    pub prefetch: Option<u16>,
    /// The most handlers that run at once in one server.
    pub concurrency: Option<u16>,
    /// The property `priority` of the method's messages.
    pub priority: Option<u8>,
}

impl Load {
    /// The load of a method that says nothing of it.
    pub const DEFAULT: Self = Self { timeout_ms: None, prefetch: None, concurrency: None, priority: None };
    /// The highest priority. RabbitMQ 4.3 knows 32 levels.
    pub const HIGHEST: u8 = 31;
}
