//! [`Context`]: the deadline, metadata and peer of a call. It is the same on every wire and on both sides.

use crate::call::delivered::Delivered;
use crate::call::metadata::Metadata;
use crate::call::policy::{Ending, Endings, Hearing, Place, Policy, after};
use crate::call::status::{Result, Status};
use crate::message::codec::extent::{Extent, Unknown};
use http::HeaderName;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{self, Poll};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

tokio::task_local! {
    static CURRENT: Context;
}

/// A value that an interceptor put into the call that runs here, such as its user: the short form of
/// [`Context::current`] and [`Context::extension`].
///
/// ```
/// use polywire::{Context, Result, Status, current, service};
///
/// #[derive(Clone)]
/// struct User(String); // an interceptor puts it in, with `Context::with_extension`
///
/// #[service(package = "books.v1")]
/// pub trait BookService {
///     async fn greet(&self) -> Result<String>; // takes no context
/// }
///
/// struct Shelf;
///
/// impl BookService for Shelf {
///     async fn greet(&self) -> Result<String> {
///         let User(name) = current().ok_or_else(|| Status::unauthenticated("log in first"))?;
///         Ok(format!("hello, {name}"))
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// # assert!(BookServiceClient::local(Shelf).greet().await.is_err());
/// # assert!(Context::new().with_extension(User("ann".to_owned())).scope(async { current::<User>() }).await.is_some());
/// # }
/// ```
pub fn current<T: Clone + Send + Sync + 'static>() -> Option<T> {
    CURRENT.try_with(|cx| cx.extension::<T>().cloned()).ok().flatten()
}

/// The headers of the trace context (W3C). They go on with every call.
static TRACE: [HeaderName; 3] = [
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
    HeaderName::from_static("baggage"),
];

/// The surroundings of a call: deadline, cancellation, metadata in both directions, peer and wire.
///
/// A handler that wants it takes `cx: Context` after `&self`. A caller makes one to set a deadline or metadata.
/// It passes the context as that argument, or runs the call in [`Context::scope`]. A clone is the same context.
///
/// ```
/// use polywire::{Context, Metadata};
/// use std::time::Duration;
/// let mut metadata = Metadata::new();
/// metadata.append("x-tenant", "north")?;
/// let cx = Context::new().with_timeout(Duration::from_secs(2)).with_metadata(&metadata);
/// assert_eq!(cx.metadata().get("x-tenant"), Some("north"));
/// # Ok::<(), polywire::InvalidMetadata>(())
/// ```
#[derive(Clone)]
pub struct Context(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) metadata: Metadata,
    /// Metadata that the program added to an incoming call, for its own outgoing calls.
    pub(crate) added: Metadata,
    /// The incoming call on whose behalf this one is made.
    pub(crate) parent: Option<Context>,
    /// Whether the handler has begun: from then on the call may have changed something.
    pub(crate) begun: AtomicBool,
    pub(crate) extensions: http::Extensions,
    /// Extensions of the connection, which all of its calls share.
    pub(crate) shared_extensions: Option<Arc<http::Extensions>>,
    pub(crate) deadline: Option<Instant>,
    /// The time at which the transport took the call, if known: the waist then need not ask the clock again.
    pub(crate) taken: Option<Instant>,
    pub(crate) transport: Transport,
    pub(crate) peer: Option<SocketAddr>,
    pub(crate) attempt: u32,
    pub(crate) message: Option<Delivered>,
    /// The text of the request's field that chooses the way of an outgoing message.
    pub(crate) steer: Option<Arc<str>>,
    /// The rule for values in the message that their types do not know.
    pub(crate) unknown: Unknown,
    pub(crate) policy: Option<Arc<Policy>>,
    /// The place that the transport took for the call, until the waist takes it.
    pub(crate) place: Mutex<Option<Place>>,
    /// The end of the connection's age, if it has one.
    pub(crate) ending: Option<Arc<Ending>>,
    pub(crate) cancellation: OnceLock<CancellationToken>,
    /// Made when somebody first sets or reads it. The copies that `with_…` makes share it.
    pub(crate) response: OnceLock<Arc<Mutex<Response>>>,
}

/// Metadata that goes out before and after the response.
#[derive(Debug, Clone, Default)]
pub(crate) struct Response {
    pub(crate) headers: Metadata,
    pub(crate) trailers: Metadata,
}

/// The wire that a call came in by.
///
/// ```
/// use polywire::{Context, Transport};
/// /// Whether nobody waits for the answer of a task.
/// fn is_queued(cx: &Context) -> bool {
///     matches!(cx.transport(), Transport::Amqp | Transport::Memory)
/// }
/// assert!(!is_queued(&Context::new()));
/// assert_eq!(Transport::GrpcWeb.to_string(), "grpc-web");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Transport {
    /// In process.
    #[default]
    Local,
    /// gRPC over HTTP/2.
    Grpc,
    /// gRPC-Web.
    GrpcWeb,
    /// Connect.
    Connect,
    /// An HTTP/JSON route.
    Http,
    /// WebSocket, either style.
    WebSocket,
    /// AMQP 0-9-1.
    Amqp,
    /// The in-memory broker.
    Memory,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Local => "local",
            Self::Grpc => "grpc",
            Self::GrpcWeb => "grpc-web",
            Self::Connect => "connect",
            Self::Http => "http",
            Self::WebSocket => "ws",
            Self::Amqp => "amqp",
            Self::Memory => "memory",
        })
    }
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            metadata: Metadata::new(),
            added: Metadata::new(),
            parent: None,
            begun: AtomicBool::new(false),
            extensions: http::Extensions::new(),
            shared_extensions: None,
            deadline: None,
            taken: None,
            transport: Transport::Local,
            peer: None,
            attempt: 1,
            message: None,
            steer: None,
            unknown: Unknown::Refused,
            policy: None,
            place: Mutex::new(None),
            ending: None,
            cancellation: OnceLock::new(),
            response: OnceLock::new(),
        }
    }
}

impl Inner {
    fn response(&self) -> &Arc<Mutex<Response>> {
        self.response.get_or_init(Arc::default)
    }
}

impl Default for Context {
    fn default() -> Self {
        Self::new()
    }
}

impl Context {
    /// Makes a context without a deadline and without metadata.
    pub fn new() -> Self {
        Self::from_inner(Inner::default())
    }

    pub(crate) fn from_inner(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// The context that this code runs in.
    ///
    /// In a handler, in an interceptor, and while a response stream is asked for its items, it is the context
    /// of the incoming call. It has that call's metadata, extensions, peer, transport and deadline. In a
    /// [scope](Context::scope) it is the context of that scope. Elsewhere it is a new one.
    ///
    /// A client that is called with it starts from [`Context::for_call`].
    ///
    /// ```
    /// use polywire::{Context, Result, Status, service};
    ///
    /// #[service(package = "books.v1")]
    /// pub trait BookService {
    ///     async fn title(&self, id: i32) -> Result<String>; // takes no context
    /// }
    ///
    /// struct Shelf;
    ///
    /// impl BookService for Shelf {
    ///     async fn title(&self, id: i32) -> Result<String> {
    ///         let language = Context::current().metadata().get("accept-language").unwrap_or("en").to_owned();
    ///         Ok(format!("book {id}, in {language}"))
    ///     }
    /// }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
    /// assert_eq!(BookServiceClient::local(Shelf).title(7).await?, "book 7, in en");
    /// # Ok(()) }
    /// ```
    pub fn current() -> Self {
        CURRENT.try_with(Self::clone).unwrap_or_default()
    }

    /// Makes a context for calls on behalf of this one.
    ///
    /// From an incoming call it takes the deadline, the trace context (`traceparent`, `tracestate`, `baggage`), the
    /// metadata that [`Server::propagate`](crate::Server::propagate) names, and those that the handler added with
    /// [`Context::with_metadata`]. It never passes on other received metadata, such as credentials. Clients do this with
    /// every context that they are given.
    ///
    /// ```
    /// # use polywire::{Context, Metadata};
    /// # fn sign() -> Result<(), polywire::InvalidMetadata> {
    /// let mut signed = Metadata::new();
    /// signed.append("x-signature", "abc")?;
    /// let outgoing = Context::current().with_metadata(&signed).for_call();
    /// assert_eq!(outgoing.metadata().get("x-signature"), Some("abc"));
    /// # Ok(()) }
    /// # sign().expect("sound");
    /// ```
    #[must_use]
    pub fn for_call(&self) -> Self {
        if self.policy().is_some() { self.child() } else { self.clone() }
    }

    /// Runs `call` in this context, for clients whose methods take no `Context`.
    ///
    /// ```
    /// # use polywire::Context; use std::time::Duration;
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let cx = Context::new().with_timeout(Duration::from_secs(2));
    /// let left = cx.scope(async { Context::current().remaining() }).await;
    /// assert!(left.is_some());
    /// # }
    /// ```
    pub fn scope<F: Future>(&self, call: F) -> impl Future<Output = F::Output> + use<F> {
        CURRENT.scope(self.clone(), call)
    }

    /// Like [`Context::scope`], for code that does not wait.
    pub(crate) fn sync_scope<T>(&self, run: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self.clone(), run)
    }

    /// Changes this context. If others hold it too, changes a copy, which shares the response metadata with them.
    fn edit(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        if Arc::get_mut(&mut self.0).is_none() {
            self = Self::from_inner(Inner {
                metadata: self.0.metadata.clone(),
                added: self.0.added.clone(),
                parent: self.0.parent.clone(),
                begun: AtomicBool::new(self.has_begun()),
                extensions: self.0.extensions.clone(),
                shared_extensions: self.0.shared_extensions.clone(),
                message: self.0.message.clone(),
                steer: self.0.steer.clone(),
                policy: self.0.policy.clone(),
                place: Mutex::new(None),
                ending: self.0.ending.clone(),
                cancellation: self.0.cancellation.clone(),
                response: OnceLock::from(Arc::clone(self.0.response())),
                ..*self.0
            });
        }
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            change(inner);
        }
        self
    }

    /// Sets the text that chooses the way of an outgoing message.
    pub(crate) fn with_steer(self, text: String) -> Self {
        self.edit(|inner| inner.steer = Some(text.into()))
    }

    /// The text that chooses the way of an outgoing message.
    #[cfg(feature = "_queue")]
    pub(crate) fn steer(&self) -> Option<&str> {
        self.0.steer.as_deref()
    }

    /// Ends the call `timeout` from now, unless it ends earlier already. A timeout beyond the clock's range
    /// sets no deadline.
    ///
    /// ```
    /// # use polywire::Context; use std::time::Duration;
    /// let cx = Context::new().with_timeout(Duration::from_secs(5)).with_timeout(Duration::from_secs(60));
    /// assert!(cx.remaining().is_some_and(|left| left <= Duration::from_secs(5)));
    /// ```
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        match after(Instant::now(), timeout) {
            Some(deadline) => self.with_deadline(deadline),
            None => self,
        }
    }

    /// Ends the call at `deadline`, unless it ends earlier already.
    ///
    /// ```
    /// # use polywire::Context; use std::time::Duration;
    /// let deadline = tokio::time::Instant::now() + Duration::from_secs(5);
    /// assert_eq!(Context::new().with_deadline(deadline).deadline(), Some(deadline));
    /// ```
    #[must_use]
    pub fn with_deadline(self, deadline: Instant) -> Self {
        self.edit(|inner| inner.deadline = Some(inner.deadline.map_or(deadline, |d| d.min(deadline))))
    }

    /// Adds request metadata. On a server, interceptors and handlers see it. A client that the handler calls
    /// with this context sends it. Clients do not send metadata that an interceptor added.
    ///
    /// ```
    /// # use polywire::{Context, Metadata};
    /// let mut tenant = Metadata::new();
    /// tenant.append("x-tenant", "north")?;
    /// let cx = Context::new().with_metadata(&tenant);
    /// assert_eq!(cx.metadata().get("x-tenant"), Some("north"));
    /// # Ok::<(), polywire::InvalidMetadata>(())
    /// ```
    #[must_use]
    pub fn with_metadata(self, metadata: &Metadata) -> Self {
        self.edit(|inner| {
            inner.metadata.extend(metadata);
            if inner.policy.is_some() {
                inner.added.extend(metadata);
            }
        })
    }

    /// The same call, as one of this wire.
    pub(crate) fn over(self, transport: Transport) -> Self {
        if self.0.transport == transport { self } else { self.edit(|inner| inner.transport = transport) }
    }

    /// Sets request metadata, in place of values with the same names.
    #[cfg(feature = "otel")]
    pub(crate) fn replacing(self, metadata: &Metadata) -> Self {
        self.edit(|inner| inner.metadata.replace(metadata))
    }

    /// Adds a value for handlers and interceptors, such as the caller's identity.
    ///
    /// ```
    /// # use polywire::Context;
    /// #[derive(Clone)]
    /// struct User(&'static str);
    /// let cx = Context::new().with_extension(User("ann"));
    /// assert_eq!(cx.extension::<User>().map(|user| user.0), Some("ann"));
    /// ```
    #[must_use]
    pub fn with_extension<T: Clone + Send + Sync + 'static>(self, value: T) -> Self {
        self.edit(|inner| drop(inner.extensions.insert(value)))
    }

    /// The same call as the attempt of this number.
    pub(crate) fn with_attempt(self, attempt: u32) -> Self {
        if self.0.attempt == attempt { self } else { self.edit(|inner| inner.attempt = attempt) }
    }

    /// The same call with response metadata of its own.
    pub(crate) fn with_own_response(self) -> Self {
        self.edit(|inner| inner.response = OnceLock::new())
    }

    /// The context that an interceptor made from `before`. The deadline and the rules of `before` still hold.
    /// Metadata that the interceptor added counts as received.
    pub(crate) fn received(self, before: &Self) -> Self {
        let is_bounded =
            before.deadline().is_none_or(|limit| self.deadline().is_some_and(|own| own <= limit));
        if is_bounded && self.policy().is_some() && self.0.added.is_empty() {
            return self;
        }
        self.edit(|inner| {
            inner.deadline = [inner.deadline, before.deadline()].into_iter().flatten().min();
            inner.policy = before.policy().cloned();
            inner.ending = before.0.ending.clone();
            inner.added = Metadata::new();
        })
    }

    fn child(&self) -> Self {
        let mut metadata = self.0.metadata.only(&TRACE);
        if let Some(policy) = self.policy() {
            metadata.extend(&self.0.metadata.only(&policy.propagated.names));
        }
        for (name, _) in self.0.added.iter() {
            metadata.remove(name);
        }
        metadata.extend(&self.0.added);
        let parent = Some(self.clone());
        Self::from_inner(Inner { deadline: self.0.deadline, metadata, parent, ..Inner::default() })
    }

    /// The rest of a call whose client is gone. It may take at most as long as a unary call. `None` when the
    /// handler has not begun: nothing can have changed, so the call is dropped.
    pub(crate) fn orphan<T, F>(&self, rest: F) -> Option<impl Future<Output = Result<T>> + Send + use<T, F>>
    where
        F: Future<Output = Result<T>> + Send,
    {
        let limit = self.policy().map(|policy| policy.limits.unary_timeout).filter(|_| self.has_begun())?;
        Some(async move {
            let late = |_| Status::deadline_exceeded("the caller had left, and the call took too long");
            tokio::time::timeout(limit, rest).await.map_err(late)?
        })
    }

    /// Sets the place that the transport took for this call.
    #[cfg(feature = "_queue")]
    pub(crate) fn give_place(&self, place: Option<Place>) {
        *self.0.place.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }

    /// The place that the transport took for this call, the first time.
    pub(crate) fn take_place(&self) -> Option<Place> {
        self.0.place.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Notes that the handler begins.
    pub(crate) fn begin(&self) {
        self.0.begun.store(true, Ordering::Relaxed);
    }

    /// Whether the handler has begun.
    pub(crate) fn has_begun(&self) -> bool {
        self.0.begun.load(Ordering::Relaxed)
    }

    /// The time by which the call must have ended.
    ///
    /// ```
    /// # use polywire::Context; use std::time::Duration;
    /// assert!(Context::new().deadline().is_none());
    /// assert!(Context::new().with_timeout(Duration::from_secs(5)).deadline().is_some());
    /// ```
    pub fn deadline(&self) -> Option<Instant> {
        self.0.deadline
    }

    /// The time that is left: zero once the deadline has passed, `None` without a deadline.
    ///
    /// ```
    /// # use polywire::Context; use std::time::Duration;
    /// /// The time for a look into the cache: a tenth of what is left.
    /// fn patience(cx: &Context) -> Duration {
    ///     cx.remaining().map_or(Duration::from_secs(1), |left| left / 10)
    /// }
    /// assert_eq!(patience(&Context::new()), Duration::from_secs(1));
    /// ```
    pub fn remaining(&self) -> Option<Duration> {
        self.0.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Whether the server of this call drains: it takes nothing new, and ends the call when `drain_timeout` is over.
    ///
    /// ```
    /// # use polywire::Context;
    /// assert!(!Context::new().is_draining()); // no server runs it
    /// ```
    pub fn is_draining(&self) -> bool {
        self.policy().is_some_and(|policy| policy.draining.is_cancelled())
    }

    /// Ready once the server of this call drains. Handlers that run for long, such as a stream without an end, hear of it
    /// here and end by themselves. A caller then connects anew, to another server.
    ///
    /// During `drain_delay` everything is still answered, and nothing is told yet: a caller who came back then would come
    /// to this server again. Without a server it is never ready.
    ///
    /// ```
    /// # use polywire::{Context, Result, Streaming};
    /// async fn prices(cx: Context) -> Result<Streaming<f64>> {
    ///     let (sender, prices) = Streaming::channel(16);
    ///     tokio::spawn(async move {
    ///         let mut draining = std::pin::pin!(cx.draining());
    ///         loop {
    ///             tokio::select! {
    ///                 () = &mut draining => return, // the stream ends soundly, with all that was sent
    ///                 price = next() => if sender.send(price).await.is_err() { return },
    ///             }
    ///         }
    ///     });
    ///     Ok(prices)
    /// }
    /// # async fn next() -> f64 { 1.0 }
    /// ```
    pub fn draining(&self) -> impl Future<Output = ()> + Send + use<> {
        let draining = self.policy().map(|policy| policy.draining.clone().cancelled_owned());
        async move {
            match draining {
                Some(draining) => draining.await,
                None => std::future::pending().await,
            }
        }
    }

    /// Request metadata: on the server as it arrived, on the client as it will be sent. It includes HTTP's own
    /// headers.
    ///
    /// ```
    /// # use polywire::Context;
    /// fn language(cx: &Context) -> &str {
    ///     cx.metadata().get("accept-language").unwrap_or("en")
    /// }
    /// assert_eq!(language(&Context::new()), "en");
    /// ```
    pub fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    /// A value that an interceptor or a layer put in, such as the caller's identity. On a Connect GET the
    /// [`http::Uri`] of the request is there too, and on a WebSocket the one of its handshake.
    ///
    /// ```
    /// # use polywire::{Context, Result, Status};
    /// #[derive(Clone)]
    /// struct User(String); // an interceptor puts it in with `Context::with_extension`
    ///
    /// fn user(cx: &Context) -> Result<&User> {
    ///     cx.extension::<User>().ok_or_else(|| Status::unauthenticated("log in first"))
    /// }
    /// assert!(user(&Context::new()).is_err());
    /// ```
    pub fn extension<T: Send + Sync + 'static>(&self) -> Option<&T> {
        let shared = || self.0.shared_extensions.as_ref().and_then(|shared| shared.get());
        self.0.extensions.get().or_else(shared)
    }

    /// The values that interceptors and layers put in, for the calls of a connection.
    #[cfg(feature = "ws")]
    pub(crate) fn extensions(&self) -> &http::Extensions {
        &self.0.extensions
    }

    /// The incoming call on whose behalf a client's call is made. The interceptors of the client find there what those of
    /// the server have put in. `None` outside of a handler.
    ///
    /// ```
    /// # use polywire::{BoxFuture, Context, Interceptor, Metadata, Method, Result};
    /// #[derive(Clone)]
    /// struct Tenant(String);
    ///
    /// /// Tells the services behind this one whose call it is.
    /// struct Tenants;
    ///
    /// impl Interceptor for Tenants {
    ///     fn before<'a>(&'a self, cx: Context, _: &'static Method) -> BoxFuture<'a, Result<Context>> {
    ///         Box::pin(async move {
    ///             let mut metadata = Metadata::new();
    ///             if let Some(Tenant(name)) = cx.parent().and_then(|parent| parent.extension()) {
    ///                 metadata.append("x-tenant", name)?;
    ///             }
    ///             Ok(cx.with_metadata(&metadata))
    ///         })
    ///     }
    /// }
    /// ```
    pub fn parent(&self) -> Option<&Self> {
        self.0.parent.as_ref()
    }

    /// The wire that the call came in by. For the interceptors of a client, the wire that it goes out by.
    ///
    /// ```
    /// # use polywire::{Context, Transport};
    /// assert_eq!(Context::new().transport(), Transport::Local);
    /// ```
    pub fn transport(&self) -> Transport {
        self.0.transport
    }

    /// The address of the other side, where the wire has one.
    ///
    /// ```
    /// # use polywire::Context;
    /// let peer = Context::new().peer().map_or("in process".to_owned(), |address| address.ip().to_string());
    /// assert_eq!(peer, "in process");
    /// ```
    pub fn peer(&self) -> Option<SocketAddr> {
        self.0.peer
    }

    /// The number of this delivery, from 1. On AMQP it grows when a message is tried again.
    ///
    /// ```
    /// # use polywire::{Context, Result};
    /// async fn process(cx: Context, order_id: i64) -> Result<()> {
    ///     if cx.attempt() > 1 {
    ///         println!("order {order_id} is tried again: it may be paid already");
    ///     }
    ///     Ok(())
    /// }
    /// assert_eq!(Context::new().attempt(), 1);
    /// ```
    pub fn attempt(&self) -> u32 {
        self.0.attempt
    }

    /// The message that the call came by: its id, queue, routing key and publisher. `None` on wires without a
    /// broker.
    ///
    /// ```
    /// # use polywire::Context;
    /// /// What a payment is written down under, so that it is made once.
    /// fn key(cx: &Context) -> Option<&str> {
    ///     cx.message()?.id()
    /// }
    /// assert_eq!(key(&Context::new()), None);
    /// ```
    pub fn message(&self) -> Option<&Delivered> {
        self.0.message.as_ref()
    }

    /// See [`Inner::taken`].
    pub(crate) fn taken(&self) -> Option<Instant> {
        self.0.taken
    }

    /// The limits on a message of this call.
    pub(crate) fn extent(&self) -> Extent {
        let extent = self.policy().map_or(Extent::DEFAULT, |policy| policy.extent);
        Extent { unknown: self.0.unknown, ..extent }
    }

    pub(crate) fn policy(&self) -> Option<&Arc<Policy>> {
        self.0.policy.as_ref()
    }

    /// The events that may end the call early: the end of its server, or of its connection.
    pub(crate) fn endings(&self) -> Option<Endings<'_>> {
        let policy = self.policy()?;
        Some(Endings { server: &policy.ending, connection: self.0.ending.as_deref() })
    }

    /// Ready with the status that ends the call, once its server or its connection is over.
    pub(crate) fn poll_ending(&self, hearing: &mut Hearing, task: &mut task::Context<'_>) -> Poll<Status> {
        self.endings().map_or(Poll::Pending, |endings| hearing.poll(endings, task))
    }

    /// The token that says whether the call is cancelled, and that can cancel it.
    ///
    /// On the server it is cancelled when the caller gives up. The handler is dropped then, so only work that it
    /// spawned needs the token. On the client it cancels a call without dropping its future, and the call fails
    /// with `cancelled`. Ask for the token before the call.
    ///
    /// ```
    /// # use polywire::Context;
    /// async fn import(cx: Context) {
    ///     let gone = cx.cancellation();
    ///     tokio::spawn(async move {
    ///         tokio::select! {
    ///             () = gone.cancelled() => {} // the caller gave up
    ///             () = work() => {}
    ///         }
    ///     });
    /// }
    /// # async fn work() {}
    /// ```
    pub fn cancellation(&self) -> CancellationToken {
        self.0.cancellation.get_or_init(CancellationToken::new).clone()
    }

    /// The token, if somebody asked for it.
    pub(crate) fn cancellation_if_asked(&self) -> Option<&CancellationToken> {
        self.0.cancellation.get()
    }

    /// Cancels the token, if somebody asked for it.
    pub(crate) fn cancel(&self) {
        if let Some(token) = self.0.cancellation.get() {
            token.cancel();
        }
    }

    fn response(&self) -> MutexGuard<'_, Response> {
        self.0.response().lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds metadata that goes out before the response. It has no effect once the first message is sent.
    ///
    /// ```
    /// # use polywire::Context;
    /// let cx = Context::new();
    /// cx.append_header("x-cache", "hit")?;
    /// assert_eq!(cx.headers().get("x-cache"), Some("hit"));
    /// # Ok::<(), polywire::InvalidMetadata>(())
    /// ```
    pub fn append_header(
        &self,
        key: &str,
        value: &str,
    ) -> std::result::Result<(), crate::call::metadata::InvalidMetadata> {
        self.response().headers.append(key, value)
    }

    /// Adds metadata that goes out after the response.
    ///
    /// ```
    /// # use polywire::Context;
    /// let cx = Context::new();
    /// cx.append_trailer("x-rows", "120")?;
    /// assert_eq!(cx.trailers().get("x-rows"), Some("120"));
    /// # Ok::<(), polywire::InvalidMetadata>(())
    /// ```
    pub fn append_trailer(
        &self,
        key: &str,
        value: &str,
    ) -> std::result::Result<(), crate::call::metadata::InvalidMetadata> {
        self.response().trailers.append(key, value)
    }

    /// Changes the metadata that goes out before the response.
    ///
    /// ```
    /// # use polywire::Context;
    /// let cx = Context::new();
    /// cx.append_header("cache-control", "max-age=60")?;
    /// cx.edit_headers(|headers| headers.remove("cache-control"));
    /// assert!(cx.headers().is_empty());
    /// # Ok::<(), polywire::InvalidMetadata>(())
    /// ```
    pub fn edit_headers<T>(&self, change: impl FnOnce(&mut Metadata) -> T) -> T {
        change(&mut self.response().headers)
    }

    /// Changes the metadata that goes out after the response.
    ///
    /// ```
    /// # use polywire::Context;
    /// let cx = Context::new();
    /// cx.edit_trailers(|trailers| trailers.append_bin("x-digest-bin", &[1, 2, 3]))?;
    /// assert!(!cx.trailers().is_empty());
    /// # Ok::<(), polywire::InvalidMetadata>(())
    /// ```
    pub fn edit_trailers<T>(&self, change: impl FnOnce(&mut Metadata) -> T) -> T {
        change(&mut self.response().trailers)
    }

    /// The metadata before the response: on the client as it came in, on the server as it will go out.
    ///
    /// ```
    /// # use polywire::{Context, Result, service};
    /// #[service(package = "books.v1")]
    /// pub trait BookService {
    ///     async fn title(&self, cx: Context, id: i32) -> Result<String>;
    /// }
    /// # struct Shelf;
    /// # impl BookService for Shelf {
    /// #     async fn title(&self, cx: Context, _: i32) -> Result<String> {
    /// #         cx.append_header("x-cache", "hit").expect("sound");
    /// #         Ok("Dune".to_owned())
    /// #     }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
    /// let books = BookServiceClient::local(Shelf);
    /// let cx = Context::new();
    /// books.title(cx.clone(), 7).await?; // a clone is the same context
    /// assert_eq!(cx.headers().get("x-cache"), Some("hit"));
    /// # Ok(()) }
    /// ```
    pub fn headers(&self) -> Metadata {
        self.response().headers.clone()
    }

    /// The metadata after the response: on the client as it came in, on the server as it will go out.
    ///
    /// ```
    /// # use polywire::{Context, Metadata};
    /// fn rows(answered: &Metadata) -> Option<u64> {
    ///     answered.get("x-rows")?.parse().ok()
    /// }
    /// let cx = Context::new(); // after the call that it was given to
    /// assert_eq!(rows(&cx.trailers()), None);
    /// ```
    pub fn trailers(&self) -> Metadata {
        self.response().trailers.clone()
    }

    /// Takes the response metadata that the handler set, if any. For transports.
    #[cfg(feature = "http")]
    pub(crate) fn take_response(&self) -> Option<Response> {
        self.0.response.get().map(|_| std::mem::take(&mut *self.response()))
    }

    /// An empty map for transports. It reuses the memory of the request's headers where nobody else holds them.
    /// hyper keeps the map of an answer for the next request of the connection, so a large map is not reused.
    #[cfg(feature = "http")]
    pub(crate) fn into_spare_headers(mut self) -> http::HeaderMap {
        const MOST: usize = 32;
        let inner = Arc::get_mut(&mut self.0);
        let metadata = inner.map(|inner| std::mem::take(&mut inner.metadata)).unwrap_or_default();
        let mut headers = metadata.into_headers();
        if headers.capacity() > MOST {
            return http::HeaderMap::new();
        }
        headers.clear();
        headers
    }

    /// Takes the headers that the handler set. For transports.
    pub(crate) fn take_headers(&self) -> Metadata {
        match self.0.response.get() {
            None => Metadata::new(),
            Some(_) => std::mem::take(&mut self.response().headers),
        }
    }

    /// Takes the trailers that the handler set. For transports.
    pub(crate) fn take_trailers(&self) -> Metadata {
        match self.0.response.get() {
            None => Metadata::new(),
            Some(_) => std::mem::take(&mut self.response().trailers),
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("transport", &self.transport())
            .field("peer", &self.peer())
            .field("attempt", &self.attempt())
            .field("remaining", &self.remaining())
            .finish_non_exhaustive()
    }
}
