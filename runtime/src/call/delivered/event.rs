//! [`CloudEvent`]: the attributes of the event that a message carries.

use polywire_codegen::civil;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The attributes of a CloudEvent (version 1.0), from [`Delivered::cloud_event`](crate::Delivered::cloud_event).
///
/// The data of the event is the request of the method. All attributes are the publisher's own words.
///
/// ```
/// use polywire::{CloudEvent, Context, Result, Status, service};
///
/// #[service(package = "orders.v1", transports(amqp))]
/// pub trait Orders {
///     #[amqp(event, exchange = "shop")]
///     async fn placed(&self, cx: Context, order_id: i64) -> Result<()>;
/// }
///
/// struct Audit;
///
/// impl Orders for Audit {
///     async fn placed(&self, cx: Context, order_id: i64) -> Result<()> {
///         let event = cx.message().and_then(|message| message.cloud_event());
///         let source = event.map(CloudEvent::source).ok_or_else(|| Status::invalid_argument("no CloudEvent"))?;
///         println!("{source} placed {order_id}");
///         Ok(())
///     }
/// }
/// # drop(OrdersServer::new(Audit));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudEvent {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) kind: String,
    pub(crate) subject: Option<String>,
    pub(crate) time: Option<String>,
}

impl CloudEvent {
    /// The attribute `id`. Together with the source it names the event, and a duplicate has the same two.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The attribute `source`, a URI reference.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The attribute `type`, such as `com.example.order.placed`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The attribute `subject`.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The attribute `time`. `None` also for a text that is no time in RFC 3339.
    #[must_use]
    pub fn time(&self) -> Option<SystemTime> {
        let (seconds, nanos) = civil::parse(self.time.as_deref()?)?;
        let nanos = Duration::from_nanos(u64::try_from(nanos).ok()?);
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let at = if seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        at?.checked_add(nanos)
    }
}
