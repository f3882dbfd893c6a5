//! Interceptors: code that runs once around every call, on every wire.

use crate::call::context::Context;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use futures_core::future::BoxFuture;
use std::time::Duration;

/// Runs before and after every call on every wire: authentication, logs, metrics, rate limits.
///
/// An interceptor stands under the deadline of its call, and in its context ([`Context::current`]). A panic is that call's failure,
/// `internal`, and nobody else's.
///
/// # What it stands before
/// | | |
/// |---|---|
/// | methods of services, on every wire | yes |
/// | health and reflection, which are services | yes |
/// | documents (`/openapi.json`, `/asyncapi.json`, `.proto`), `/docs`, the page at `/` | no: `Server::show_schema(false)` hides them |
/// | a router given to `Server::merge`, CORS preflights, requests that name no method | no |
///
/// An interceptor that asks for a token may let health pass, for a load balancer that has none:
/// `method.service.model.full_name() == "grpc.health.v1.Health"`. To have *everything* behind something, put a `tower` layer
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
    /// At the handshake of a WebSocket, before it is answered. `cx` has the headers, the peer, the identity of the client and the
    /// URL ([`http::Uri`], as an extension). An error is the HTTP status of the answer, such as 401, and no connection opens.
    ///
    /// Extensions and metadata of the context that comes back are there in every call of the connection. A value that a proxy wrote
    /// into a header is best read here: a call can give metadata of its own. The hook has [`Limits::header_timeout`](crate::Limits::header_timeout).
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

    /// After the end of a WebSocket that [`connect`](Interceptor::connect) of the same interceptor let in, however it ended.
    fn disconnect(&self, cx: &Context) {
        let _ = cx;
    }

    /// Before the handler and before the request is decoded. May refuse the call, or go on with a changed context.
    fn before<'a>(&'a self, cx: Context, method: &'static Method) -> BoxFuture<'a, Result<Context>> {
        let _ = method;
        Box::pin(async move { Ok(cx) })
    }

    /// After the call: for a stream, after its last item. Not run when `before` of the same interceptor refused.
    fn after(&self, cx: &Context, method: &'static Method, outcome: &Outcome<'_>) {
        let _ = (cx, method, outcome);
    }
}

/// How a call ended.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Outcome<'a> {
    /// The status it failed with; `None` when it succeeded.
    pub error: Option<&'a Status>,
    /// From the moment that it was taken to its end.
    pub elapsed: Duration,
}

impl Outcome<'_> {
    /// `ok`, or the name of the code.
    pub fn code(&self) -> &'static str {
        self.error.map_or("ok", |status| status.code().as_str())
    }
}
