//! HTTP/JSON: routes by `google.api.http` rules and `POST /package.Service/Method`, for every method with an HTTP plan.
//!
//! [`Matcher`] finds the rule of a request, and [`request`] hands its parts to the waist. The answer is one
//! JSON message ([`response`]) or a stream of them ([`stream`]). Errors are `google.rpc.Status` in JSON, or
//! RFC 9457 when the caller asks for it.

mod accept;
mod deadline;
mod foreign;
mod incoming;
mod packing;
mod request;
mod response;
mod stream;

use crate::call::budget::Memory;
use crate::call::context::{Context, Inner, Transport};
use crate::call::input::{Codec, Reply};
use crate::call::policy::after;
use crate::call::status::Status;
use crate::net::cors::Cors;
use crate::net::exchange::Origin;
use crate::net::intake::Patience;
use crate::net::survivor::Survivor;
use crate::net::{Body, RequestBody};
use crate::transport::paths::Matcher;
use crate::waist::handler::{Call, Incoming, Route};
use crate::waist::mounted::Mounted;
use accept::{ErrorForm, Format};
use futures_core::future::BoxFuture;
use http::header::{ALLOW, CONTENT_LENGTH, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Method, Response, StatusCode, request::Parts};
use http_body::Body as _;
use polywire_codegen::model::Shape;
use polywire_codegen::transport::http::{Body as RuleBody, Rule, Template, Verb};
use request::{Intake, Request};
use response::Failure;
use std::future::ready;
use std::sync::Arc;
use tokio::time::Instant;

/// The routes of a server.
pub(crate) struct Table {
    mounted: Arc<Mounted>,
    matcher: Matcher<'static>,
    endpoints: Vec<Endpoint>,
}

/// One rule of one method.
struct Endpoint {
    route: Arc<Route>,
    /// The template of the path; `None` on the default route, which has no variables.
    path: Option<&'static Template>,
    body: &'static RuleBody,
    reply: Reply,
}

/// A request without its body.
struct Head {
    parts: Parts,
    origin: Origin,
    /// The deadline that the caller asked for.
    asked: Option<Instant>,
    now: Instant,
}

/// The call that a request makes.
pub(crate) struct Found {
    endpoint: usize,
    /// Whether the answer is sent without its body.
    head: bool,
}

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

/// Two methods with the same route. The first one gets the requests.
pub(crate) struct Conflict {
    rule: String,
    first: &'static str,
    second: &'static str,
}

impl std::fmt::Display for Conflict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rule, first, second } = self;
        write!(f, "`{rule}` of {second} is a route of {first} already; change one of the paths")
    }
}

impl Table {
    pub(crate) fn new(mounted: Arc<Mounted>) -> Self {
        let mut table = Self { mounted, matcher: Matcher::new(), endpoints: Vec::new() };
        for conflict in table.fill() {
            tracing::error!("{conflict}");
        }
        table
    }

    /// The conflicts that [`Table::new`] would only log, for a server that can still refuse to start.
    pub(crate) fn conflicts(mounted: &Arc<Mounted>) -> Vec<Conflict> {
        Self { mounted: Arc::clone(mounted), matcher: Matcher::new(), endpoints: Vec::new() }.fill()
    }

    fn fill(&mut self) -> Vec<Conflict> {
        let mounted = Arc::clone(&self.mounted);
        let mut conflicts = Vec::new();
        for route in &mounted.routes {
            let Some(plan) = &route.method.plans.http else { continue };
            conflicts.extend(plan.rules.iter().filter_map(|rule| self.add_rule(route, rule)));
            conflicts.extend(self.add_default(route));
        }
        conflicts
    }

    fn add_rule(&mut self, route: &Arc<Route>, rule: &'static Rule) -> Option<Conflict> {
        let added = self.matcher.add(rule.verb, &rule.path, self.endpoints.len());
        let field = rule.response_body.as_deref().or(route.method.wrapped);
        let endpoint = Endpoint::new(route, Some(&rule.path), &rule.body, field);
        self.push(endpoint, added, || format!("{} {}", rule.verb.as_str(), rule.path))
    }

    fn add_default(&mut self, route: &Arc<Route>) -> Option<Conflict> {
        let path = route.method.path;
        let added = self.matcher.add_path(Verb::Post, path, self.endpoints.len());
        let endpoint = Endpoint::new(route, None, &RuleBody::Whole, route.method.wrapped);
        self.push(endpoint, added, || format!("POST {path}"))
    }

    fn push(
        &mut self,
        new: Endpoint,
        added: Result<(), usize>,
        rule: impl Fn() -> String,
    ) -> Option<Conflict> {
        let second = new.route.method.full_name();
        let conflict = added.err().map(|first| {
            let first = self.endpoints[first].route.method.full_name();
            Conflict { rule: rule(), first, second }
        });
        self.endpoints.push(new);
        conflict
    }

    pub(crate) fn find(&self, parts: &Parts) -> Option<Found> {
        let verb = verb(&parts.method)?;
        let endpoint = self.matcher.find(verb, parts.uri.path())?;
        Some(Found { endpoint, head: parts.method == Method::HEAD })
    }

    /// Answers a call. The head is read before there is a future, so the future is small.
    pub(crate) fn call(
        &self,
        found: Found,
        mut parts: Parts,
        body: RequestBody,
        origin: Origin,
        cors: Option<&Cors>,
    ) -> BoxFuture<'static, Response<Body>> {
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
        let checked = foreign::check(endpoint.route.method, &mut parts, cors, origin.entrance);
        match checked.and_then(|()| self.open(endpoint, parts, body, origin)) {
            Ok(Opened::Unary(call)) => Box::pin(async move { finish(call.answer().await) }),
            Ok(Opened::Other(answer)) => Box::pin(async move { finish(answer.await) }),
            Err(failure) => Box::pin(ready(finish(Err(failure)))),
        }
    }

    fn open(
        &self,
        endpoint: &Endpoint,
        parts: Parts,
        body: RequestBody,
        origin: Origin,
    ) -> Result<Opened, Failure> {
        let policy = &self.mounted.policy;
        let now = Instant::now();
        let asked = deadline::read(&parts.headers)?.and_then(|timeout| after(now, timeout));
        let (route, reply) = (&endpoint.route, endpoint.reply);
        match &route.call {
            Call::Unary(call) => {
                let request = Request::read(endpoint, &parts, body, self.mounted.compressions)?;
                // A safe verb changes nothing, whatever the method says (RFC 9110, section 9.2.1).
                let link = origin.link.clone().filter(|_| !parts.method.is_safe());
                let link = Survivor::link(route, link);
                let head = Head { parts, origin, asked, now };
                if request.is_whole() {
                    let cx = self.context(Shape::Unary, head, Some(now));
                    let call = call(cx.clone(), request.into_input(), reply);
                    return Ok(Opened::Unary(Unary { call: Survivor::new(call, &cx, link), cx }));
                }
                let cx = self.context(Shape::Unary, head, None);
                let (call, mut intake) = (Arc::clone(call), self.intake(policy.intake(now, asked)));
                Ok(Opened::other(async move {
                    let call = call(cx.clone(), request.wait(&mut intake, &cx).await?, reply);
                    Unary { call: Survivor::new(call, &cx, link), cx }.answer().await
                }))
            }
            Call::ServerStream(call) => {
                let format = Format::read(&parts.headers);
                let mut intake = self.intake(policy.intake(now, asked));
                let request = Request::read(endpoint, &parts, body, self.mounted.compressions)?;
                let head = Head { parts, origin, asked, now };
                let (call, cx) = (Arc::clone(call), self.context(Shape::ServerStream, head, None));
                Ok(Opened::other(async move {
                    let result = call(cx.clone(), request.wait(&mut intake, &cx).await?, reply).await;
                    stream::answer(result, format, cx).await
                }))
            }
            Call::ClientStream(call) => {
                let incoming = incoming::read(&parts.headers, body, &self.mounted.policy)?;
                let cx = self.context(Shape::ClientStream, Head { parts, origin, asked, now }, None);
                let call = call(cx.clone(), Incoming::new(Codec::Json, incoming), reply);
                Ok(Opened::other(async move { response::message(call.await, cx) }))
            }
            Call::Bidi(call) => {
                let format = Format::read(&parts.headers);
                let incoming = incoming::read(&parts.headers, body, &self.mounted.policy)?;
                let cx = self.context(Shape::Bidi, Head { parts, origin, asked, now }, None);
                let call = call(cx.clone(), Incoming::new(Codec::Json, incoming), reply);
                Ok(Opened::other(async move { stream::answer(call.await, format, cx).await }))
            }
        }
    }

    fn intake(&self, deadline: Option<Instant>) -> Intake {
        let policy = &self.mounted.policy;
        Intake {
            limit: policy.limits.json_size,
            patience: Patience::new(deadline, policy.limits.body_timeout),
            memory: Memory::of(policy),
        }
    }

    fn context(&self, shape: Shape, head: Head, taken: Option<Instant>) -> Context {
        let Head { parts, origin, asked, now } = head;
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
        self.mounted.context(shape, now, inner)
    }

    /// Whether a rule covers GET of this path.
    pub(crate) fn takes_get(&self, path: &str) -> bool {
        self.matcher.find(Verb::Get, path).is_some()
    }

    /// The answer to a request that fits no rule: 404, or 405 when the path has other verbs.
    pub(crate) fn unknown(&self, parts: &Parts) -> Response<Body> {
        self.wrong_method(parts).unwrap_or_else(|| {
            let text = format!("no route for {} {}", parts.method, parts.uri.path());
            let failure = Failure::new(StatusCode::NOT_FOUND, Status::unimplemented(text));
            failure.into_response(accept::error_form(&parts.headers))
        })
    }

    /// The answer to a request whose path has only rules for other verbs. For `OPTIONS` it lists them.
    pub(crate) fn wrong_method(&self, parts: &Parts) -> Option<Response<Body>> {
        let verbs = self.matcher.verbs(parts.uri.path());
        if verbs.is_empty() {
            return None;
        }
        let allowed = allow(&verbs);
        let mut response = if parts.method == Method::OPTIONS {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        } else {
            let text =
                format!("{} is not allowed for {}; allowed: {allowed}", parts.method, parts.uri.path());
            let failure = Failure::new(StatusCode::METHOD_NOT_ALLOWED, Status::unimplemented(text));
            failure.into_response(accept::error_form(&parts.headers))
        };
        // The list is of our own words, all ASCII.
        if let Ok(allowed) = HeaderValue::try_from(allowed) {
            response.headers_mut().insert(ALLOW, allowed);
        }
        Some(response)
    }
}

impl Endpoint {
    fn new(
        route: &Arc<Route>,
        path: Option<&'static Template>,
        body: &'static RuleBody,
        field: Option<&'static str>,
    ) -> Self {
        let style = route.method.service.model.json;
        let reply = Reply::new(Codec::Json).with_json(style).with_field(field);
        Self { route: Arc::clone(route), path, body, reply }
    }
}

/// The verb whose rules answer a method.
fn verb(method: &Method) -> Option<Verb> {
    Some(match *method {
        Method::GET | Method::HEAD => Verb::Get,
        Method::POST => Verb::Post,
        Method::PUT => Verb::Put,
        Method::PATCH => Verb::Patch,
        Method::DELETE => Verb::Delete,
        _ => return None,
    })
}

fn allow(verbs: &[Verb]) -> String {
    let mut names = Vec::with_capacity(verbs.len() + 2);
    for verb in verbs {
        names.push(verb.as_str());
        if *verb == Verb::Get {
            names.push("HEAD");
        }
    }
    names.push("OPTIONS");
    names.join(", ")
}

/// Removes the body, and keeps the head that GET would have got, its length included.
fn headless(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.insert(CONTENT_LENGTH, length.into());
    }
    Response::from_parts(parts, Body::empty())
}
