//! The waist: a typed method becomes a [`Route`], and every call passes here, whatever its wire.
//!
//! [`Mount`] erases the types once for each method; after it nothing is generic. The rules that hold on every
//! wire are here and in [`guard`](self::guard): decoding, deadline, panic guard, interceptors, typed errors,
//! encoding. They are the same on every wire because they are the same code.

#[cfg(feature = "ws")]
mod connection;
mod erased;
mod expiring;
mod guard;
mod guarded;
mod idle;
mod ongoing;
mod outgoing;

#[cfg(feature = "ws")]
pub(crate) use connection::Connection;
pub(crate) use ongoing::Ongoing;
pub use outgoing::{BoxOutgoing, Frame, NoFrame, Outgoing};

use crate::call::context::Context;
use crate::call::input::{Arrival, Codec, Input, Reply};
use crate::call::interceptor::{Interceptor, Interceptors};
use crate::call::policy::{Ruled, Terms};
use crate::call::refusal::{self, Reading};
use crate::call::reject::Reject;
use crate::call::spec::{Method, ServiceSpec, TypedMethod};
use crate::call::status::Result;
use crate::call::stream::Streaming;
use crate::message::codec::Message;
use crate::message::codec::check::Gate;
use crate::waist::intercepted::Intercepted;
use bytes::{Bytes, BytesMut};
use erased::{Many, One};
use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_util::StreamExt;
use guard::Handler;
use idle::Timely;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// A service that a server can mount. The generated `…Server` types implement it.
///
/// ```
/// # use polywire::{Result, Server, Service, service};
/// # #[service(package = "books.v1")]
/// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
/// # struct Shelf;
/// # impl BookService for Shelf { async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) } }
/// /// The server of any service, with the address that all of ours have.
/// fn server(service: impl Service) -> Server {
///     Server::new().service(service).listen("0.0.0.0:8080")
/// }
/// let books = server(BookServiceServer::new(Shelf));
/// # drop(books);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a service that a server can mount",
    label = "not the server of a service",
    note = "`#[service]` on a trait makes a server for what implements it: of a trait `Books` write `.service(BooksServer::new(…))`"
)]
pub trait Service: Send + 'static {
    /// The static description of the service.
    fn spec(&self) -> &'static ServiceSpec;
    /// The methods of the service, with their types erased.
    fn routes(self) -> Vec<Route>
    where
        Self: Sized;

    /// Adds an interceptor around every method of this service, inside of the server's and of those that were added
    /// to the service before.
    ///
    /// Its [`mount`](Interceptor::mount) is asked about these methods alone. It does not decide about connections,
    /// because a WebSocket may carry calls of several services.
    ///
    /// ```
    /// # use polywire::{Interceptor, Result, Server, Service, service};
    /// # #[service(package = "books.v1")]
    /// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; async fn burn(&self, id: i32) -> Result<()>; }
    /// # struct Shelf;
    /// # impl BookService for Shelf {
    /// #     async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) }
    /// #     async fn burn(&self, _: i32) -> Result<()> { Ok(()) }
    /// # }
    /// fn server(log: impl Interceptor, token: impl Interceptor, audit: impl Interceptor) -> Server {
    ///     let books = BookServiceServer::new(Shelf)
    ///         .interceptor(token) // of this service
    ///         .method_interceptor(BookServiceClient::BURN, audit); // of one method
    ///     Server::new().interceptor(log).service(books)
    /// }
    /// ```
    fn interceptor(self, interceptor: impl Interceptor) -> Intercepted<Self>
    where
        Self: Sized,
    {
        Intercepted::all(self, interceptor)
    }

    /// Adds an interceptor around one method, inside of those of the service. The method is a constant of the
    /// service's client.
    ///
    /// # Panics
    /// When the method belongs to another service.
    fn method_interceptor<A>(self, method: TypedMethod<A>, interceptor: impl Interceptor) -> Intercepted<Self>
    where
        Self: Sized,
    {
        Intercepted::one(self, method, interceptor)
    }
}

/// One method of a mounted service.
pub struct Route {
    /// The static description of the method.
    pub method: &'static Method,
    /// Rules that the method sets for its own calls.
    pub terms: Terms,
    /// The way to call the method.
    pub call: Call,
    /// The way to join several messages for one call, if the method takes batches.
    pub join: Option<JoinFn>,
    /// The interceptors inside of the server's.
    pub(crate) around: Around,
}

/// The interceptors of one method, beside those of the server.
#[derive(Debug, Default)]
pub(crate) struct Around {
    /// The interceptors of its service.
    pub(crate) service: Interceptors,
    /// The interceptors of the method, inside of the service's.
    pub(crate) method: Interceptors,
}

/// Reads one message of a batch, checks it, and writes it as protobuf. The parts of a batch, one after the other, are
/// a message with the items of all.
pub type JoinFn = fn(&Context, &Input) -> Result<BytesMut>;

impl Route {
    /// The facts that decide how long a call may take.
    pub(crate) fn ruled(&self) -> Ruled {
        Ruled { shape: self.method.shape(), timeout: self.terms.timeout }
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Route({})", self.method.full_name())
    }
}

/// A method with its types erased, by shape.
///
/// ```
/// # use polywire::{Codec, Context, Result, Service, service};
/// use polywire::transport::{Call, Input, Reply};
///
/// # #[service(package = "books.v1")]
/// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
/// # struct Shelf;
/// # impl BookService for Shelf { async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) } }
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let routes = BookServiceServer::new(Shelf).routes();
/// let Call::Unary(title) = &routes[0].call else { panic!("`title` streams in neither direction") };
/// let request = Input::Encoded(Codec::Json, br#"{"id":7}"#.as_slice().into());
/// let answer = title(Context::new(), request.into(), Reply::new(Codec::Json)).await?;
/// assert_eq!(answer, br#"{"result":"book 7"}"#.as_slice());
/// # Ok(()) }
/// ```
pub enum Call {
    /// One request, one response.
    Unary(UnaryFn),
    /// One request, many responses.
    ServerStream(ServerStreamFn),
    /// Many requests, one response.
    ClientStream(ClientStreamFn),
    /// Many requests, many responses.
    Bidi(BidiFn),
}

/// The function in [`Call::Unary`].
pub type UnaryFn = Arc<dyn Fn(Context, Arrival, Reply) -> BoxFuture<'static, Result<BytesMut>> + Send + Sync>;
/// The function in [`Call::ServerStream`].
pub type ServerStreamFn =
    Arc<dyn Fn(Context, Arrival, Reply) -> BoxFuture<'static, Result<BoxOutgoing>> + Send + Sync>;
/// The function in [`Call::ClientStream`].
pub type ClientStreamFn =
    Arc<dyn Fn(Context, Incoming, Reply) -> BoxFuture<'static, Result<BytesMut>> + Send + Sync>;
/// The function in [`Call::Bidi`].
pub type BidiFn =
    Arc<dyn Fn(Context, Incoming, Reply) -> BoxFuture<'static, Result<BoxOutgoing>> + Send + Sync>;

/// Encoded messages on their way in. The stream is dropped when the handler needs no more.
pub struct Incoming(Pin<Box<dyn Stream<Item = Result<Input>> + Send>>);

impl Incoming {
    /// Wraps the messages that a transport reads.
    pub fn new(codec: Codec, items: impl Stream<Item = Result<Bytes>> + Send + 'static) -> Self {
        Self::of_inputs(StreamExt::map(items, move |item| Ok(Input::Encoded(codec, item?))))
    }

    /// Wraps messages that may each have an encoding of their own.
    pub fn of_inputs(items: impl Stream<Item = Result<Input>> + Send + 'static) -> Self {
        Self(Box::pin(items))
    }

    /// Refuses messages that are larger than this.
    fn within(self, limit: Option<usize>) -> Self {
        if limit.is_none() {
            return self;
        }
        Self::of_inputs(StreamExt::map(self.0, move |item| {
            let item = item?;
            item.check_size(limit).map(|()| item)
        }))
    }

    fn decode<M: Message>(self, gate: Gate<M>, reading: Reading) -> Streaming<M> {
        Streaming::new(StreamExt::map(self.0, move |item| refusal::read(gate, &item?, reading)))
    }

    /// Decodes the messages too. No wait for an item is longer than the method's stream may be idle.
    fn decode_timely<M: Message>(
        self,
        gate: Gate<M>,
        reading: Reading,
        idle: Option<Duration>,
    ) -> Streaming<M> {
        match idle {
            Some(idle) => Streaming::new(Timely::new(self.0, gate, idle, reading)),
            None => self.decode(gate, reading),
        }
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Incoming")
    }
}

/// Turns the methods of one service into routes. Generated code makes one call for each method.
pub struct Mount<S> {
    service: Arc<S>,
    /// The rules of the method that is added next.
    terms: Terms,
    routes: Vec<Route>,
}

impl<S> fmt::Debug for Mount<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mount({:?})", self.routes)
    }
}

impl<S: Send + Sync + 'static> Mount<S> {
    /// Makes a mount without routes.
    pub fn new(service: Arc<S>) -> Self {
        Self { service, terms: Terms::default(), routes: Vec::new() }
    }

    /// The routes, in the order in which they were added.
    pub fn finish(self) -> Vec<Route> {
        self.routes
    }

    fn add(&mut self, method: &'static Method, call: Call) {
        self.routes.push(Route {
            method,
            terms: std::mem::take(&mut self.terms),
            call,
            join: None,
            around: Around::default(),
        });
    }

    /// Sets how long streams of the method added next may wait for an item: `#[method(idle = "…")]`.
    pub fn idle(&mut self, millis: u64) -> &mut Self {
        self.terms.idle = Some(Duration::from_millis(millis));
        self
    }

    /// Sets how long a call of the method added next may take: `#[method(timeout = "…")]`.
    pub fn timeout(&mut self, millis: u64) -> &mut Self {
        self.terms.timeout = Some(Duration::from_millis(millis));
        self
    }

    /// Sets how large a request of the method added next may be, in bytes: `#[method(message_size = "…")]`.
    pub fn message_size(&mut self, bytes: usize) -> &mut Self {
        self.terms.message_size = Some(bytes);
        self
    }

    /// A method's function, with all that it is called with beside the request.
    fn handler<C: Copy>(&self, method: &'static Method, call: C) -> Handler<S, C> {
        Handler { method, service: Arc::clone(&self.service), call, terms: self.terms }
    }

    /// Adds a method with one request and one response.
    pub fn unary<Req: Message, Res: Message, E: Reject, F>(
        &mut self,
        method: &'static Method,
        call: impl Fn(Arc<S>, Context, Req) -> F + Copy + Send + Sync + 'static,
    ) where
        F: Future<Output = Result<Res, E>> + Send + 'static,
    {
        E::belongs_to(method.package());
        let (handler, gate) = (self.handler(method, call), Gate::new());
        let call: UnaryFn = Arc::new(move |cx, request, reply| {
            Box::pin(guard::unary(handler.clone(), cx, One { request, gate }, reply))
        });
        self.add(method, Call::Unary(call));
    }

    /// Adds a method with one request and one response, which takes the lists of several messages at once.
    pub fn batch<Req: Message, Res: Message, E: Reject, F>(
        &mut self,
        method: &'static Method,
        call: impl Fn(Arc<S>, Context, Req) -> F + Copy + Send + Sync + 'static,
    ) where
        F: Future<Output = Result<Res, E>> + Send + 'static,
    {
        self.unary(method, call);
        if let Some(route) = self.routes.last_mut() {
            route.join = Some(part::<Req>);
        }
    }

    /// Adds a method with one request and many responses.
    pub fn server_stream<Req: Message, Res: Message, E: Reject, F>(
        &mut self,
        method: &'static Method,
        call: impl Fn(Arc<S>, Context, Req) -> F + Copy + Send + Sync + 'static,
    ) where
        F: Future<Output = Result<Streaming<Res>, E>> + Send + 'static,
    {
        E::belongs_to(method.package());
        let (handler, gate) = (self.handler(method, call), Gate::new());
        let call: ServerStreamFn = Arc::new(move |cx, request, reply| {
            Box::pin(guard::stream(handler.clone(), cx, One { request, gate }, reply))
        });
        self.add(method, Call::ServerStream(call));
    }

    /// Adds a method with many requests and one response.
    pub fn client_stream<Req: Message, Res: Message, E: Reject, F>(
        &mut self,
        method: &'static Method,
        call: impl Fn(Arc<S>, Context, Streaming<Req>) -> F + Copy + Send + Sync + 'static,
    ) where
        F: Future<Output = Result<Res, E>> + Send + 'static,
    {
        E::belongs_to(method.package());
        let (handler, gate) = (self.handler(method, call), Gate::new());
        let terms = self.terms;
        let call: ClientStreamFn = Arc::new(move |cx, incoming, reply| {
            Box::pin(guard::unary(
                handler.clone(),
                cx,
                Many { incoming, gate, terms, may_rest: false },
                reply,
            ))
        });
        self.add(method, Call::ClientStream(call));
    }

    /// Adds a method with many requests and many responses.
    pub fn bidi<Req: Message, Res: Message, E: Reject, F>(
        &mut self,
        method: &'static Method,
        call: impl Fn(Arc<S>, Context, Streaming<Req>) -> F + Copy + Send + Sync + 'static,
    ) where
        F: Future<Output = Result<Streaming<Res>, E>> + Send + 'static,
    {
        E::belongs_to(method.package());
        let (handler, gate) = (self.handler(method, call), Gate::new());
        let terms = self.terms;
        let call: BidiFn = Arc::new(move |cx, incoming, reply| {
            Box::pin(guard::stream(
                handler.clone(),
                cx,
                Many { incoming, gate, terms, may_rest: true },
                reply,
            ))
        });
        self.add(method, Call::Bidi(call));
    }
}

/// One message of a batch.
fn part<Req: Message>(cx: &Context, input: &Input) -> Result<BytesMut> {
    let reply = Reply::new(Codec::Proto);
    let request: Req = refusal::read(Gate::new(), input, Reading::new(cx.extent(), &reply))?;
    reply.within(cx.extent()).encode(&request)
}
