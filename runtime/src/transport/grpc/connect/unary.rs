//! Connect's unary calls. The body is the message, an error is JSON under an HTTP status, and trailers are
//! headers with a prefix.

use super::super::classify::{ContentType, Protocol};
use super::super::compression::{Encoding, accepted};
use super::super::terms::{Requested, Terms};
use super::super::timeout;
use super::get::Query;
use crate::call::budget::Reservation;
use crate::call::compression::Compressions;
use crate::call::context::{Context, Transport};
use crate::call::input::{Arrival, Arrived, Codec, Input, Reply};
use crate::call::metadata::Metadata;
use crate::call::metadata::reserved;
use crate::call::status::{Code, Result, Status};
use crate::net::exchange::{Origin, ResponseFuture};
use crate::net::intake::Patience;
use crate::net::refusal;
use crate::net::survivor::Survivor;
use crate::net::watch::Link;
use crate::net::{Body, RequestBody};
use crate::waist::handler::{Call, Route};
use crate::waist::mounted::Mounted;
use bytes::{Bytes, BytesMut};
use futures_core::future::BoxFuture;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, request::Parts};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// The prefix of headers that are trailers of a unary response.
pub(in super::super) const TRAILER_PREFIX: &str = "trailer-";

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A POST whose head is read.
pub(in super::super) struct Opened {
    route: Arc<Route>,
    cx: Context,
    link: Option<Arc<Link>>,
    message: Unread,
    writer: UnaryWriter,
}

/// The message of a call, not read yet.
struct Unread {
    body: RequestBody,
    patience: Patience,
    memory: Reservation,
    bounds: Bounds,
    /// Whether interceptors look at the head first.
    head_first: bool,
}

impl Unread {
    /// Hands over the wait for the message.
    fn coming(mut self, codec: Codec, cx: Context) -> Arrival {
        Arrival::Coming(Box::pin(async move {
            let packed =
                self.body.collect(self.bounds.limit, &mut self.patience, &mut self.memory, &cx).await?;
            let message = self.bounds.unpack(packed, &mut self.memory)?;
            Ok(Arrived { input: Input::Encoded(codec, message), memory: self.memory })
        }))
    }
}

/// The form of a body, and the largest message that is read, in bytes.
#[derive(Clone, Copy)]
struct Bounds {
    encoding: Encoding,
    limit: usize,
}

impl Bounds {
    fn unpack(self, packed: Bytes, memory: &mut Reservation) -> Result<Bytes> {
        let held = if self.encoding == Encoding::Identity { 0 } else { packed.len() };
        let message = self.encoding.unpack(packed, self.limit)?;
        memory.hold(held + message.len())?;
        Ok(message)
    }
}

/// Reads the head of a POST.
///
/// # Errors
/// The answer, if the head is reason enough to refuse.
pub(in super::super) fn open(
    mounted: &Mounted,
    route: &Arc<Route>,
    content: &'static ContentType,
    request: Request<RequestBody>,
    origin: Origin,
) -> Result<Opened, Box<Response<Body>>> {
    let (parts, body) = request.into_parts();
    let limits = &mounted.policy.limits;
    let (timeout, encoding) = read_head(&parts.headers, mounted.compressions)
        .map_err(|status| Box::new(refused(&status, mounted, route, &origin)))?;
    let limit = mounted.policy.message_size(route.terms);
    let writer = UnaryWriter {
        content,
        encoding: encoding.in_kind(parts.headers.get(ACCEPT_ENCODING)),
        limit: limits.reply_size,
    };
    let memory = Reservation::of(&mounted.policy);
    let link = Survivor::link(route, origin.link.clone());
    let Terms { cx, patience } = Terms::new(mounted, route, parts, origin, requested(timeout));
    let head_first = mounted.policy.is_intercepted(route.method);
    let message = Unread { body, patience, memory, bounds: Bounds { encoding, limit }, head_first };
    Ok(Opened { route: Arc::clone(route), cx, link, message, writer })
}

fn read_head(headers: &HeaderMap, taken: Compressions) -> Result<(Option<Duration>, Encoding)> {
    super::check_version(headers)?;
    Ok((timeout::read_connect(headers)?, Encoding::of(headers, &CONTENT_ENCODING, taken)?))
}

impl Opened {
    /// Calls the method and answers.
    pub(in super::super) fn run(self) -> ResponseFuture {
        if !self.message.head_first {
            return Box::pin(self.answer());
        }
        let codec = self.writer.content.codec;
        let message = self.message.coming(codec, self.cx.clone());
        let call = run(&self.route, self.cx.clone(), message, Reply::new(codec));
        let call = Survivor::new(call, &self.cx, self.link);
        let (writer, cx) = (self.writer, self.cx);
        Box::pin(async move { writer.write(call.await, &cx) })
    }

    /// Reads the message first.
    #[allow(
        clippy::manual_async_fn,
        reason = "an `async fn` holds its arguments twice, and this future must be small"
    )]
    fn answer(self) -> impl Future<Output = Response<Body>> + Send + use<> {
        async move {
            let Unread { body, patience, memory, bounds, .. } = self.message;
            let (mut patience, mut memory) = (patience, memory);
            let packed = body.collect(bounds.limit, &mut patience, &mut memory, &self.cx).await;
            let result = match packed.and_then(|packed| bounds.unpack(packed, &mut memory)) {
                Ok(message) => {
                    let codec = self.writer.content.codec;
                    let message = Input::Encoded(codec, message).into();
                    let call = run(&self.route, self.cx.clone(), message, Reply::new(codec));
                    Survivor::new(call, &self.cx, self.link).await
                }
                Err(status) => Err(status),
            };
            self.writer.write(result, &self.cx)
        }
    }
}

/// Answers a GET.
pub(in super::super) async fn get(
    mounted: &Mounted,
    route: &Route,
    query: Query,
    mut parts: Parts,
    origin: Origin,
) -> Response<Body> {
    let (limits, limit) = (&mounted.policy.limits, mounted.policy.message_size(route.terms));
    let codec = match query.codec() {
        Ok(codec) => codec,
        Err((http, status)) => {
            mounted.policy.refused_call((Transport::Connect, origin.peer), route.method, &status);
            return error_body(&status, http);
        }
    };
    let opened = timeout::read_connect(&parts.headers)
        .and_then(|timeout| Ok((timeout, query.into_message(limit, mounted.compressions)?)));
    let (timeout, (message, encoding)) = match opened {
        Ok(opened) => opened,
        Err(status) => return refused(&status, mounted, route, &origin),
    };
    let encoding = encoding.in_kind(parts.headers.get(ACCEPT_ENCODING));
    let content = ContentType::for_client(Protocol::ConnectUnary, codec);
    let writer = UnaryWriter { content, encoding, limit: limits.reply_size };
    let message = Input::Encoded(codec, message);
    // Handlers may want to know how they were called.
    parts.extensions.insert(parts.uri.clone());
    let terms = Terms::new(mounted, route, parts, origin, requested(timeout));
    let cx = terms.cx.clone();
    let mut response = writer.write(run(route, terms.cx, message.into(), Reply::new(codec)).await, &cx);
    // The same URL has another answer for callers that accept it packed.
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    response
}

const fn requested(timeout: Option<Duration>) -> Requested {
    Requested { transport: Transport::Connect, timeout }
}

fn run(route: &Route, cx: Context, message: Arrival, reply: Reply) -> BoxFuture<'static, Result<BytesMut>> {
    match &route.call {
        Call::Unary(call) => call(cx, message, reply),
        _ => {
            let text = format!("{} is not unary", route.method.full_name());
            Box::pin(std::future::ready(Err(Status::unimplemented(text))))
        }
    }
}

/// The way in which the response to one request is written.
struct UnaryWriter {
    content: &'static ContentType,
    encoding: Encoding,
    /// The largest message that is written, in bytes.
    limit: usize,
}

impl UnaryWriter {
    fn write(&self, result: Result<BytesMut>, cx: &Context) -> Response<Body> {
        let result = result.and_then(|message| match message.len() > self.limit {
            true => Err(super::super::compression::too_large(self.limit)),
            false => Ok(message),
        });
        let (headers, trailers) = (cx.take_headers(), cx.take_trailers());
        match result {
            Ok(message) => self.success(message.freeze(), headers, trailers),
            Err(status) => error(&status, headers, trailers),
        }
    }

    fn success(&self, message: Bytes, headers: Metadata, trailers: Metadata) -> Response<Body> {
        let mut head = head(headers, trailers);
        head.insert(CONTENT_TYPE, self.content.header.clone());
        let message = match self.encoding.pack(&message) {
            None => message,
            Some(packed) => {
                head.extend(self.encoding.header().map(|name| (CONTENT_ENCODING, name)));
                packed.into()
            }
        };
        let mut response = Response::new(Body::full(message));
        *response.headers_mut() = head;
        response
    }
}

/// The answer to an error in the head of a request. If its encoding is not accepted, the answer lists those
/// that are.
fn refused(status: &Status, mounted: &Mounted, route: &Route, origin: &Origin) -> Response<Body> {
    mounted.policy.refused_call((Transport::Connect, origin.peer), route.method, status);
    let mut response = error(status, Metadata::new(), Metadata::new());
    if status.code() == Code::Unimplemented {
        response.headers_mut().insert(ACCEPT_ENCODING, accepted(mounted.compressions));
    }
    response
}

/// Makes a whole response of an error.
fn error(status: &Status, headers: Metadata, trailers: Metadata) -> Response<Body> {
    let mut head = head(headers, trailers);
    refusal::add_headers(&mut head, status);
    let http = StatusCode::from_u16(status.code().http()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = error_body(status, http);
    head.insert(CONTENT_TYPE, JSON);
    *response.headers_mut() = head;
    response
}

/// The JSON of an error, under the given HTTP status.
pub(in super::super) fn error_body(status: &Status, http: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::full(status.to_connect_json().to_string()));
    *response.status_mut() = http;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

fn head(headers: Metadata, trailers: Metadata) -> HeaderMap {
    let mut head = match headers.is_empty() {
        true => HeaderMap::with_capacity(2),
        false => reserved::strip(headers.into_headers()),
    };
    if trailers.is_empty() {
        return head;
    }
    for (name, value) in &reserved::strip(trailers.into_headers()) {
        // A valid name with this prefix is a valid name.
        if let Ok(name) = HeaderName::try_from(format!("{TRAILER_PREFIX}{name}")) {
            head.append(name, value.clone());
        }
    }
    head
}
