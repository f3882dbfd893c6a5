//! What polywire needs of AMQP 0-9-1, and no more: declarations, publish with its fate, consume with its verdicts.
//!
//! Two adapters implement it: `rabbit` (lapin) and `transport::memory`. Everything above this file (publisher,
//! consumers, retries, dead letters, calls) is written once, over these traits.

use super::properties::{Properties, Received, Table, Value};
use bytes::Bytes;
use futures_core::Stream;
use futures_core::future::BoxFuture;
use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// A name on the broker: of an exchange, a queue, a routing key.
pub(crate) type Name = Cow<'static, str>;

/// The longest name that AMQP can carry, in bytes.
pub(crate) const LONGEST_NAME: usize = 255;

/// Properties must fit one frame (128 KiB by default): the broker closes the connection otherwise.
const LARGEST_PROPERTIES: usize = 64 * 1024;

/// What a broker answers in place of an address to have the reply on the same channel.
pub(crate) const REPLY_TO: &str = "amq.rabbitmq.reply-to";

/// Why the broker did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection or the channel is gone, or never was: a new one may do better.
    Lost(String),
    /// The broker said no; it will again, until somebody changes the broker.
    Refused { code: u16, text: String },
    /// It cannot be said in AMQP at all; nothing was sent.
    Invalid(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(why) => write!(f, "connection lost: {why}"),
            Self::Refused { code, text } => write!(f, "refused by the broker: {code} {text}"),
            Self::Invalid(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Fault {}

/// What a connection is for. A misbehaving peer can cost us one of them, never all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Publish,
    Consume,
    Reply,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Publish => "publish",
            Self::Consume => "consume",
            Self::Reply => "reply",
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExchangeKind {
    Direct,
    Topic,
    Fanout,
}

/// A durable exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exchange {
    pub(crate) name: Name,
    pub(crate) kind: ExchangeKind,
    /// Where messages go that no binding takes.
    pub(crate) alternate: Option<Name>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QueueKind {
    /// Replicated, survives the broker; counts deliveries.
    Quorum,
    /// Durable, not replicated.
    Classic,
    /// Dies with the connection that declared it.
    Exclusive,
}

/// Where a queue sends what it gives up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeadLetter {
    pub(crate) exchange: Name,
    /// Without one, the message keeps the routing key it came with.
    pub(crate) routing_key: Option<Name>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Queue {
    pub(crate) name: Name,
    pub(crate) kind: QueueKind,
    pub(crate) dead_letter: Option<DeadLetter>,
    pub(crate) ttl: Option<Duration>,
    /// How often a message may be lost by its consumers before it is given up.
    pub(crate) delivery_limit: Option<u32>,
    pub(crate) single_active_consumer: bool,
}

impl Queue {
    pub(crate) fn new(name: impl Into<Name>, kind: QueueKind) -> Self {
        Self {
            name: name.into(),
            kind,
            dead_letter: None,
            ttl: None,
            delivery_limit: None,
            single_active_consumer: false,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) exchange: Name,
    pub(crate) queue: Name,
    pub(crate) key: Name,
}

/// Declarations that belong together, made in this order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Topology {
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) queues: Vec<Queue>,
    pub(crate) bindings: Vec<Binding>,
}

/// A message on its way out.
#[derive(Debug, Clone)]
pub(crate) struct Publish {
    pub(crate) exchange: Name,
    pub(crate) routing_key: Name,
    /// A message that no queue takes comes back.
    pub(crate) mandatory: bool,
    /// Boxed: a message is handed on a few times before it is written.
    pub(crate) properties: Box<Properties>,
    pub(crate) body: Bytes,
}

/// News of messages that an [`Outlet`] sent, named by their position: its first one is 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Settled {
    /// A queue has it, unless a [`Settled::Returned`] for it came before.
    Acked(u64),
    /// No queue has it for sure.
    Nacked(u64),
    /// No queue took it. Always said before the same message's `Acked`.
    Returned(Returned),
}

/// Who came back. AMQP does not say which publish it was; these three together do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Returned {
    pub(crate) message_id: String,
    pub(crate) exchange: String,
    pub(crate) routing_key: String,
    pub(crate) reason: String,
}

/// A message that arrived.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// Position on its channel, from 1, without gaps.
    pub(crate) tag: u64,
    pub(crate) exchange: String,
    pub(crate) routing_key: String,
    pub(crate) redelivered: bool,
    pub(crate) properties: Received,
    pub(crate) body: Bytes,
}

/// What becomes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Handled.
    Ack { tag: u64 },
    /// Handled, and so is every earlier one that has no verdict yet.
    AckUpTo { tag: u64 },
    /// Not started: somebody else may have it.
    Requeue { tag: u64 },
    /// Failed: to the queue's dead letters.
    Reject { tag: u64 },
}

/// What to consume.
#[derive(Debug, Clone)]
pub(crate) struct Subscribe {
    pub(crate) queue: Name,
    /// The name under which the broker lists the consumer.
    pub(crate) tag: String,
    /// How many may be unsettled.
    pub(crate) prefetch: u16,
}

/// Deliveries as they come. Ends after an error, or without one when the consumer was cancelled.
pub(crate) type Deliveries = Pin<Box<dyn Stream<Item = Result<Delivery, Fault>> + Send>>;

/// A channel that sends and hears.
pub(crate) type Conversation = (Box<dyn Outlet>, Deliveries);

/// A consumer on a channel of its own.
pub(crate) struct Subscription {
    pub(crate) deliveries: Deliveries,
    pub(crate) control: Arc<dyn Control>,
}

/// A broker, which may be away.
pub(crate) trait Broker: Send + Sync + fmt::Debug {
    /// A fresh connection, or why there is none; in bounded time.
    fn open(&self, role: Role) -> BoxFuture<'_, Result<Arc<dyn Link>, Fault>>;
    /// For logs and errors: never holds a password.
    fn address(&self) -> &str;
}

/// One connection. Dropping it closes it.
pub(crate) trait Link: Send + Sync {
    /// Declares all of it, or says what was refused. Idempotent.
    fn declare<'a>(&'a self, topology: &'a Topology) -> BoxFuture<'a, Result<(), Fault>>;
    /// A channel whose publishes are confirmed.
    fn confirmed(&self) -> BoxFuture<'_, Result<Box<dyn Outlet>, Fault>>;
    /// A channel that sends messages with [`REPLY_TO`], and the replies to them. Nothing is confirmed.
    fn caller(&self) -> BoxFuture<'_, Result<Conversation, Fault>>;
    fn consume<'a>(&'a self, what: &'a Subscribe) -> BoxFuture<'a, Result<Subscription, Fault>>;
    /// Whether there is such a queue, or someone at such a reply address.
    fn exists<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<bool, Fault>>;
    /// Resolves at the next change. After [`LinkEvent::Lost`] nothing follows.
    fn event(&self) -> BoxFuture<'_, LinkEvent>;
    /// Says goodbye in order: everything that was sent before is written.
    fn close(&self) -> BoxFuture<'_, ()>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LinkEvent {
    /// The broker reads nothing for now (an alarm on memory or disk).
    Blocked(String),
    Unblocked,
    Lost(Fault),
}

/// A channel to publish on.
pub(crate) trait Outlet: Send {
    /// Writes the messages in order. Those written before an error are to be taken as unknown.
    fn send<'a>(&'a mut self, batch: &'a [Publish]) -> BoxFuture<'a, Result<(), Fault>>;
    /// The fates that became known since the last time; pending when there are none. An outlet that was not opened
    /// with [`Link::confirmed`] has no fates.
    fn poll_settled(&mut self, cx: &mut Context<'_>, into: &mut Vec<Settled>) -> Poll<Result<(), Fault>>;
    /// Those that came back to an outlet without confirms, since the last time.
    fn take_returned(&mut self) -> Vec<Returned>;
}

/// The other half of a [`Subscription`].
pub(crate) trait Control: Send + Sync {
    /// Sends a verdict. A failure to do so shows in the deliveries.
    fn settle(&self, verdict: Verdict);
    /// No new deliveries: the stream still yields what was prefetched, then ends.
    fn cancel(&self) -> BoxFuture<'_, ()>;
    /// Returns when the broker has seen every verdict. What has none goes back to the queue.
    fn close(&self) -> BoxFuture<'_, ()>;
}

impl Publish {
    /// Refuses a message that AMQP cannot carry, before it can hurt those that travel with it.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        check_name("the exchange's name", &self.exchange)?;
        check_name("the routing key", &self.routing_key)?;
        for (what, text) in self.properties.texts() {
            check_name(what, text.unwrap_or_default())?;
        }
        check_table(&self.properties.headers)?;
        let weight = self.properties.weight();
        if weight > LARGEST_PROPERTIES {
            return Err(Fault::Invalid(format!(
                "properties and headers of {weight} bytes: at most {LARGEST_PROPERTIES} travel; put it into the body"
            )));
        }
        Ok(())
    }
}

fn check_table(table: &Table) -> Result<(), Fault> {
    table.iter().try_for_each(|(name, value)| {
        check_name("a header's name", name)?;
        check_value(value)
    })
}

fn check_value(value: &Value) -> Result<(), Fault> {
    match value {
        Value::Table(table) => check_table(table),
        Value::List(list) => list.iter().try_for_each(check_value),
        _ => Ok(()),
    }
}

/// Refuses a name that AMQP cannot carry.
pub(crate) fn check_name(what: &str, name: &str) -> Result<(), Fault> {
    if name.len() > LONGEST_NAME {
        return Err(Fault::Invalid(format!(
            "{what} of {} bytes: AMQP carries at most {LONGEST_NAME}; shorten it",
            name.len()
        )));
    }
    Ok(())
}
