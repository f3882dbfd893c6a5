//! The routes of a server, and the answers to requests that none of them takes.

use super::accept;
use super::response::Failure;
use crate::call::input::{Codec, Reply};
use crate::call::status::Status;
use crate::net::Body;
use crate::transport::paths::{Conflict, Matcher};
use crate::waist::handler::Route;
use crate::waist::mounted::Mounted;
use http::header::ALLOW;
use http::{HeaderValue, Method, Response, StatusCode, request::Parts};
use polywire_codegen::transport::http::{Body as RuleBody, Rule, Template, Verb};
use std::sync::Arc;

/// The routes of a server.
pub(crate) struct Table {
    pub(super) mounted: Arc<Mounted>,
    matcher: Matcher<'static>,
    pub(super) endpoints: Vec<Endpoint>,
}

/// One rule of one method.
pub(super) struct Endpoint {
    pub(super) route: Arc<Route>,
    /// The template of the path; `None` on the default route, which has no variables.
    pub(super) path: Option<&'static Template>,
    pub(super) body: &'static RuleBody,
    pub(super) reply: Reply,
}

/// The call that a request makes.
pub(crate) struct Found {
    pub(super) endpoint: usize,
    /// Whether the answer is sent without its body.
    pub(super) head: bool,
}

impl Table {
    /// Collects the routes of all methods.
    ///
    /// # Errors
    /// The routes that two methods have.
    pub(crate) fn new(mounted: &Arc<Mounted>) -> Result<Self, Vec<Conflict>> {
        let (matcher, endpoints) = (Matcher::new(), Vec::new());
        let mut table = Self { mounted: Arc::clone(mounted), matcher, endpoints };
        let mut conflicts = Vec::new();
        for route in &mounted.routes {
            let Some(plan) = &route.method.plans.http else { continue };
            conflicts.extend(plan.rules.iter().filter_map(|rule| table.add_rule(route, rule)));
            conflicts.extend(table.add_default(route));
        }
        if conflicts.is_empty() { Ok(table) } else { Err(conflicts) }
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
            Conflict { route: rule(), kind: "a route", first, second }
        });
        self.endpoints.push(new);
        conflict
    }

    pub(crate) fn find(&self, parts: &Parts) -> Option<Found> {
        let verb = verb(&parts.method)?;
        let endpoint = self.matcher.find(verb, parts.uri.path())?;
        Some(Found { endpoint, head: parts.method == Method::HEAD })
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
