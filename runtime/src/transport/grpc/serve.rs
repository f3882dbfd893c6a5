//! A call in envelopes, in any dialect: reads the messages for the method's shape, calls it, and frames its
//! answer.

use super::body::{Items, Rest};
use super::classify::{Form, WireFormat};
use super::compression::{Encoding, accepted};
use super::dialect::{Dialect, End};
use super::envelope::{Envelopes, Framer, PREFIX, Source};
use super::terms::{Requested, Terms};
use crate::call::budget::Reservation;
use crate::call::compression::Compressions;
use crate::call::context::Context;
use crate::call::input::{Arrival, Arrived, Codec, Input, Reply};
use crate::call::metadata::Metadata;
use crate::call::metadata::reserved;
use crate::call::status::{Code, Result, Status};
use crate::net::body::{self, BoxError};
use crate::net::exchange::{Origin, ResponseFuture};
use crate::net::intake::Patience;
use crate::net::survivor::Survivor;
use crate::net::watch::Link;
use crate::net::{Body, RequestBody};
use crate::waist::handler::{BoxOutgoing, Call, Incoming, Route};
use crate::waist::mounted::Mounted;
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Request, Response};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

impl Source for RequestBody {
    fn broken(error: BoxError) -> Status {
        body::broken(error)
    }

    fn malformed(text: String) -> Status {
        Status::invalid_argument(text)
    }
}

/// A call whose head is read. All work on the head is done before there is a future: a future is made for
/// every request, and is moved several times.
pub(super) struct Opened {
    route: Arc<Route>,
    cx: Context,
    link: Option<Arc<Link>>,
    message: Unread,
    writer: ResponseWriter,
}

/// The messages of a call, none of them read yet.
struct Unread {
    envelopes: Envelopes<RequestBody>,
    patience: Patience,
    /// Whether interceptors look at the head first.
    head_first: bool,
}

impl Unread {
    /// Hands over the wait for the only message.
    fn coming(mut self, codec: Codec, cx: Context) -> Arrival {
        Arrival::Coming(Box::pin(async move {
            let message = self.envelopes.only(&mut self.patience, &cx).await?;
            let input = Input::Encoded(codec, message);
            Ok(Arrived { input, memory: self.envelopes.into_memory() })
        }))
    }
}

/// Reads the head of a request.
///
/// # Errors
/// The answer, if the head is reason enough to refuse.
pub(super) fn open(
    mounted: &Mounted,
    route: &Arc<Route>,
    format: WireFormat,
    request: Request<RequestBody>,
    origin: Origin,
) -> Result<Opened, Box<Response<Body>>> {
    let WireFormat { content, dialect } = format;
    let (parts, body) = request.into_parts();
    let limits = &mounted.policy.limits;
    let framer = Framer::new(Encoding::Identity, limits.reply_size);
    let mut writer = ResponseWriter { format, framer, packed: None };
    let (timeout, encoding) = read_head(dialect, &parts.headers, mounted.compressions).map_err(|status| {
        mounted.policy.refused_call((dialect.transport(), origin.peer), route.method, &status);
        let mut refused = writer.refuse(&status);
        if status.code() == Code::Unimplemented {
            let name = dialect.names().accept_encoding.clone();
            refused.headers_mut().insert(name, accepted(mounted.compressions));
        }
        Box::new(refused)
    })?;
    if encoding != Encoding::Identity {
        let names = dialect.names();
        writer.pack(encoding.in_kind(parts.headers.get(&names.accept_encoding)), limits.reply_size);
    }
    let link = Survivor::link(route, origin.link.clone());
    let asked = Requested { transport: dialect.transport(), timeout };
    let Terms { cx, patience } = Terms::new(mounted, route, parts, origin, asked);
    let memory = Reservation::of(&mounted.policy);
    let envelopes =
        Envelopes::new(body, encoding, mounted.policy.message_size(route.terms)).in_memory(memory);
    let envelopes = if content.form == Form::Base64 { envelopes.in_base64() } else { envelopes };
    let head_first = mounted.policy.is_intercepted(route.method);
    let message = Unread { envelopes, patience, head_first };
    Ok(Opened { route: Arc::clone(route), link, cx, message, writer })
}

fn read_head(
    dialect: &dyn Dialect,
    headers: &HeaderMap,
    taken: Compressions,
) -> Result<(Option<Duration>, Encoding)> {
    // A body that is packed as a whole has no readable envelopes. In these protocols, messages are packed one
    // by one.
    Encoding::of(headers, &CONTENT_ENCODING, Compressions::default())?;
    Ok((dialect.timeout(headers)?, Encoding::of(headers, &dialect.names().encoding, taken)?))
}

impl Opened {
    /// Calls the method and answers.
    pub(super) fn run(self) -> ResponseFuture {
        if !self.message.head_first {
            return Box::pin(self.answer());
        }
        match &self.route.call {
            Call::Unary(method) => {
                let reply = Reply::new(self.writer.format.content.codec).with_headroom(PREFIX);
                let message = self.message.coming(reply.codec, self.cx.clone());
                let call = Survivor::new(method(self.cx.clone(), message, reply), &self.cx, self.link);
                let (writer, cx) = (self.writer, self.cx);
                Box::pin(async move { writer.unary(call.await, &cx) })
            }
            Call::ServerStream(method) => {
                let reply = Reply::new(self.writer.format.content.codec);
                let message = self.message.coming(reply.codec, self.cx.clone());
                let call = method(self.cx.clone(), message, reply);
                let (writer, cx) = (self.writer, self.cx);
                Box::pin(async move { writer.stream(call.await, cx).await })
            }
            // Their messages are read as the handler asks for them.
            Call::ClientStream(_) | Call::Bidi(_) => Box::pin(self.answer()),
        }
    }

    /// Reads the message first, where the method takes one.
    #[allow(
        clippy::manual_async_fn,
        reason = "an `async fn` holds its arguments twice, and this future must be small"
    )]
    fn answer(mut self) -> impl Future<Output = Response<Body>> + Send + use<> {
        async move {
            let Unread { envelopes, patience, .. } = &mut self.message;
            let codec = self.writer.format.content.codec;
            let (cx, reply) = (self.cx.clone(), Reply::new(codec));
            let given = match &self.route.call {
                Call::Unary(call) => match envelopes.only(patience, &self.cx).await {
                    Ok(message) => {
                        let message = Input::Encoded(codec, message).into();
                        let call = call(cx, message, reply.with_headroom(PREFIX));
                        Survivor::new(call, &self.cx, self.link).await.map(Given::One)
                    }
                    Err(status) => Err(status),
                },
                Call::ServerStream(call) => match envelopes.only(patience, &self.cx).await {
                    Ok(message) => {
                        call(cx, Input::Encoded(codec, message).into(), reply).await.map(Given::Many)
                    }
                    Err(status) => Err(status),
                },
                Call::ClientStream(call) => {
                    let incoming = Incoming::new(codec, self.message.envelopes.into_messages());
                    call(cx, incoming, reply.with_headroom(PREFIX)).await.map(Given::One)
                }
                Call::Bidi(call) => {
                    let incoming = Incoming::new(codec, self.message.envelopes.into_messages());
                    call(cx, incoming, reply).await.map(Given::Many)
                }
            };
            match given {
                Ok(Given::One(message)) => self.writer.one(message, &self.cx),
                Ok(Given::Many(items)) => Box::pin(self.writer.many(items, self.cx)).await,
                Err(status) => self.writer.fail(&status, &self.cx),
            }
        }
    }
}

/// The result of a method.
enum Given {
    One(BytesMut),
    Many(BoxOutgoing),
}

/// The way in which the response to one request is written.
struct ResponseWriter {
    format: WireFormat,
    framer: Framer,
    packed: Option<Encoding>,
}

impl ResponseWriter {
    fn pack(&mut self, encoding: Encoding, limit: usize) {
        self.packed = (encoding != Encoding::Identity).then_some(encoding);
        self.framer = Framer::new(encoding, limit);
    }

    fn unary(&self, result: Result<BytesMut>, cx: &Context) -> Response<Body> {
        match result {
            Ok(message) => self.one(message, cx),
            Err(status) => self.fail(&status, cx),
        }
    }

    async fn stream(self, result: Result<BoxOutgoing>, cx: Context) -> Response<Body> {
        match result {
            Ok(items) => self.many(items, cx).await,
            Err(status) => self.fail(&status, &cx),
        }
    }

    /// Answers with one message and the end.
    fn one(&self, mut message: BytesMut, cx: &Context) -> Response<Body> {
        if let Err(status) = self.framer.frame(&mut message) {
            return self.fail(&status, cx);
        }
        let head = self.head(cx.take_headers());
        respond(head, self.finish(message, Ok(()), cx.take_trailers()))
    }

    /// Answers with messages as they come. If the first poll ends the call with an error, the error is an
    /// answer of its own.
    async fn many(self, source: BoxOutgoing, cx: Context) -> Response<Body> {
        let mut items = Items::new(source, self.framer);
        match std::future::poll_fn(|task| std::task::Poll::Ready(items.poll_ahead(task))).await {
            Some(Err(status)) => self.fail(&status, &cx),
            Some(Ok(())) => respond(
                self.head(cx.take_headers()),
                self.finish(BytesMut::new(), Ok(()), cx.take_trailers()),
            ),
            None => {
                let head = self.head(cx.take_headers());
                respond(head, Body::boxed(Rest::new(items, cx, self.format)))
            }
        }
    }

    /// Answers with the end alone, for a call that never reached its handler.
    fn refuse(&self, status: &Status) -> Response<Body> {
        self.failed(status, Metadata::new(), Metadata::new())
    }

    fn fail(&self, status: &Status, cx: &Context) -> Response<Body> {
        self.failed(status, cx.take_headers(), cx.take_trailers())
    }

    fn failed(&self, status: &Status, headers: Metadata, trailers: Metadata) -> Response<Body> {
        let bare = headers.is_empty();
        let mut head = self.head(headers);
        match self.format.dialect.end(Err(status), trailers) {
            // "Trailers-Only": headers and trailers are one block, unless they must be told apart.
            End::Trailers(trailers) if bare => {
                head.extend(trailers);
                respond(head, Body::empty())
            }
            End::Trailers(trailers) => respond(head, Body::with_trailers(Bytes::new(), trailers)),
            End::Data(data) => respond(head, Body::full(self.format.content.encode(data))),
        }
    }

    /// The body of `message`, which is framed, and the end after it.
    fn finish(&self, mut message: BytesMut, outcome: Result<(), &Status>, trailers: Metadata) -> Body {
        match self.format.dialect.end(outcome, trailers) {
            End::Trailers(trailers) => Body::with_trailers(message.freeze(), trailers),
            End::Data(data) => {
                message.extend_from_slice(&data);
                Body::full(self.format.content.encode(message.freeze()))
            }
        }
    }

    fn head(&self, metadata: Metadata) -> HeaderMap {
        let mut head = match metadata.is_empty() {
            true => HeaderMap::with_capacity(3),
            false => reserved::strip(metadata.into_headers()),
        };
        head.insert(CONTENT_TYPE, self.format.content.header.clone());
        if let Some(encoding) = self.packed.and_then(Encoding::header) {
            head.insert(self.format.dialect.names().encoding.clone(), encoding);
        }
        head
    }
}

/// The error for a path that no method has.
pub(super) fn refuse(format: WireFormat, status: &Status) -> Response<Body> {
    ResponseWriter { format, framer: Framer::new(Encoding::Identity, 0), packed: None }.refuse(status)
}

fn respond(head: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.headers_mut() = head;
    response
}
