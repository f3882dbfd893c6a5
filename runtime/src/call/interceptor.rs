//! Interceptors: code that runs once around every call, on every wire and on both sides.

use crate::call::around::{Answer, Next, Request};
use crate::call::context::{Context, Transport};
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::call::unwind::caught;
use futures_core::future::BoxFuture;
use std::fmt;
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

/// Runs around every call on every wire: authentication, logs, metrics, rate limits.
///
/// A server has interceptors by `Server::interceptor`, a client by [`Endpoint::interceptor`](crate::Endpoint::interceptor)
/// or [`Caller::with_interceptor`](crate::Caller::with_interceptor). [`before`](Interceptor::before) decides by the head
/// of a call alone: a call that it refuses is answered before its body is read. [`call`](Interceptor::call) stands
/// around the rest, and [`after`](Interceptor::after) hears how it ended.
///
/// All `before` hooks run first, the first interceptor first. `after` hooks run last, the last one first. A server's
/// interceptors are outermost, then come those of the service
/// ([`Service::interceptor`](crate::Service::interceptor)), then those of the method.
///
/// An interceptor runs under the deadline of its call, and in its context ([`Context::current`]). If it panics,
/// that call alone fails, with `internal`.
///
/// # Where it runs
/// | | |
/// |---|---|
/// | methods of services, on every wire | yes |
/// | health and reflection, which are services | yes |
/// | documents (`/openapi.json`, `/asyncapi.json`, `.proto`), `/docs`, `/` | no; `Server::show_schema(false)` hides them |
/// | requests that name no method | [`refused`](Interceptor::refused) alone |
/// | a router given to `Server::merge`, CORS preflights | no |
///
/// An interceptor that asks for a token may let health checks pass, because load balancers have no token:
/// `method.service.model.full_name() == "grpc.health.v1.Health"`. To protect *everything*, put a `tower` layer
/// around `Server::into_router`.
///
/// ```
/// use polywire::{BoxFuture, Context, Interceptor, Method, Result, Status};
/// struct Token;
/// impl Interceptor for Token {
///     fn before<'a>(&'a self, cx: Context, _: &'static Method) -> BoxFuture<'a, Result<Context>> {
///         Box::pin(async move {
///             match cx.metadata().get("authorization") {
///                 Some("Bearer sesame") => Ok(cx),
///                 _ => Err(Status::unauthenticated("no valid token")),
///             }
///         })
///     }
/// }
/// ```
pub trait Interceptor: Send + Sync + 'static {
    /// Runs at the handshake of a WebSocket, before the server answers it. `cx` has the headers, the peer, the
    /// client's identity and the URL ([`http::Uri`], as an extension). An error becomes the HTTP status of the
    /// answer, such as 401, and no connection opens.
    ///
    /// Every call of the connection has the extensions and the metadata of the returned context. This is the
    /// place to read headers that a proxy wrote, because a call can give metadata of its own. The hook has
    /// [`Limits::header_timeout`](crate::Limits::header_timeout) to finish.
    ///
    /// ```
    /// # use polywire::{BoxFuture, Context, Interceptor, Result, Status};
    /// #[derive(Clone)]
    /// struct User(String);
    /// struct Sessions;
    /// impl Interceptor for Sessions {
    ///     fn connect<'a>(&'a self, cx: Context) -> BoxFuture<'a, Result<Context>> {
    ///         Box::pin(async move {
    ///             let Some(user) = cx.metadata().get("x-user").map(str::to_owned) else {
    ///                 return Err(Status::unauthenticated("who is there?"));
    ///             };
    ///             Ok(cx.with_extension(User(user)))
    ///         })
    ///     }
    /// }
    /// ```
    fn connect<'a>(&'a self, cx: Context) -> BoxFuture<'a, Result<Context>> {
        Box::pin(async move { Ok(cx) })
    }

    /// Runs after the end of a WebSocket, however it ended, if [`connect`](Interceptor::connect) of the same
    /// interceptor let it in.
    fn disconnect(&self, cx: &Context) {
        let _ = cx;
    }

    /// Looks at a method before the server starts, once for each method of the program's services. An error stops
    /// the start. So a guard is closed by default: a method that says too little is never served.
    ///
    /// Health and reflection, which the server brings itself, are not asked about.
    ///
    /// ```
    /// # use polywire::{Interceptor, Method, Result, Server, Service, Status, service};
    /// /// Every method says which scope it needs.
    /// struct Scopes;
    ///
    /// impl Interceptor for Scopes {
    ///     fn mount(&self, method: &'static Method) -> Result<()> {
    ///         match method.attr("scope") {
    ///             Some(_) => Ok(()),
    ///             None => Err(Status::failed_precondition("write `#[attr(scope = \"…\")]` on it, or on its service")),
    ///         }
    ///     }
    /// }
    ///
    /// #[service(package = "books.v1")]
    /// pub trait BookService {
    ///     async fn title(&self, id: i32) -> Result<String>;
    /// }
    /// # struct Shelf;
    /// # impl BookService for Shelf { async fn title(&self, _: i32) -> Result<String> { Ok("Dune".to_owned()) } }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let server = Server::new().interceptor(Scopes).service(BookServiceServer::new(Shelf));
    /// let refused = server.listen("127.0.0.1:0").serve().await.expect_err("it does not start");
    /// assert!(refused.to_string().starts_with("books.v1.BookService/Title: write `#[attr("));
    /// # }
    /// ```
    ///
    /// # Errors
    /// The reason why the method may not be served, and the fix.
    fn mount(&self, method: &'static Method) -> Result<()> {
        let _ = method;
        Ok(())
    }

    /// Runs before the handler, and before the request is decoded. It may refuse the call, or change its context.
    fn before<'a>(&'a self, cx: Context, method: &'static Method) -> BoxFuture<'a, Result<Context>> {
        let _ = method;
        Box::pin(async move { Ok(cx) })
    }

    /// Stands around the call: it may look at the request, change it, answer by itself, go on with
    /// [`Next::run`], and change what comes back. For a stream it returns when the stream begins; items pass
    /// through [`Request::map`] and [`Answer::map`] later.
    ///
    /// ```
    /// use polywire::{Answer, BoxFuture, Interceptor, Next, Request, Result, Status};
    ///
    /// /// Hides from callers why a call failed.
    /// struct Discreet;
    ///
    /// impl Interceptor for Discreet {
    ///     fn call<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Answer>> {
    ///         let answer = next.run(request);
    ///         Box::pin(async move { answer.await.map_err(|status| Status::new(status.code(), "sorry")) })
    ///     }
    /// }
    /// ```
    fn call<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Answer>> {
        next.run(request)
    }

    /// Runs when a request is refused before any `before` hook. So logs and metrics have everything:
    ///
    /// - a path that nothing serves, or a verb or a content type that the path does not have (404, 405, 415);
    /// - a malformed head;
    /// - a refused handshake of a WebSocket;
    /// - a call beyond a limit of the server;
    /// - a message from a broker for no method of its queue.
    ///
    /// Only a server's own interceptors are told, not those of a service.
    fn refused(&self, refused: &Refused<'_>) {
        let _ = refused;
    }

    /// Runs after the call; for a stream, after its last item. It does not run when `before` of the same
    /// interceptor refused the call.
    fn after(&self, cx: &Context, method: &'static Method, outcome: &Outcome<'_>) {
        let _ = (cx, method, outcome);
    }
}

/// A request, a handshake or a message that no `before` hook has seen, because nothing was called.
///
/// ```
/// use polywire::{Interceptor, Refused};
/// struct Log;
/// impl Interceptor for Log {
///     fn refused(&self, refused: &Refused<'_>) {
///         // The target is text of a stranger: `{:?}` escapes it.
///         println!("{} {:?}: {}", refused.transport, refused.target, refused.status);
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Refused<'a> {
    /// The wire, as far as it was known.
    pub transport: Transport,
    /// The address of the other side, where the wire has one.
    pub peer: Option<SocketAddr>,
    /// The method's name, verb and path, or the queue. It is text of the other side.
    pub target: &'a str,
    /// The method, if it was found.
    pub method: Option<&'static Method>,
    /// The reason.
    pub status: &'a Status,
}

/// A shared interceptor, such as one that its program reads figures from.
impl<I: Interceptor + ?Sized> Interceptor for Arc<I> {
    fn connect<'a>(&'a self, cx: Context) -> BoxFuture<'a, Result<Context>> {
        (**self).connect(cx)
    }

    fn disconnect(&self, cx: &Context) {
        (**self).disconnect(cx);
    }

    fn mount(&self, method: &'static Method) -> Result<()> {
        (**self).mount(method)
    }

    fn before<'a>(&'a self, cx: Context, method: &'static Method) -> BoxFuture<'a, Result<Context>> {
        (**self).before(cx, method)
    }

    fn call<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Answer>> {
        (**self).call(request, next)
    }

    fn refused(&self, refused: &Refused<'_>) {
        (**self).refused(refused);
    }

    fn after(&self, cx: &Context, method: &'static Method, outcome: &Outcome<'_>) {
        (**self).after(cx, method, outcome);
    }
}

/// The interceptors of a server or a client, the outermost first.
#[derive(Clone, Default)]
pub(crate) struct Interceptors(Arc<[Arc<dyn Interceptor>]>);

impl Interceptors {
    /// Adds one inside the others.
    #[must_use]
    pub(crate) fn with(&self, interceptor: impl Interceptor) -> Self {
        let added: Arc<dyn Interceptor> = Arc::new(interceptor);
        Self(self.0.iter().cloned().chain([added]).collect())
    }

    /// Tells them of a refusal. A panic of one is in the log, and the others are told.
    pub(crate) fn refused(&self, refused: &Refused<'_>) {
        for interceptor in self.iter() {
            let _ = caught(|| "Interceptor::refused", || interceptor.refused(refused));
        }
    }
}

impl Deref for Interceptors {
    type Target = [Arc<dyn Interceptor>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl fmt::Debug for Interceptors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Interceptors({})", self.len())
    }
}

/// The end of a call.
///
/// ```
/// use polywire::{Context, Interceptor, Method, Outcome};
/// struct Log;
/// impl Interceptor for Log {
///     fn after(&self, _: &Context, method: &'static Method, outcome: &Outcome<'_>) {
///         println!("{} {} {:?}", method.full_name(), outcome.code(), outcome.elapsed);
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Outcome<'a> {
    /// The status that the call failed with; `None` when it succeeded.
    pub error: Option<&'a Status>,
    /// The time from the moment that the server took the call until it ended.
    pub elapsed: Duration,
}

impl Outcome<'_> {
    /// `ok`, or the name of the code.
    ///
    /// ```
    /// # use polywire::Outcome;
    /// fn is_our_fault(outcome: &Outcome<'_>) -> bool {
    ///     matches!(outcome.code(), "internal" | "unknown" | "data_loss")
    /// }
    /// ```
    pub fn code(&self) -> &'static str {
        self.error.map_or("ok", |status| status.code().as_str())
    }
}
