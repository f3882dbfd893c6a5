//! [`Spans`]: a span of `tracing` around each call, and traces over the wires.

mod names;
#[cfg(feature = "otel")]
mod trace;

use crate::call::around::{Answer, Next, Request};
use crate::call::context::Context;
use crate::call::interceptor::{Interceptor, Outcome, Refused};
use crate::call::spec::Method;
use crate::call::status::{Code, Result, Status};
use futures_core::future::BoxFuture;
use polywire_codegen::transport::amqp::Kind;
use std::fmt;
use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};
use tracing::field::Empty;
use tracing::{Instrument, Span, info_span};

/// A span of [`tracing`] around each call, with OpenTelemetry's names for RPC and for messaging (semantic conventions
/// 1.45).
///
/// What the handler logs is in the span. A call that the handler makes is a child of it, if the client has
/// [`Spans::client`]. The span of a stream ends with its last item, and that of a refused request at once.
///
/// With the feature `otel`, a trace goes on over every wire. The caller's `traceparent` and `tracestate` (W3C Trace
/// Context) are the parent of the server's span, and a client sends those of its own. `tracing-opentelemetry` is the layer
/// of the subscriber that exports the spans. The span of a message from a broker has a link to its publisher too.
/// Without `otel`, these headers go on to further calls as they came in.
///
/// | | span of a call | span of a task or an event |
/// |---|---|---|
/// | name | `books.v1.BookService/Title` | `process books.reprints`, `send books.v1.BookService/Reprint` |
/// | kind | `server`, `client` | `consumer`, `producer` |
/// | always | `rpc.system.name`, `rpc.method` | `messaging.system`, `messaging.operation.name`, `messaging.operation.type` |
/// | if known | `network.peer.address`, `network.peer.port` | `messaging.destination.name`, `messaging.message.id` |
/// | at the end | `rpc.response.status_code`, `error.type` | the same |
///
/// ```
/// use polywire::layers::Spans;
/// use polywire::{Endpoint, Server};
///
/// let server = Server::new().interceptor(Spans::server());
/// let endpoint = Endpoint::new("grpc://127.0.0.1:8080").interceptor(Spans::client());
/// # drop((server, endpoint));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Spans {
    side: Side,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Server,
    Client,
}

impl Spans {
    /// The interceptor of a server.
    #[must_use]
    pub const fn server() -> Self {
        Self { side: Side::Server }
    }

    /// The interceptor of a client.
    #[must_use]
    pub const fn client() -> Self {
        Self { side: Side::Client }
    }

    fn open(self, cx: &Context, method: &'static Method) -> Span {
        let queued = method.plans.amqp.as_ref().is_some_and(|plan| plan.kind != Kind::Rpc);
        let by_broker = names::is_broker(cx.transport()) && queued;
        let span = match (self.side, by_broker) {
            (Side::Server, true) => consumer(cx, method),
            (Side::Client, true) => producer(cx, method),
            (Side::Server, false) => call(cx, method, "server"),
            (Side::Client, false) => call(cx, method, "client"),
        };
        #[cfg(feature = "otel")]
        if self.side == Side::Server {
            trace::follow(&span, cx.metadata(), by_broker);
        }
        span
    }
}

fn call(cx: &Context, method: &'static Method, kind: &'static str) -> Span {
    let span = info_span!(
        target: "polywire::call", "call",
        "otel.name" = method.full_name(),
        "otel.kind" = kind,
        "otel.status_code" = Empty,
        "otel.status_description" = Empty,
        "rpc.system.name" = names::system(cx.transport()),
        "rpc.method" = method.full_name(),
        "rpc.response.status_code" = Empty,
        "error.type" = Empty,
        "network.peer.address" = Empty,
        "network.peer.port" = Empty,
    );
    if let Some(peer) = cx.peer() {
        span.record("network.peer.address", tracing::field::display(peer.ip()));
        span.record("network.peer.port", peer.port());
    }
    span
}

fn consumer(cx: &Context, method: &'static Method) -> Span {
    let message = cx.message();
    let queue = message.map_or("", |message| message.queue());
    info_span!(
        target: "polywire::call", "message",
        "otel.name" = format!("process {queue}"),
        "otel.kind" = "consumer",
        "otel.status_code" = Empty,
        "otel.status_description" = Empty,
        "messaging.system" = names::broker(cx.transport()),
        "messaging.operation.name" = "process",
        "messaging.operation.type" = "process",
        "messaging.destination.name" = queue,
        "messaging.message.id" = message.and_then(|message| message.id()),
        "messaging.rabbitmq.destination.routing_key" = message.map(|message| message.routing_key()),
        "rpc.method" = method.full_name(),
        "rpc.response.status_code" = Empty,
        "error.type" = Empty,
    )
}

fn producer(cx: &Context, method: &'static Method) -> Span {
    info_span!(
        target: "polywire::call", "message",
        "otel.name" = format!("send {}", method.full_name()),
        "otel.kind" = "producer",
        "otel.status_code" = Empty,
        "otel.status_description" = Empty,
        "messaging.system" = names::broker(cx.transport()),
        "messaging.operation.name" = "send",
        "messaging.operation.type" = "send",
        "rpc.method" = method.full_name(),
        "rpc.response.status_code" = Empty,
        "error.type" = Empty,
    )
}

/// The span of a call, until it ends. Handlers may keep the context for longer.
#[derive(Clone)]
struct Running(Arc<Mutex<Option<Span>>>);

impl Running {
    fn of(cx: &Context) -> Option<&Self> {
        cx.extension()
    }

    fn span(&self) -> Option<Span> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn take(&self) -> Option<Span> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Running")
    }
}

/// Whether a code is a fault of this side. A server that refuses a bad request works well (the conventions for gRPC).
fn is_fault(side: Side, code: Code) -> bool {
    match (side, code) {
        (Side::Client, _)
        | (
            Side::Server,
            Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss,
        ) => true,
        (
            Side::Server,
            Code::Cancelled
            | Code::InvalidArgument
            | Code::NotFound
            | Code::AlreadyExists
            | Code::PermissionDenied
            | Code::ResourceExhausted
            | Code::FailedPrecondition
            | Code::Aborted
            | Code::OutOfRange
            | Code::Unauthenticated,
        ) => false,
    }
}

fn finish(side: Side, span: &Span, error: Option<&Status>) {
    let Some(status) = error else {
        span.record("rpc.response.status_code", "OK");
        return;
    };
    let code = status.code().as_str().to_ascii_uppercase();
    span.record("rpc.response.status_code", code.as_str());
    if is_fault(side, status.code()) {
        span.record("error.type", code.as_str());
        span.record("otel.status_code", "ERROR");
        span.record("otel.status_description", status.message());
    }
}

impl Interceptor for Spans {
    fn before<'a>(&'a self, cx: Context, method: &'static Method) -> BoxFuture<'a, Result<Context>> {
        let span = self.open(&cx, method);
        if span.is_disabled() {
            return Box::pin(ready(Ok(cx)));
        }
        Box::pin(ready(Ok(cx.with_extension(Running(Arc::new(Mutex::new(Some(span))))))))
    }

    fn call<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Answer>> {
        let Some(span) = Running::of(request.context()).and_then(Running::span) else {
            return next.run(request);
        };
        #[cfg(feature = "otel")]
        let request = match self.side {
            Side::Client => trace::send(&span, request),
            Side::Server => request,
        };
        Box::pin(next.run(request).instrument(span))
    }

    fn refused(&self, refused: &Refused<'_>) {
        let name = refused.method.map_or("_OTHER", Method::full_name);
        let span = info_span!(
            target: "polywire::call", "refused",
            "otel.name" = name,
            "otel.kind" = "server",
            "otel.status_code" = Empty,
            "otel.status_description" = Empty,
            "rpc.system.name" = names::system(refused.transport),
            "rpc.method" = name,
            "rpc.response.status_code" = Empty,
            "error.type" = Empty,
        );
        finish(self.side, &span, Some(refused.status));
    }

    fn after(&self, cx: &Context, _: &'static Method, outcome: &Outcome<'_>) {
        if let Some(span) = Running::of(cx).and_then(Running::take) {
            finish(self.side, &span, outcome.error);
        }
    }
}
