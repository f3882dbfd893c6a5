//! A call as the interceptors around it see it: [`Request`], [`Next`] and [`Answer`].
//!
//! A call without interceptors makes none of these. A message is decoded when somebody asks for it, and only once: the
//! handler takes what an interceptor has decoded. A stream that no interceptor looks into is handed through whole.

mod message;
mod streams;

pub use message::AnyMessage;
pub(crate) use message::Side;

use crate::call::context::Context;
use crate::call::interceptor::Interceptor;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::call::stream::Streaming;
use crate::message::codec::Message;
use futures_core::future::BoxFuture;
use std::fmt;
use std::sync::Arc;
use streams::Flow;

/// The messages of one direction of a call.
pub(crate) enum Content {
    One(AnyMessage),
    Many(Flow),
    /// The message that an interceptor refused while it changed it.
    Refused(Status),
}

impl Content {
    pub(crate) fn one<M: Message>(message: M) -> Self {
        Self::One(AnyMessage::new(message))
    }

    pub(crate) fn many<M: Message>(items: Streaming<M>) -> Self {
        Self::Many(Flow::new(items))
    }

    /// The message, whose type the method knows.
    ///
    /// # Errors
    /// `internal` for a stream, or a message of another type. `invalid_argument` when it cannot be decoded.
    pub(crate) fn into_one<M: Message>(self) -> Result<M> {
        match self {
            Self::One(message) => message.into_inner(),
            Self::Many(_) => Err(misshapen("a stream stands where one message belongs")),
            Self::Refused(status) => Err(status),
        }
    }

    /// The items, whose type the method knows.
    ///
    /// # Errors
    /// `internal` for a single message.
    pub(crate) fn into_many<M: Message>(self) -> Result<Streaming<M>> {
        match self {
            Self::One(_) => Err(misshapen("one message stands where a stream belongs")),
            Self::Many(items) => items.into_typed(),
            Self::Refused(status) => Err(status),
        }
    }

    fn message(&mut self) -> Option<&mut AnyMessage> {
        match self {
            Self::One(message) => Some(message),
            Self::Many(_) | Self::Refused(_) => None,
        }
    }

    fn get_mut<M: Message>(&mut self) -> Result<&mut M> {
        match self {
            Self::One(message) => message.get_mut(),
            Self::Many(_) => Err(no_message()),
            Self::Refused(status) => Err(status.clone()),
        }
    }

    fn map(self, mut change: impl FnMut(AnyMessage) -> Result<AnyMessage> + Send + 'static) -> Self {
        match self {
            Self::One(message) => change(message).map_or_else(Self::Refused, Self::One),
            Self::Many(items) => Self::Many(items.map(change)),
            Self::Refused(status) => Self::Refused(status),
        }
    }

    fn shape(&self) -> &'static str {
        match self {
            Self::One(_) => "one message",
            Self::Many(_) => "a stream",
            Self::Refused(_) => "refused",
        }
    }
}

#[cold]
fn misshapen(what: &str) -> Status {
    Status::internal(format!(
        "{what}: an interceptor must answer in the shape of the method (`Method::shape`)"
    ))
}

#[cold]
fn no_message() -> Status {
    Status::internal("a stream has no message of its own: look at its items with `map`")
}

/// A call on its way to the handler, or out of the client.
///
/// ```
/// use polywire::{Answer, BoxFuture, Interceptor, Message, Next, Request, Result, Status};
///
/// #[derive(Message)]
/// struct Transfer {
///     from: String,
///     cents: i64,
/// }
///
/// /// Lets no transfer of more than a thousand pass.
/// struct Ceiling;
///
/// impl Interceptor for Ceiling {
///     fn call<'a>(&'a self, mut request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Answer>> {
///         Box::pin(async move {
///             if request.method().name() == "Pay" && request.get::<Transfer>()?.cents > 100_000 {
///                 return Err(Status::permission_denied("a second person must sign this"));
///             }
///             next.run(request).await
///         })
///     }
/// }
/// ```
pub struct Request {
    cx: Context,
    method: &'static Method,
    body: Content,
}

impl Request {
    pub(crate) const fn new(cx: Context, method: &'static Method, body: Content) -> Self {
        Self { cx, method, body }
    }

    pub(crate) fn into_parts(self) -> (Context, Content) {
        (self.cx, self.body)
    }

    /// The context of the call: deadline, metadata, peer, extensions.
    pub const fn context(&self) -> &Context {
        &self.cx
    }

    /// The method that is called.
    pub const fn method(&self) -> &'static Method {
        self.method
    }

    /// Changes the context for the interceptors that follow, and for the handler.
    ///
    /// On a client, added metadata is sent. A deadline can only become earlier.
    ///
    /// ```
    /// use polywire::{Answer, BoxFuture, Interceptor, Next, Request, Result};
    /// #[derive(Clone)]
    /// struct Tenant(String);
    /// struct Tenants;
    /// impl Interceptor for Tenants {
    ///     fn call<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Answer>> {
    ///         let tenant = request.context().metadata().get("x-tenant").unwrap_or("nobody").to_owned();
    ///         next.run(request.with_context(|cx| cx.with_extension(Tenant(tenant))))
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn with_context(self, change: impl FnOnce(Context) -> Context) -> Self {
        Self { cx: change(self.cx), ..self }
    }

    /// The request as a value of its type. It is decoded at the first call, and the handler gets the same value.
    ///
    /// # Errors
    /// `invalid_argument` when it cannot be decoded or breaks a constraint; return it, it names every wrong field.
    /// `internal` when `M` is not the method's request, or when the request is a stream ([`map`](Self::map)).
    pub fn get<M: Message>(&mut self) -> Result<&M> {
        self.get_mut().map(|message| &*message)
    }

    /// The request as a value that can be changed before the handler gets it.
    ///
    /// # Errors
    /// The same as [`get`](Self::get). A changed value is not checked against its constraints again.
    pub fn get_mut<M: Message>(&mut self) -> Result<&mut M> {
        self.body.get_mut()
    }

    /// The request without its type, for code that knows no message: logs, caches. `None` when it is a stream.
    ///
    /// ```
    /// use polywire::{Answer, BoxFuture, Codec, Interceptor, Next, Request, Result};
    /// struct Audit;
    /// impl Interceptor for Audit {
    ///     fn call<'a>(&'a self, mut request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Answer>> {
    ///         Box::pin(async move {
    ///             if let Some(message) = request.message() {
    ///                 println!("{:?}", message.encode(Codec::Json)?);
    ///             }
    ///             next.run(request).await
    ///         })
    ///     }
    /// }
    /// ```
    pub fn message(&mut self) -> Option<&mut AnyMessage> {
        self.body.message()
    }

    /// Passes the request, or each item of a stream of requests, through `change`, as it comes.
    ///
    /// An error ends the stream: the handler gets it in place of the item.
    #[must_use]
    pub fn map(self, change: impl FnMut(AnyMessage) -> Result<AnyMessage> + Send + 'static) -> Self {
        Self { body: self.body.map(change), ..self }
    }

    /// A copy to call [`Next`] with once more, such as after a new token. `None` when the request is a stream.
    ///
    /// # Errors
    /// The reason why the request cannot be decoded or encoded.
    pub fn try_clone(&mut self) -> Result<Option<Self>> {
        let Some(message) = self.body.message() else { return Ok(None) };
        let body = Content::One(message.copy()?);
        Ok(Some(Self { cx: self.cx.clone(), method: self.method, body }))
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({}, {})", self.method.full_name(), self.body.shape())
    }
}

/// The answer of a call that succeeded. A failure is the [`Status`] beside it.
///
/// ```
/// use polywire::{Answer, AnyMessage, BoxFuture, Interceptor, Next, Request, Result};
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::sync::Arc;
///
/// /// Counts the messages that go out.
/// struct Count(Arc<AtomicU64>);
///
/// impl Interceptor for Count {
///     fn call<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Answer>> {
///         let sent = Arc::clone(&self.0);
///         let count = move |message: AnyMessage| {
///             sent.fetch_add(1, Ordering::Relaxed);
///             Ok(message)
///         };
///         Box::pin(async move { Ok(next.run(request).await?.map(count)) })
///     }
/// }
/// ```
pub struct Answer(Content);

impl Answer {
    pub(crate) const fn of(body: Content) -> Self {
        Self(body)
    }

    pub(crate) fn into_body(self) -> Content {
        self.0
    }

    /// Answers with this message, in place of the handler.
    ///
    /// The message must be the method's response. A method that returns a scalar has a response made for it; answer
    /// such a call with [`AnyMessage::encoded`].
    pub fn new<M: Message>(message: M) -> Self {
        Self(Content::One(AnyMessage::new(message)))
    }

    /// Answers with the messages of this stream, in place of the handler.
    pub fn stream<M: Message>(messages: Streaming<M>) -> Self {
        Self(Content::many(messages))
    }

    /// The response as a value of its type.
    ///
    /// # Errors
    /// `internal` when `M` is not the method's response, or when the response is a stream ([`map`](Self::map)).
    pub fn get<M: Message>(&mut self) -> Result<&M> {
        self.get_mut().map(|message| &*message)
    }

    /// The response as a value that can be changed before it goes on.
    ///
    /// # Errors
    /// The same as [`get`](Self::get).
    pub fn get_mut<M: Message>(&mut self) -> Result<&mut M> {
        self.0.get_mut()
    }

    /// The response without its type. `None` when it is a stream.
    pub fn message(&mut self) -> Option<&mut AnyMessage> {
        self.0.message()
    }

    /// Passes the response, or each item of a stream of responses, through `change`, as it goes out.
    ///
    /// An error ends the stream, and is what the other side gets.
    #[must_use]
    pub fn map(self, change: impl FnMut(AnyMessage) -> Result<AnyMessage> + Send + 'static) -> Self {
        Self(self.0.map(change))
    }
}

impl From<AnyMessage> for Answer {
    fn from(message: AnyMessage) -> Self {
        Self(Content::One(message))
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({})", self.0.shape())
    }
}

/// The end of the chain of interceptors: the handler, or the wire.
pub(crate) type Core<'a> = dyn Fn(Request) -> BoxFuture<'static, Result<Answer>> + Send + Sync + 'a;

/// The interceptors that follow, and at the end the handler or the wire.
///
/// An interceptor may run it more than once, such as after a refused token ([`Request::try_clone`]), or not at all.
///
/// ```
/// use polywire::{Answer, BoxFuture, Code, Interceptor, Next, Request, Result};
///
/// /// Tries a call once more that nobody took.
/// struct Again;
///
/// impl Interceptor for Again {
///     fn call<'a>(&'a self, mut request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Answer>> {
///         Box::pin(async move {
///             let second = request.try_clone()?;
///             match (next.run(request).await, second) {
///                 (Err(status), Some(second)) if status.code() == Code::Unavailable => next.run(second).await,
///                 (answer, _) => answer,
///             }
///         })
///     }
/// }
/// ```
#[derive(Clone, Copy)]
pub struct Next<'a> {
    rest: &'a [Arc<dyn Interceptor>],
    core: &'a Core<'a>,
}

impl<'a> Next<'a> {
    pub(crate) const fn new(interceptors: &'a [Arc<dyn Interceptor>], core: &'a Core<'a>) -> Self {
        Self { rest: interceptors, core }
    }

    /// Goes on with the call.
    ///
    /// # Errors
    /// The status that the call failed with.
    pub fn run(self, request: Request) -> BoxFuture<'a, Result<Answer>> {
        match self.rest.split_first() {
            None => (self.core)(request),
            Some((first, rest)) => first.call(request, Self { rest, ..self }),
        }
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Next({} interceptors)", self.rest.len())
    }
}
