//! Clients: typed at the edge, a channel inside. The URL chooses the channel.

mod intercepted;
mod local;
mod upload;

pub(crate) use local::Local;
pub use local::local;

use crate::call::around::Content;
use crate::call::context::Context;
use crate::call::delay::Delay;
use crate::call::input::{Codec, Input, Reply};
use crate::call::interceptor::{Interceptor, Interceptors};
use crate::call::metadata::Metadata;
use crate::call::reject::Reject;
use crate::call::spec::Method;
use crate::call::status::{Code, Result, Status};
use crate::call::stream::Streaming;
use crate::call::violations;
use crate::channel::{Channel, Endpoint, Messages, Payload};
use crate::message::codec::Message;
use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use upload::Upload;

/// The core of every generated client: a channel, and the defaults of its calls.
///
/// Several clients may share one.
///
/// ```no_run
/// # use polywire::{Caller, Endpoint, Result, service};
/// # use std::time::Duration;
/// # #[service(package = "books.v1")]
/// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
/// # #[service(package = "books.v1")]
/// # pub trait OrderService { async fn cancel(&self, id: i64) -> Result<()>; }
/// # async fn run() -> Result<()> {
/// let caller = Caller::connect(Endpoint::new("grpc://127.0.0.1:8080")).await?;
/// let caller = caller.with_timeout(Duration::from_secs(5));
/// let books = BookServiceClient::from_caller(caller.clone());
/// let orders = OrderServiceClient::from_caller(caller);
/// println!("{}", books.title(7).await?);
/// orders.cancel(1).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Caller {
    channel: Arc<dyn Channel>,
    timeout: Option<Duration>,
    metadata: Arc<Metadata>,
    requests: Requests,
    interceptors: Interceptors,
    delay: Option<Delay>,
}

/// The check of requests before a client sends them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Requests {
    /// The server alone checks them.
    Unchecked,
    /// The client does not send a request that breaks a constraint.
    Checked,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

#[cold]
fn undelayed(method: &Method) -> Status {
    Status::failed_precondition(format!(
        "{}: this client cannot delay a call: connect it to a broker (`amqp://`, `memory:`), or remove the `Delay`",
        method.full_name()
    ))
}

/// The context with the text of the field that chooses the message's way, if a field does. The channel sees bytes alone.
fn steered<M: Message>(method: &'static Method, cx: Context, message: &M) -> Result<Context> {
    let Some(field) = method.steer() else { return Ok(cx) };
    let json = Reply::new(Codec::Json).with_field(Some(field)).encode(message)?;
    // A number of 64 bits is text in JSON, a smaller one is not.
    let text = serde_json::from_slice::<String>(&json)
        .unwrap_or_else(|_| String::from_utf8_lossy(&json).into_owned());
    Ok(cx.with_steer(text))
}

impl Caller {
    /// Makes a caller over this channel.
    ///
    /// ```
    /// # use polywire::{Caller, Result, Server, service};
    /// # #[service(package = "books.v1")]
    /// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
    /// # struct Shelf;
    /// # impl BookService for Shelf { async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
    /// let channel = Server::new().service(BookServiceServer::new(Shelf)).into_local();
    /// let books = BookServiceClient::from_caller(Caller::new(channel));
    /// assert_eq!(books.title(7).await?, "book 7");
    /// # Ok(()) }
    /// ```
    pub fn new(channel: Arc<dyn Channel>) -> Self {
        Self {
            channel,
            timeout: None,
            metadata: Arc::default(),
            requests: Requests::Unchecked,
            interceptors: Interceptors::default(),
            delay: None,
        }
    }

    /// Opens the channel that the URL names.
    ///
    /// ```
    /// # use polywire::{Caller, Code, Endpoint};
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let status = Caller::connect(Endpoint::new("ftp://books.example")).await.expect_err("no transport");
    /// assert_eq!(status.code(), Code::InvalidArgument);
    /// # }
    /// ```
    ///
    /// # Errors
    /// `invalid_argument` for a URL that no transport takes; `unavailable` when nobody answers.
    pub async fn connect(endpoint: Endpoint) -> Result<Self> {
        let interceptors = endpoint.interceptors.clone();
        let channel = crate::transport::connect(endpoint).await?;
        Ok(Self { interceptors, ..Self::new(channel) })
    }

    /// Ends every call after `timeout`, unless its context says earlier.
    ///
    /// ```
    /// # use polywire::{Caller, Code, Result, local, service}; use std::time::Duration;
    /// # #[service(package = "books.v1")]
    /// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
    /// # struct Stuck;
    /// # impl BookService for Stuck { async fn title(&self, _: i32) -> Result<String> { std::future::pending().await } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let caller = Caller::new(local(BookServiceServer::new(Stuck))).with_timeout(Duration::from_millis(5));
    /// let late = BookServiceClient::from_caller(caller).title(7).await;
    /// assert_eq!(late.map_err(|status| status.code()), Err(Code::DeadlineExceeded));
    /// # }
    /// ```
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sends this metadata with every call.
    ///
    /// ```
    /// # use polywire::{Caller, Metadata, local, service};
    /// # use polywire::Result;
    /// # #[service(package = "books.v1")]
    /// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
    /// # struct Shelf;
    /// # impl BookService for Shelf { async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) } }
    /// # fn main() -> std::result::Result<(), polywire::InvalidMetadata> {
    /// let mut token = Metadata::new();
    /// token.append("authorization", "Bearer sesame")?;
    /// let caller = Caller::new(local(BookServiceServer::new(Shelf))).with_metadata(token);
    /// let books = BookServiceClient::from_caller(caller);
    /// # drop(books); Ok(()) }
    /// ```
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = Arc::new(metadata);
        self
    }

    /// Checks the constraints of every request, and of every item of a request stream, before it is sent.
    ///
    /// The client refuses one that breaks them with the status that the server would have answered:
    /// `invalid_argument`, with the violations ([`Status::field_violations`]). The server checks in any case.
    ///
    /// ```
    /// # use polywire::{Caller, Code, Result, local, service};
    /// #[service(package = "books.v1")]
    /// pub trait Catalog {
    ///     async fn add(&self, #[field(min_len = 1)] title: String) -> Result<i32>;
    /// }
    /// # struct Shelf;
    /// # impl Catalog for Shelf { async fn add(&self, _: String) -> Result<i32> { Ok(1) } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let catalog = CatalogClient::from_caller(Caller::new(local(CatalogServer::new(Shelf))).validating());
    /// let status = catalog.add(String::new()).await.expect_err("nothing is sent");
    /// assert_eq!(status.code(), Code::InvalidArgument);
    /// # }
    /// ```
    #[must_use]
    pub fn validating(mut self) -> Self {
        self.requests = Requests::Checked;
        self
    }

    /// Puts this interceptor around every call, inside those that are there.
    ///
    /// The interceptor sees a call before its request is encoded, and after its response is there.
    /// [`connect`](Interceptor::connect) and [`mount`](Interceptor::mount) are hooks of servers, and never run here.
    ///
    /// ```
    /// use polywire::{Answer, BoxFuture, Caller, Interceptor, Next, Request, Result, local, service};
    /// # use polywire::{Context, Metadata};
    /// # #[service(package = "books.v1")]
    /// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
    /// # struct Shelf;
    /// # impl BookService for Shelf {
    /// #     async fn title(&self, _: i32) -> Result<String> {
    /// #         Ok(Context::current().metadata().get("x-request-id").unwrap_or("none").to_owned())
    /// #     }
    /// # }
    /// /// Gives every call a number.
    /// struct Numbered;
    ///
    /// impl Interceptor for Numbered {
    ///     fn call<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Answer>> {
    ///         let mut id = Metadata::new();
    ///         if let Err(error) = id.append("x-request-id", "17") {
    ///             return Box::pin(async move { Err(error.into()) });
    ///         }
    ///         next.run(request.with_context(|cx| cx.with_metadata(&id)))
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
    /// let caller = Caller::new(local(BookServiceServer::new(Shelf))).with_interceptor(Numbered);
    /// assert_eq!(BookServiceClient::from_caller(caller).title(7).await?, "17");
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn with_interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors = self.interceptors.with(interceptor);
        self
    }

    /// A caller whose tasks and events do not run before a time. [`Delay`] says what it promises, and where it is refused.
    ///
    /// ```
    /// # use polywire::{Caller, Delay, Endpoint, Result};
    /// # use std::time::Duration;
    /// # async fn run() -> Result<()> {
    /// let caller = Caller::connect(Endpoint::new("amqp://localhost")).await?;
    /// let tomorrow = caller.with(Delay::by(Duration::from_secs(24 * 3_600)));
    /// # drop(tomorrow); Ok(()) }
    /// ```
    #[must_use]
    pub fn with(&self, delay: Delay) -> Self {
        Self { delay: Some(delay), ..self.clone() }
    }

    /// The channel of the calls, for clients that need one of their own, such as tests and proxies.
    ///
    /// Calls over it pass no interceptor, and have neither the timeout nor the metadata of this caller.
    ///
    /// ```
    /// # use polywire::{Caller, Result, local, service};
    /// # #[service(package = "books.v1")]
    /// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
    /// # struct Shelf;
    /// # impl BookService for Shelf { async fn title(&self, _: i32) -> Result<String> { Ok("Dune".to_owned()) } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
    /// let caller = Caller::new(local(BookServiceServer::new(Shelf)));
    /// let plain = BookServiceClient::from_caller(Caller::new(caller.channel().clone()));
    /// assert_eq!(plain.title(7).await?, "Dune");
    /// # Ok(()) }
    /// ```
    pub fn channel(&self) -> &Arc<dyn Channel> {
        &self.channel
    }

    /// The context that a call starts from. A handler that passes its own context gives its deadline, not its
    /// received metadata.
    fn begin(&self, cx: Context) -> Context {
        let cx = cx.for_call();
        let cx = match self.timeout {
            Some(timeout) => cx.with_timeout(timeout),
            None => cx,
        };
        let cx = match self.delay {
            Some(delay) => cx.with_extension(delay),
            None => cx,
        };
        if self.metadata.is_empty() { cx } else { cx.with_metadata(&self.metadata) }
    }

    fn encode<M: Message>(&self, method: &'static Method, message: &M) -> Result<Bytes> {
        encode(self.requests, self.channel.form(method), message)
    }

    fn encode_all<M: Message>(&self, method: &'static Method, messages: Streaming<M>) -> Messages {
        let (requests, reply) = (self.requests, self.channel.form(method));
        let encoded = StreamExt::map(messages, move |item| encode(requests, reply, &item?));
        Box::pin(Upload::new(Box::pin(encoded), method))
    }

    /// Makes a call over the channel, unless the deadline passes or the caller cancels it first.
    async fn call(&self, method: &'static Method, cx: &Context, request: Payload) -> Result<Payload> {
        if self.delay.is_some() && !self.channel.delays() {
            return Err(undelayed(method));
        }
        in_time(cx, self.channel.call(method, cx.clone(), request)).await
    }

    /// Makes a call with one request and one response.
    ///
    /// # Errors
    /// The server's error, or the reason why it could not be reached.
    pub async fn unary<Req: Message, Res: Message, E: Reject>(
        &self,
        method: &'static Method,
        cx: Context,
        request: Req,
    ) -> Result<Res, E> {
        let cx = self.begin(cx);
        let call = async {
            if self.is_intercepted() {
                let answer = intercepted::call::<Req, Res>(self, method, cx, Content::one(request)).await?;
                return answer.one();
            }
            let cx = steered(method, cx, &request)?;
            let body = self.encode(method, &request)?;
            self.decode(method, self.call(method, &cx, Payload::One(body)).await?.one()?)
        };
        call.await.map_err(|status| failed(status, method))
    }

    /// Makes a call with one request and many responses.
    ///
    /// # Errors
    /// The same as [`Caller::unary`].
    pub async fn server_stream<Req: Message, Res: Message, E: Reject>(
        &self,
        method: &'static Method,
        cx: Context,
        request: Req,
    ) -> Result<Streaming<Res>, E> {
        let cx = self.begin(cx);
        let call = async {
            if self.is_intercepted() {
                let answer = intercepted::call::<Req, Res>(self, method, cx, Content::one(request)).await?;
                return answer.many();
            }
            let body = self.encode(method, &request)?;
            let items = self.call(method, &cx, Payload::One(body)).await?.many()?;
            Ok(self.decode_all(&cx, method, items))
        };
        call.await.map_err(|status| failed(status, method))
    }

    /// Makes a call with many requests and one response.
    ///
    /// If the stream of requests fails, the call fails with its status. If the stream panics, the call fails
    /// with `internal`, and the text of the panic is in the log. The stream may run in a task other than the
    /// caller's, beside other calls; these go on.
    ///
    /// # Errors
    /// The same as [`Caller::unary`].
    pub async fn client_stream<Req: Message, Res: Message, E: Reject>(
        &self,
        method: &'static Method,
        cx: Context,
        requests: Streaming<Req>,
    ) -> Result<Res, E> {
        let cx = self.begin(cx);
        let call = async {
            if self.is_intercepted() {
                let answer = intercepted::call::<Req, Res>(self, method, cx, Content::many(requests)).await?;
                return answer.one();
            }
            let requests = self.encode_all(method, requests);
            self.decode(method, self.call(method, &cx, Payload::Many(requests)).await?.one()?)
        };
        call.await.map_err(|status| failed(status, method))
    }

    /// Makes a call with many requests and many responses. A stream of requests that ends early ends the call,
    /// as in [`Caller::client_stream`].
    ///
    /// # Errors
    /// The same as [`Caller::unary`].
    pub async fn bidi<Req: Message, Res: Message, E: Reject>(
        &self,
        method: &'static Method,
        cx: Context,
        requests: Streaming<Req>,
    ) -> Result<Streaming<Res>, E> {
        let cx = self.begin(cx);
        let call = async {
            if self.is_intercepted() {
                let answer = intercepted::call::<Req, Res>(self, method, cx, Content::many(requests)).await?;
                return answer.many();
            }
            let requests = self.encode_all(method, requests);
            let items = self.call(method, &cx, Payload::Many(requests)).await?.many()?;
            Ok(self.decode_all(&cx, method, items))
        };
        call.await.map_err(|status| failed(status, method))
    }

    fn is_intercepted(&self) -> bool {
        !self.interceptors.is_empty()
    }

    fn decode<M: Message>(&self, method: &'static Method, bytes: Bytes) -> Result<M> {
        Input::Encoded(self.channel.form(method).codec, bytes).decode_answer()
    }

    /// The items of a response. The wait for each ends with the deadline, or when the caller cancels.
    fn decode_all<M: Message>(&self, cx: &Context, method: &'static Method, items: Messages) -> Streaming<M> {
        let codec = self.channel.form(method).codec;
        let decoded = items.map(move |item| {
            let bytes = item.map_err(|status| status.answered_by(method.package()))?;
            Input::Encoded(codec, bytes).decode_answer()
        });
        match (cx.deadline(), cx.cancellation_if_asked()) {
            (None, None) => Streaming::new(decoded),
            _ => Streaming::new(until(cx.clone(), decoded)),
        }
    }
}

fn encode<M: Message>(requests: Requests, reply: Reply, message: &M) -> Result<Bytes> {
    if requests == Requests::Checked {
        violations::check(message)?;
    }
    reply.encode(message).map(|bytes| bytes.freeze())
}

/// The error of a method whose call failed with `status`.
#[cold]
fn failed<E: Reject>(status: Status, method: &'static Method) -> E {
    E::belongs_to(method.package());
    E::from_status(status, method.package())
}

fn too_late() -> Status {
    Status::deadline_exceeded("the deadline passed before the server answered")
}

fn given_up() -> Status {
    Status::cancelled("the caller cancelled the call")
}

/// Runs `call`, unless the deadline passes or the caller cancels it first.
async fn in_time<T>(cx: &Context, call: impl Future<Output = Result<T>>) -> Result<T> {
    let done = match (cx.deadline(), cx.cancellation_if_asked()) {
        (None, None) => return call.await,
        (Some(deadline), None) => {
            tokio::time::timeout_at(deadline, call).await.unwrap_or_else(|_| Err(too_late()))
        }
        (deadline, Some(token)) => tokio::select! {
            biased;
            () = token.cancelled() => Err(given_up()),
            done = call => done,
            () = at(deadline) => Err(too_late()),
        },
    };
    // The server may notice the deadline first, and reset the call.
    match done {
        Err(status)
            if status.code() == Code::Cancelled && cx.remaining().is_some_and(|left| left.is_zero()) =>
        {
            Err(too_late().with_source(status))
        }
        done => done,
    }
}

async fn at(deadline: Option<tokio::time::Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// The items, up to the deadline or until the caller cancels the call. Both drop the stream at once.
fn until<T: Send + 'static>(
    cx: Context,
    items: impl Stream<Item = Result<T>> + Send + 'static,
) -> impl Stream<Item = Result<T>> + Send + 'static {
    futures_util::stream::unfold(Some(Box::pin(items)), move |items| {
        let cx = cx.clone();
        async move {
            let mut items = items?;
            match in_time(&cx, async { items.next().await.transpose() }).await {
                Ok(Some(item)) => Some((Ok(item), Some(items))),
                Ok(None) => None,
                Err(status) => Some((Err(status), None)),
            }
        }
    })
}
