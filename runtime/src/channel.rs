//! The waist's mirror on the client: one wire as an object, with its URL and its options.

#[cfg_attr(
    not(any(feature = "grpc", feature = "ws")),
    allow(dead_code, reason = "the channels of transports that are not built")
)]
pub(crate) mod balanced;
#[cfg(any(feature = "grpc", feature = "ws", feature = "amqp"))]
#[cfg_attr(
    not(all(feature = "grpc", feature = "amqp")),
    allow(dead_code, reason = "each wire alone uses a part")
)]
pub(crate) mod dial;
mod endpoint;
mod resilience;
mod resolver;
#[cfg_attr(
    not(any(feature = "grpc", feature = "ws")),
    allow(dead_code, reason = "the channels of transports that are not built")
)]
pub(crate) mod retries;
mod retry;
#[cfg(feature = "tls")]
mod tls;
#[cfg_attr(
    not(all(feature = "grpc", feature = "ws", feature = "amqp", feature = "memory")),
    allow(dead_code, reason = "each transport alone uses a part")
)]
pub(crate) mod url;

pub use balanced::{AddressReading, ClientReading, ClientStats};
#[cfg(feature = "grpc")]
pub(crate) use endpoint::HttpOptions;
#[cfg(feature = "ws")]
pub(crate) use endpoint::WsOptions;
pub use endpoint::{Balance, Declare, Endpoint, HttpVersion, Protocol};
pub use resilience::{Breaker, Concurrency, Ejection, Hedge};
pub use resolver::{DnsResolver, FileResolver, Resolver};
pub use retry::Retry;
#[cfg(feature = "tls")]
pub use tls::ClientTls;

use crate::call::context::{Context, Transport};
use crate::call::input::{Codec, Reply};
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use bytes::Bytes;
use futures_core::Stream;
use futures_core::future::BoxFuture;
use std::fmt;
use std::pin::Pin;

/// A stream of encoded messages, in either direction.
///
/// ```
/// use polywire::Messages;
/// let one: Messages = Box::pin(futures_util::stream::iter([Ok(bytes::Bytes::from_static(b"\x08\x07"))]));
/// # drop(one);
/// ```
pub type Messages = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

/// The request or the response of a call: one encoded message, or a stream of them.
///
/// [`Method::shape`] says which of the two each side of a call is.
///
/// ```
/// use polywire::Payload;
/// let request = Payload::One(bytes::Bytes::from_static(b"\x08\x07"));
/// assert_eq!(request.one()?, &b"\x08\x07"[..]);
/// # Ok::<(), polywire::Status>(())
/// ```
pub enum Payload {
    /// One message.
    One(Bytes),
    /// A stream of messages.
    Many(Messages),
}

impl Payload {
    /// The single message.
    ///
    /// # Errors
    /// `internal` for a stream, because a channel then broke the shape of the method.
    pub fn one(self) -> Result<Bytes> {
        match self {
            Self::One(message) => Ok(message),
            Self::Many(_) => Err(misshapen("a stream of messages stands where one message belongs")),
        }
    }

    /// The stream of messages.
    ///
    /// # Errors
    /// `internal` for a single message, because a channel then broke the shape of the method.
    pub fn many(self) -> Result<Messages> {
        match self {
            Self::One(_) => Err(misshapen("one message stands where a stream of messages belongs")),
            Self::Many(messages) => Ok(messages),
        }
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(message) => write!(f, "One({} bytes)", message.len()),
            Self::Many(_) => f.write_str("Many"),
        }
    }
}

#[cold]
fn misshapen(what: &str) -> Status {
    Status::internal(format!("{what}: a channel must answer in the shape of the method (`Method::shape`)"))
}

/// One wire, seen from the client: encoded messages out, encoded messages back.
///
/// A program may bring its own, such as one that wraps another:
///
/// ```
/// use polywire::transport::Reply;
/// use polywire::{BoxFuture, Caller, Channel, Codec, Context, Method, Payload, Result, local, service};
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// /// Counts the calls over a channel.
/// struct Counting {
///     inner: Arc<dyn Channel>,
///     calls: AtomicU64,
/// }
///
/// impl Channel for Counting {
///     fn codec(&self) -> Codec {
///         self.inner.codec()
///     }
///
///     fn form(&self, method: &'static Method) -> Reply {
///         self.inner.form(method)
///     }
///
///     fn call(&self, method: &'static Method, cx: Context, request: Payload) -> BoxFuture<'static, Result<Payload>> {
///         self.calls.fetch_add(1, Ordering::Relaxed);
///         self.inner.call(method, cx, request)
///     }
/// }
///
/// # #[service(package = "books.v1")]
/// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
/// # struct Shelf;
/// # impl BookService for Shelf {
/// #     async fn title(&self, _: i32) -> Result<String> { Ok("Django for APIs".to_owned()) }
/// # }
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let inner = local(BookServiceServer::new(Shelf));
/// let counting = Arc::new(Counting { inner, calls: AtomicU64::new(0) });
/// let books = BookServiceClient::from_caller(Caller::new(counting.clone()));
/// assert_eq!(books.title(7).await?, "Django for APIs");
/// assert_eq!(counting.calls.load(Ordering::Relaxed), 1);
/// # Ok(()) }
/// ```
pub trait Channel: Send + Sync + 'static {
    /// The encoding of the messages.
    fn codec(&self) -> Codec;

    /// The wire of the calls, for interceptors. A channel that wraps another should ask it.
    fn transport(&self) -> Transport {
        Transport::Local
    }

    /// Whether tasks and events may have a [`Delay`](crate::Delay). The caller refuses the call otherwise.
    fn delays(&self) -> bool {
        false
    }

    /// The form of a method's requests and responses, which is the codec's own unless a wire has another for the method.
    /// A channel that wraps another should ask it.
    fn form(&self, _method: &'static Method) -> Reply {
        Reply::new(self.codec())
    }

    /// Makes a call. [`Method::shape`] says what the request is, and what the response must be.
    ///
    /// A response stream is returned when its head is there; a later failure is an item of it. A channel puts
    /// metadata that comes back into the context ([`Context::edit_headers`], [`Context::edit_trailers`]). It
    /// tells the server the deadline; the caller keeps it. Dropping the future or the stream cancels the call.
    ///
    /// # Errors
    /// The status that the server answered, or the reason why it could not be reached.
    fn call(
        &self,
        method: &'static Method,
        cx: Context,
        request: Payload,
    ) -> BoxFuture<'static, Result<Payload>>;
}
