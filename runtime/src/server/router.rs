//! The HTTP transports of a server as an axum router. It has a route for each path, so it merges with routers
//! that have other paths.
//!
//! Merged axum routers share one fallback, so this module sets none of its own. Where axum itself would say
//! 404 or 405, a layer answers. Two such layers merge, and a fallback that an application sets replaces them.
//!
//! So documents, `/ws`, health and reflection may be in several servers of one application. Paths that axum's
//! router cannot tell apart (`/a/{b}:verb`, a variable beside `**`) share a route. The engine tells their
//! requests apart, as it does on a listener.

use super::documents;
use super::engine::{Admitted, Engine};
use super::layered::Layers;
use crate::net::RequestBody;
use crate::net::exchange::Origin;
use crate::net::watch::Link;
use crate::waist::mounted::Mounted;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter};
use http::header::ALLOW;
use http::{HeaderValue, Version};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use polywire_codegen::transport::http::{Segment, Template, Verb};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

/// The paths of a server, by shape: `/books/{}` for `/books/{id}`.
pub(crate) struct Paths(BTreeMap<Vec<String>, Place>);

/// One path in axum's syntax.
struct Place {
    segments: Vec<String>,
    takes: Takes,
}

/// The requests that a path takes.
#[derive(Clone, Copy)]
enum Takes {
    /// The methods of services. No other route may have the same.
    Methods(MethodFilter),
    /// A path that every server has, with the value of its `Allow` header.
    Shared(HeaderAllow),
}

/// See [`Takes::Shared`].
type HeaderAllow = &'static str;

/// The bytes that a path must escape (RFC 3986, section 3.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// axum's form of `**`, which is always last.
const REST: &str = "{*rest}";

impl Paths {
    /// Collects every path of these services, and those of the server itself.
    pub(crate) fn of(mounted: &Mounted) -> Self {
        let mut paths = Self(BTreeMap::new());
        paths.add_services(mounted);
        for route in &mounted.routes {
            let plans = &route.method.plans;
            for rule in plans.http.iter().flat_map(|plan| plan.rules.iter()) {
                paths.add_template(&rule.path, filter(rule.verb));
            }
            if let Some(template) = plans.ws.as_ref().and_then(|plan| plan.endpoint.as_ref()) {
                paths.add_template(template, MethodFilter::GET);
            }
        }
        for path in documents::paths(mounted) {
            paths.add(split(&path), Takes::Shared("GET, HEAD"));
        }
        #[cfg(feature = "ws")]
        paths.add(split(polywire_codegen::transport::ws::MULTIPLEXED), Takes::Shared("GET"));
        paths.cover();
        paths
    }

    /// Adds `/package.Service/` with any method name. The protocol that asks refuses names that the service
    /// does not have.
    fn add_services(&mut self, mounted: &Mounted) {
        let own = mounted.of_user().len();
        for (at, service) in mounted.services.iter().enumerate() {
            let segments = vec![service.model.full_name(), "{*method}".to_owned()];
            let takes = match at < own {
                true => Takes::Methods(MethodFilter::POST.or(MethodFilter::GET)),
                false => Takes::Shared("POST"),
            };
            self.add(segments, takes);
            // Layers count by the path that matched: one for each method.
            for method in service.methods {
                self.add(split(method.path), takes);
            }
        }
    }

    fn add_template(&mut self, template: &Template, filter: MethodFilter) {
        let mut segments = translate(template);
        let takes = Takes::Methods(filter);
        // `**` also matches no segment, and an empty one. axum's rest matches at least one byte.
        if segments.last().is_some_and(|last| last == REST) {
            let mut before = segments.clone();
            before.pop();
            self.add(before.clone(), takes);
            before.push(String::new());
            self.add(before, takes);
        } else if let (Some(verb), Some(last)) = (&template.verb, segments.last_mut())
            && !is_variable(last)
        {
            last.push(':');
            last.extend(utf8_percent_encode(verb, ESCAPED));
        }
        self.add(segments, takes);
    }

    fn add(&mut self, segments: Vec<String>, takes: Takes) {
        // The root is one empty segment.
        let segments = if segments.is_empty() { vec![String::new()] } else { segments };
        let place = self.0.entry(shape(&segments)).or_insert(Place { segments, takes });
        place.takes = place.takes.and(takes);
    }

    /// Removes the paths that a `**` covers. axum allows no variable beside a rest.
    fn cover(&mut self) {
        let rests: Vec<Vec<String>> =
            self.0.keys().filter(|shape| shape.last().is_some_and(|last| last == "{*}")).cloned().collect();
        for rest in rests {
            let prefix = &rest[..rest.len() - 1];
            let is_covered = |other: &[String]| {
                *other != *rest
                    && other.len() > prefix.len()
                    && other.starts_with(prefix)
                    && is_variable(&other[prefix.len()])
            };
            let covered: Vec<_> = self.0.keys().filter(|other| is_covered(other)).cloned().collect();
            let covered: Vec<_> = covered.iter().filter_map(|shape| self.0.remove(shape)).collect();
            if let Some(place) = self.0.get_mut(&rest) {
                place.takes = covered.iter().fold(place.takes, |takes, other| takes.and(other.takes));
            }
        }
    }
}

impl Takes {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Methods(one), Self::Methods(two)) => Self::Methods(one.or(two)),
            (Self::Methods(filter), Self::Shared(_)) | (Self::Shared(_), Self::Methods(filter)) => {
                Self::Methods(filter)
            }
            (Self::Shared(allow), Self::Shared(_)) => Self::Shared(allow),
        }
    }
}

/// Builds the router, with the layers around it.
pub(crate) fn build(engine: &Arc<Engine>, mounted: &Mounted, layers: &Layers) -> Router {
    let lost = Link::foreign(mounted.tasks.clone());
    let Some(layered) = layered(engine, mounted, layers) else {
        let router = routes(engine, &Paths::of(mounted), &lost);
        if engine.router().is_none() {
            return router;
        }
        let engine = Arc::clone(engine);
        return router.fallback(move |request: Request| respond(engine, lost, request, None));
    };
    let engine = Arc::clone(engine);
    layered.layer(from_fn(move |request: Request, next: Next| {
        let origin = origin(&request, &lost);
        let answer = engine.handle_in(&next, request.map(RequestBody::boxed), origin);
        async { answer.await.map(axum::body::Body::new) }
    }))
}

/// Builds the routes of the server and the router behind them, inside of the layers. Without layers there is
/// nothing to build. The heads of requests have been checked already.
pub(crate) fn layered(engine: &Arc<Engine>, mounted: &Mounted, layers: &Layers) -> Option<Router> {
    if layers.is_empty() {
        return None;
    }
    let lost = Link::foreign(mounted.tasks.clone());
    let own = layers.around(routes(engine, &Paths::of(mounted), &lost));
    let Some(users) = engine.router() else { return Some(own) };
    let engine = Arc::clone(engine);
    let behind = from_fn(move |mut request: Request, next: Next| {
        let origin = admitted(&mut request).unwrap_or_else(|| origin(&request, &lost));
        let (parts, body) = request.into_parts();
        let answer = engine.dispatch_before(&next, parts, RequestBody::boxed(body), origin);
        async { answer.await.map(axum::body::Body::new) }
    });
    // The layers go around the user's routes, and not around their router, so that they see which one matched.
    Some(own.fallback_service(layers.around(users.clone().layer(behind))))
}

/// The routes of the server. Each path leads to the engine, which tells requests apart as it does on a listener.
fn routes(engine: &Arc<Engine>, paths: &Paths, lost: &Arc<Link>) -> Router {
    let answer = |allow: Option<HeaderAllow>| {
        let (engine, lost) = (Arc::clone(engine), Arc::clone(lost));
        from_fn(move |request: Request, _: Next| {
            respond(Arc::clone(&engine), Arc::clone(&lost), request, allow)
        })
    };
    let mut router = Router::new().layer(answer(None)).without_v07_checks();
    for place in paths.0.values() {
        let (methods, allow) = match place.takes {
            // The layer answers. The route only says which methods are taken.
            Takes::Methods(filter) => (MethodRouter::new().on(filter, async || ()), None),
            Takes::Shared(allow) => (MethodRouter::new(), Some(allow)),
        };
        router = router.route(&format!("/{}", place.segments.join("/")), methods.layer(answer(allow)));
    }
    router
}

/// The way in of a request that came through a layer of ours.
fn admitted(request: &mut Request) -> Option<Origin> {
    request.extensions_mut().remove::<Admitted>().map(|admitted| admitted.0)
}

/// The way in of a request that somebody else's server has read.
fn origin(request: &Request, lost: &Arc<Link>) -> Origin {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    // Over HTTP/2 it is not known here whether a call was cancelled or its connection was lost.
    let link = (request.version() < Version::HTTP_2).then(|| Arc::clone(lost));
    Origin { peer, link, ..Origin::default() }
}

async fn respond(
    engine: Arc<Engine>,
    lost: Arc<Link>,
    mut request: Request,
    allow: Option<HeaderAllow>,
) -> Response {
    let answer = match admitted(&mut request) {
        Some(origin) => {
            let (parts, body) = request.into_parts();
            engine.dispatch(parts, RequestBody::boxed(body), origin)
        }
        None => {
            let origin = origin(&request, &lost);
            engine.handle(request.map(RequestBody::boxed), origin)
        }
    };
    let mut response = answer.await.map(axum::body::Body::new);
    // Without this, axum would write an empty `Allow`.
    if let Some(allow) = allow {
        response.headers_mut().entry(ALLOW).or_insert(HeaderValue::from_static(allow));
    }
    response
}

fn filter(verb: Verb) -> MethodFilter {
    match verb {
        Verb::Get => MethodFilter::GET,
        Verb::Put => MethodFilter::PUT,
        Verb::Post => MethodFilter::POST,
        Verb::Delete => MethodFilter::DELETE,
        Verb::Patch => MethodFilter::PATCH,
    }
}

fn split(path: &str) -> Vec<String> {
    path.trim_start_matches('/').split('/').map(str::to_owned).collect()
}

/// The segments in axum's syntax. A `:verb` after a variable stays part of the variable.
fn translate(template: &Template) -> Vec<String> {
    let mut segments = Vec::new();
    for segment in template.segments.iter() {
        match segment {
            // A variable of one segment has the name of its field, as one would write it for axum.
            Segment::Variable { field, pattern } if pattern.as_ref() == [Segment::Any] => {
                segments.push(format!("{{{}}}", field.replace('.', "_")));
            }
            Segment::Variable { pattern, .. } => {
                for inner in pattern.iter() {
                    segments.push(word(inner, segments.len()));
                }
            }
            other => segments.push(word(other, segments.len())),
        }
    }
    segments
}

fn word(segment: &Segment, at: usize) -> String {
    match segment {
        Segment::Literal(text) => utf8_percent_encode(text, ESCAPED).to_string(),
        Segment::Rest => REST.to_owned(),
        // The parser never puts a variable into a variable.
        Segment::Any | Segment::Variable { .. } => format!("{{_{at}}}"),
    }
}

fn is_variable(segment: &str) -> bool {
    segment.starts_with('{')
}

/// The segments without the names of variables. For axum, two paths of one shape are one path.
fn shape(segments: &[String]) -> Vec<String> {
    let nameless = |segment: &String| match segment {
        rest if rest.starts_with("{*") => "{*}".to_owned(),
        variable if is_variable(variable) => "{}".to_owned(),
        literal => literal.clone(),
    };
    segments.iter().map(nameless).collect()
}
