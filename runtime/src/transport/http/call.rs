//! The calls that requests make. The head of a request is read at once, its body as the call waits for it.

use super::accept::{self, ErrorForm, Format};
use super::request::{Intake, Request};
use super::response::{self, Failure};
use super::table::{Endpoint, Found, Table};
use super::{deadline, foreign, incoming, packing, stream};
use crate::call::budget::Reservation;
use crate::call::context::{Context, Inner, Transport};
use crate::call::input::Codec;
use crate::call::policy::after;
use crate::net::cors::Cors;
use crate::net::exchange::{Origin, ResponseFuture, answered};
use crate::net::intake::Patience;
use crate::net::survivor::Survivor;
use crate::net::{Body, RequestBody};
use crate::waist::handler::{BidiFn, Call, ClientStreamFn, Incoming, ServerStreamFn, UnaryFn};
use crate::waist::mounted::Mounted;
use futures_core::future::BoxFuture;
use http::header::{CONTENT_LENGTH, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Response, request::Parts};
use http_body::Body as _;
use std::sync::Arc;
use tokio::time::Instant;

/// A call whose head is read.
enum Opened {
    /// A call whose message is whole: its request needs no body, or has none.
    Unary(Unary),
    Other(BoxFuture<'static, Result<Response<Body>, Failure>>),
}

impl Opened {
    fn other(answer: impl Future<Output = Result<Response<Body>, Failure>> + Send + 'static) -> Self {
        Self::Other(Box::pin(answer))
    }
}

/// A call with one response.
struct Unary {
    call: Survivor,
    cx: Context,
}

impl Unary {
    async fn answer(self) -> Result<Response<Body>, Failure> {
        response::message(self.call.await, self.cx)
    }
}

impl Table {
    /// Answers a call. The head is read before there is a future, so the future is small.
    pub(crate) fn call(
        &self,
        found: Found,
        mut parts: Parts,
        body: RequestBody,
        origin: Origin,
        cors: Option<&Cors>,
    ) -> ResponseFuture {
        let form = accept::error_form(&parts.headers);
        // Connect's clients also call on this path, and read a failure of `application/json` as one of
        // Connect's.
        let shared = self.endpoints[found.endpoint].path.is_none();
        let offered = self.mounted.compressions;
        let packed = packing::accepted(&parts.headers, offered);
        let finish = move |answer: Result<Response<Body>, Failure>| {
            let response = answer.unwrap_or_else(|failure| {
                let form = if shared && failure.is_unread() { ErrorForm::Problem } else { form };
                failure.into_response(form)
            });
            let mut response = packing::pack(response, packed, offered);
            // The answer may hold text that a caller stored. No browser may take it for a script or a page.
            response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            if found.head { headless(response) } else { response }
        };
        let endpoint = &self.endpoints[found.endpoint];
        let (method, peer) = (endpoint.route.method, origin.peer);
        let checked = foreign::check(method, &mut parts, cors, origin.entrance);
        match checked.and_then(|()| self.open(endpoint, parts, body, origin)) {
            Ok(Opened::Unary(call)) => Box::pin(async move { finish(call.answer().await) }),
            Ok(Opened::Other(answer)) => Box::pin(async move { finish(answer.await) }),
            Err(failure) => {
                self.mounted.policy.refused_call((Transport::Http, peer), method, failure.status());
                answered(finish(Err(failure)))
            }
        }
    }

    fn open(
        &self,
        endpoint: &Endpoint,
        parts: Parts,
        body: RequestBody,
        origin: Origin,
    ) -> Result<Opened, Failure> {
        let now = Instant::now();
        let asked = deadline::read(&parts.headers)?.and_then(|timeout| after(now, timeout));
        let opening = Opening { mounted: &self.mounted, endpoint, parts, origin, asked, now };
        match &endpoint.route.call {
            Call::Unary(call) => opening.unary(call, body),
            Call::ServerStream(call) => opening.server_stream(call, body),
            Call::ClientStream(call) => opening.client_stream(call, body),
            Call::Bidi(call) => opening.bidi(call, body),
        }
    }
}

/// A request whose body is not read yet, and the method that it calls.
struct Opening<'a> {
    mounted: &'a Mounted,
    endpoint: &'a Endpoint,
    parts: Parts,
    origin: Origin,
    /// The deadline that the caller asked for.
    asked: Option<Instant>,
    now: Instant,
}

impl Opening<'_> {
    fn unary(self, call: &UnaryFn, body: RequestBody) -> Result<Opened, Failure> {
        let (request, reply) = (self.request(body)?, self.endpoint.reply);
        // A safe verb changes nothing, whatever the method says (RFC 9110, section 9.2.1).
        let link = self.origin.link.clone().filter(|_| !self.parts.method.is_safe());
        let link = Survivor::link(&self.endpoint.route, link);
        if request.is_whole() {
            let now = self.now;
            let cx = self.into_context(Some(now));
            let call = call(cx.clone(), request.into_input().into(), reply);
            return Ok(Opened::Unary(Unary { call: Survivor::new(call, &cx, link), cx }));
        }
        let (call, mut intake, head_first) = (Arc::clone(call), self.intake(), self.head_first());
        let cx = self.into_context(None);
        if head_first {
            let call = call(cx.clone(), request.coming(intake, cx.clone()), reply);
            return Ok(Opened::Unary(Unary { call: Survivor::new(call, &cx, link), cx }));
        }
        Ok(Opened::other(async move {
            let message = request.wait(&mut intake, &cx).await?;
            let call = call(cx.clone(), message.into(), reply);
            Unary { call: Survivor::new(call, &cx, link), cx }.answer().await
        }))
    }

    fn server_stream(self, call: &ServerStreamFn, body: RequestBody) -> Result<Opened, Failure> {
        let (request, reply) = (self.request(body)?, self.endpoint.reply);
        let (call, mut intake, head_first) = (Arc::clone(call), self.intake(), self.head_first());
        let format = Format::read(&self.parts.headers);
        let cx = self.into_context(None);
        if head_first {
            let call = call(cx.clone(), request.coming(intake, cx.clone()), reply);
            return Ok(Opened::other(async move { stream::answer(call.await, format, cx).await }));
        }
        Ok(Opened::other(async move {
            let message = request.wait(&mut intake, &cx).await?;
            let result = call(cx.clone(), message.into(), reply).await;
            stream::answer(result, format, cx).await
        }))
    }

    fn client_stream(self, call: &ClientStreamFn, body: RequestBody) -> Result<Opened, Failure> {
        let (items, reply) = (self.items(body)?, self.endpoint.reply);
        let cx = self.into_context(None);
        let call = call(cx.clone(), items, reply);
        Ok(Opened::other(async move { response::message(call.await, cx) }))
    }

    fn bidi(self, call: &BidiFn, body: RequestBody) -> Result<Opened, Failure> {
        let (items, reply) = (self.items(body)?, self.endpoint.reply);
        let format = Format::read(&self.parts.headers);
        let cx = self.into_context(None);
        let call = call(cx.clone(), items, reply);
        Ok(Opened::other(async move { stream::answer(call.await, format, cx).await }))
    }

    /// The request of a call with one.
    fn request(&self, body: RequestBody) -> Result<Request, Failure> {
        Request::read(self.endpoint, &self.parts, body, self.mounted.compressions)
    }

    /// The requests of a call with many.
    fn items(&self, body: RequestBody) -> Result<Incoming, Failure> {
        let limit = self.mounted.policy.json_size(self.endpoint.route.terms);
        let lines = incoming::read(&self.parts.headers, body, &self.mounted.policy, limit)?;
        Ok(Incoming::new(Codec::Json, lines))
    }

    /// Whether interceptors look at the head before the body is read.
    fn head_first(&self) -> bool {
        self.mounted.policy.is_intercepted(self.endpoint.route.method)
    }

    fn intake(&self) -> Intake {
        let policy = &self.mounted.policy;
        let route = &self.endpoint.route;
        let deadline = policy.intake(route.ruled(), self.now, self.asked);
        Intake {
            limit: policy.json_size(route.terms),
            patience: Patience::new(deadline, policy.limits.body_timeout),
            memory: Reservation::of(policy),
        }
    }

    fn into_context(self, taken: Option<Instant>) -> Context {
        let Self { mounted, endpoint, parts, origin, asked, now } = self;
        let inner = Inner {
            metadata: parts.headers.into(),
            extensions: parts.extensions,
            deadline: asked,
            taken,
            transport: Transport::Http,
            peer: origin.peer,
            ending: origin.link.as_ref().map(|link| Arc::clone(link.ending())),
            ..Inner::default()
        };
        mounted.context(&endpoint.route, now, inner)
    }
}

/// Removes the body, and keeps the head that GET would have got, its length included.
fn headless(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.insert(CONTENT_LENGTH, length.into());
    }
    Response::from_parts(parts, Body::empty())
}
