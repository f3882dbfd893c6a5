//! The parts of AMQP 0-9-1 that polywire needs: declarations, publishing with confirms, and consuming with
//! verdicts.
//!
//! Two adapters implement them: `rabbit` (lapin) and `memory`. Publisher, consumers, retries, dead letters
//! and calls are written once, over these traits.

pub(crate) use super::properties::Name;
use super::properties::{Fields, Properties, Received, Value};
use bytes::Bytes;
use futures_core::Stream;
use futures_core::future::BoxFuture;
pub(crate) use polywire_codegen::transport::amqp::topology::{
    Binding, Exchange, ExchangeKind, Queue, QueueKind, Topology,
};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
#[cfg(feature = "schedule")]
use std::time::SystemTime;

/// The longest name that AMQP can carry, in bytes.
pub(crate) const LONGEST_NAME: usize = 255;

/// The largest properties of a message, in bytes. They must fit one frame (128 KiB by default). Otherwise the
/// broker closes the connection.
const LARGEST_PROPERTIES: usize = 64 * 1024;

/// The reply address of a request whose reply should come on the same channel. The broker replaces it with a
/// real address.
pub(crate) const REPLY_TO: &str = "amq.rabbitmq.reply-to";

/// The broker's code for something that the user may not do, or that belongs to the broker itself.
pub(crate) const ACCESS_REFUSED: u16 = 403;
/// The broker's code for something that is not there.
#[cfg(feature = "amqp")]
pub(crate) const NOT_FOUND: u16 = 404;
/// The broker's code for something that exists in another form, or a message that contradicts itself.
pub(crate) const PRECONDITION_FAILED: u16 = 406;

/// The reason why the broker did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// There is no connection or channel, or it is gone. A new one may succeed.
    Lost(String),
    /// The broker said no. It says no again until somebody changes the broker.
    Refused { code: u16, text: String },
    /// AMQP cannot carry this at all, and nothing was sent.
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

/// The purpose of a connection. Each purpose has its own, so a misbehaving peer can never cost us all of
/// them.
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

/// A message on its way out.
#[derive(Debug, Clone)]
pub(crate) struct Publish {
    pub(crate) exchange: Name,
    pub(crate) routing_key: Name,
    /// Whether the message comes back when no queue takes it.
    pub(crate) mandatory: bool,
    /// Boxed, because a message is moved a few times before it is written.
    pub(crate) properties: Box<Properties>,
    pub(crate) body: Bytes,
}

/// News of messages that an [`Outlet`] sent. A position names the message; the first one is 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Settled {
    /// A queue has the message, unless a [`Settled::Returned`] for it came before.
    Acked(u64),
    /// Certainly no queue has the message.
    Nacked(u64),
    /// No queue took the message. This always comes before the same message's `Acked`.
    Returned(Returned),
}

/// The identity of a message that came back. AMQP does not say which publish it was. The id, exchange and
/// routing key together do.
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

/// The consumer's decision about a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The message was handled.
    Ack { tag: u64 },
    /// The message was handled, and so was every earlier one without a verdict.
    AckUpTo { tag: u64 },
    /// The message was not started. Another consumer may have it.
    Requeue { tag: u64 },
    /// The message was not started, and neither was any earlier one without a verdict.
    RequeueUpTo { tag: u64 },
    /// The message failed. It goes to the queue's dead letters.
    Reject { tag: u64 },
}

/// The parameters of a consumer.
#[derive(Debug, Clone)]
pub(crate) struct Subscribe {
    pub(crate) queue: Name,
    /// The name under which the broker lists the consumer.
    pub(crate) tag: String,
    /// The most messages without a verdict at a time.
    pub(crate) prefetch: u16,
}

/// Deliveries in their order. The stream ends after an error. It ends without an error when the consumer was
/// cancelled.
pub(crate) type Deliveries = Pin<Box<dyn Stream<Item = Result<Delivery, Fault>> + Send>>;

/// A channel that sends requests and receives their replies.
pub(crate) type Conversation = (Box<dyn Outlet>, Deliveries);

/// A consumer on a channel of its own.
pub(crate) struct Subscription {
    pub(crate) deliveries: Deliveries,
    pub(crate) control: Arc<dyn Control>,
}

/// A broker, which may be away.
pub(crate) trait Broker: Send + Sync + fmt::Debug {
    /// Opens a fresh connection in bounded time, or says why there is none.
    fn open(&self, role: Role) -> BoxFuture<'_, Result<Arc<dyn BrokerLink>, Fault>>;
    /// The address for logs and errors. It never holds a password.
    fn address(&self) -> &str;
    /// The name of our own user there. The broker compares it with the property `user_id` of each publish.
    fn user(&self) -> Option<&str>;
}

/// One connection. Dropping it closes it.
pub(crate) trait BrokerLink: Send + Sync {
    /// Declares everything in the topology, or says what was refused. May be repeated.
    fn declare<'a>(&'a self, topology: &'a Topology) -> BoxFuture<'a, Result<(), Fault>>;
    /// Opens a channel whose publishes are confirmed.
    fn confirmed(&self) -> BoxFuture<'_, Result<Box<dyn Outlet>, Fault>>;
    /// Opens a channel that sends messages with [`REPLY_TO`] and receives their replies. Nothing is
    /// confirmed.
    fn caller(&self) -> BoxFuture<'_, Result<Conversation, Fault>>;
    fn consume<'a>(&'a self, what: &'a Subscribe) -> BoxFuture<'a, Result<Subscription, Fault>>;
    /// Whether there is such a queue, or a listener at such a reply address.
    fn exists<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<bool, Fault>>;
    /// The number of messages that wait in a queue, or `None` when there is no such queue.
    fn depth<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<Option<u64>, Fault>>;
    /// Deletes an exchange and a queue, where there are such.
    #[cfg(test)]
    fn delete<'a>(&'a self, exchange: &'a str, queue: &'a str) -> BoxFuture<'a, Result<(), Fault>>;
    /// Waits for the next change of the connection. Nothing follows [`LinkEvent::Lost`].
    fn event(&self) -> BoxFuture<'_, LinkEvent>;
    /// The time of the day. A test may move that of a broker in memory.
    #[cfg(feature = "schedule")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
    /// Closes the connection after writing everything that was sent before.
    fn close(&self) -> BoxFuture<'_, ()>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LinkEvent {
    /// The broker reads nothing for now, because of an alarm on memory or disk.
    Blocked(String),
    Unblocked,
    Lost(Fault),
}

/// A channel to publish on.
pub(crate) trait Outlet: Send {
    /// Writes the messages in order. After an error, nobody knows which of them arrived.
    fn send<'a>(&'a mut self, batch: &'a [Publish]) -> BoxFuture<'a, Result<(), Fault>>;
    /// Takes the news since the last call; pending when there is none. An outlet that was not opened with
    /// [`BrokerLink::confirmed`] has no news.
    fn poll_settled(&mut self, cx: &mut Context<'_>, into: &mut Vec<Settled>) -> Poll<Result<(), Fault>>;
    /// Takes the messages that came back since the last call. Only an outlet without confirms has them here.
    fn take_returned(&mut self) -> Vec<Returned>;
}

/// The other half of a [`Subscription`].
pub(crate) trait Control: Send + Sync {
    /// Sends a verdict. A failure to send it ends the deliveries with an error.
    fn settle(&self, verdict: Verdict);
    /// Ends new deliveries. The stream still yields the prefetched messages, then ends.
    fn cancel(&self) -> BoxFuture<'_, ()>;
    /// Consumes again on the same channel, after [`cancel`](Self::cancel), with another prefetch. Tags go on.
    fn resume(&self, prefetch: u16) -> BoxFuture<'_, Result<Deliveries, Fault>>;
    /// Closes the channel when the broker has seen every verdict. Messages without one go back to the queue.
    fn close(&self) -> BoxFuture<'_, ()>;
}

impl Publish {
    /// Refuses a message that AMQP cannot carry, before it can harm the messages sent with it.
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

fn check_table(table: &Fields) -> Result<(), Fault> {
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
