//! [`Delivered`]: what a broker says of the message behind a call. Transports over a broker implement [`Envelope`], which
//! reads the message in place: a call whose handler asks nothing pays nothing.

mod event;

pub use event::CloudEvent;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// The message that a task, an event or a call over AMQP came by, from [`Context::message`](crate::Context::message).
///
/// Two kinds of statement are told apart. The broker vouches for `is_redelivered`, `queue` and `user_id`, and for the
/// exchange and the key on the first attempt. The message id and the time are the publisher's own words.
///
/// A retry is a copy that this server publishes. Its headers keep the exchange, the key, the time and the user of
/// the first publish. The user is kept only if the broker confirms that our own user wrote the copy.
///
/// ```
/// use polywire::{Context, MemoryBroker, Result, Server, Status, service};
/// use std::collections::HashSet;
/// use std::sync::Mutex;
///
/// #[service(package = "orders.v1", transports(amqp))]
/// pub trait Orders {
///     #[amqp(task, queue = "charges")]
///     async fn charge(&self, cx: Context, order_id: i64) -> Result<()>;
/// }
///
/// #[derive(Default)]
/// struct Worker {
///     charged: Mutex<HashSet<String>>,
/// }
///
/// impl Orders for Worker {
///     async fn charge(&self, cx: Context, order_id: i64) -> Result<()> {
///         let message = cx.message().ok_or_else(|| Status::failed_precondition("only over a broker"))?;
///         let id = message.id().ok_or_else(|| Status::invalid_argument("a charge needs a message id"))?;
///         assert_eq!((message.queue(), message.routing_key()), ("charges", "Charge"));
///         if !self.charged.lock().expect("sound").insert(id.to_owned()) {
///             println!("order {order_id} came again: charged already");
///         }
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// tokio::spawn(Server::new().service(OrdersServer::new(Worker::default())).amqp("memory:charges").serve());
/// OrdersClient::connect("memory:charges").await?.charge(Context::new(), 7).await?;
/// while MemoryBroker::named("charges").depth("charges") != Some(0) {
///     tokio::task::yield_now().await;
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Delivered(Arc<dyn Envelope>);

impl Delivered {
    #[cfg(feature = "_queue")]
    pub(crate) fn new(envelope: Arc<dyn Envelope>) -> Self {
        Self(envelope)
    }

    /// The message id. Clients of polywire always give one to tasks and events: the call's `idempotency-key`, or a
    /// UUID. It stays the same over redeliveries, retries and replays of dead letters.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.0.id()
    }

    /// Whether the broker delivered this message before, to a consumer that was lost or handed it back. A retry is a
    /// new message: see [`Context::attempt`](crate::Context::attempt).
    #[must_use]
    pub fn is_redelivered(&self) -> bool {
        self.0.is_redelivered()
    }

    /// The time of the first publish, by the publisher's clock, to the second. A retry keeps it. A message
    /// without a timestamp has the time at which it first came here.
    #[must_use]
    pub fn first_seen(&self) -> SystemTime {
        self.0.first_seen()
    }

    /// The exchange that the message was first published to. The empty name is the default exchange.
    #[must_use]
    pub fn exchange(&self) -> &str {
        self.0.address().0
    }

    /// The routing key that the message was first published under.
    #[must_use]
    pub fn routing_key(&self) -> &str {
        self.0.address().1
    }

    /// The queue that the message was taken from.
    #[must_use]
    pub fn queue(&self) -> &str {
        self.0.queue()
    }

    /// The user that published the message. RabbitMQ refuses a message that names another user than its
    /// connection's. `None` unless the publisher named itself.
    ///
    /// A replayed dead letter has none. An account with the tag `impersonator` may name any user.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.0.user_id()
    }

    /// The attributes of the CloudEvent that the message is, in either of its modes.
    #[must_use]
    pub fn cloud_event(&self) -> Option<&CloudEvent> {
        self.0.cloud_event()
    }
}

impl fmt::Debug for Delivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivered")
            .field("id", &self.id())
            .field("is_redelivered", &self.is_redelivered())
            .field("first_seen", &self.first_seen())
            .field("exchange", &self.exchange())
            .field("routing_key", &self.routing_key())
            .field("queue", &self.queue())
            .field("user_id", &self.user_id())
            .field("cloud_event", &self.cloud_event())
            .finish()
    }
}

/// A message that a broker delivered, read in place.
pub(crate) trait Envelope: Send + Sync {
    fn id(&self) -> Option<&str>;
    fn is_redelivered(&self) -> bool;
    fn first_seen(&self) -> SystemTime;
    /// The exchange and the routing key of the first publish.
    fn address(&self) -> (&str, &str);
    fn queue(&self) -> &str;
    fn user_id(&self) -> Option<&str>;
    fn cloud_event(&self) -> Option<&CloudEvent>;
}
