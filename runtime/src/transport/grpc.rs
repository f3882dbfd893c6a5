//! gRPC, gRPC-Web and Connect: our own thin engine over `http` and `http-body`.
//!
//! [`classify`] tells each request apart once. Calls in envelopes share [`serve`]; the differences between
//! their protocols are behind [`dialect`]. Connect's unary calls, which have no envelopes, are in
//! [`connect`]. The clients are in [`channel`].

mod body;
pub(crate) mod channel;
mod classify;
mod compression;
mod connect;
mod dialect;
mod envelope;
#[cfg(feature = "fuzzing")]
pub(in crate::transport) mod fuzzing;
mod native;
mod paths;
mod serve;
mod terms;
mod text;
mod timeout;
mod trailers;
mod web;

use crate::call::context::Transport;
use crate::call::status::Status;
use crate::net::exchange::{Origin, ResponseFuture};
use crate::net::{Body, RequestBody};
use crate::waist::handler::{Route, Service};
use crate::waist::health::{Health, HealthServer};
use crate::waist::mounted::{Mounted, Services};
use crate::waist::reflection::Reflection;
use classify::{ContentType, Way, WireFormat};
use http::header::{ALLOW, CONTENT_TYPE, HeaderName};
use http::{HeaderValue, Method, Request, Response, StatusCode, request::Parts};
use polywire_codegen::model::Shape;
use std::collections::HashMap;
use std::sync::Arc;

/// The methods that these protocols serve, by path.
pub(crate) struct Table {
    mounted: Arc<Mounted>,
    /// The index of each path's route among the mounted routes.
    paths: HashMap<&'static str, usize, paths::Hasher>,
}

/// The method that a request calls, and the way in which it does.
pub(crate) struct Found {
    route: usize,
    way: Way,
}

impl Table {
    pub(crate) fn new(mounted: Arc<Mounted>) -> Self {
        let served = mounted.routes.iter().enumerate().filter(|(_, route)| route.method.plans.grpc);
        let paths = served.map(|(at, route)| (route.method.path, at)).collect();
        Self { mounted, paths }
    }

    fn route(&self, at: usize) -> &Route {
        &self.mounted.routes[at]
    }

    /// The call that a request makes; `None` if it is for another transport, or for a method that we do not
    /// have.
    pub(crate) fn find(&self, parts: &Parts) -> Option<Found> {
        // Requests for other transports should not cost a search. A GET of Connect always has a query.
        if parts.method != Method::POST && parts.uri.query().is_none() {
            return None;
        }
        let route = *self.paths.get(parts.uri.path())?;
        let way = classify::classify(parts, self.route(route).method)?;
        Some(Found { route, way })
    }

    /// Answers a call.
    pub(crate) fn call(
        &self,
        found: Found,
        parts: Parts,
        body: RequestBody,
        origin: Origin,
    ) -> ResponseFuture {
        let (mounted, route) = (&self.mounted, &self.mounted.routes[found.route]);
        let refused = match found.way {
            Way::Envelopes(format) => {
                match serve::open(mounted, route, format, Request::from_parts(parts, body), origin) {
                    Ok(call) => return call.run(),
                    Err(refused) => *refused,
                }
            }
            Way::ConnectPost(content) => {
                match connect::open(mounted, route, content, Request::from_parts(parts, body), origin) {
                    Ok(call) => return call.run(),
                    Err(refused) => *refused,
                }
            }
            Way::ConnectGet(query) => {
                let (mounted, route) = (Arc::clone(mounted), Arc::clone(route));
                return Box::pin(async move { connect::get(&mounted, &route, query, parts, origin).await });
            }
            Way::Refused(http) => {
                let status = Status::unimplemented(format!("refused with HTTP {http}"));
                mounted.policy.refused_call((Transport::Connect, origin.peer), route.method, &status);
                refused(http, route.method.shape())
            }
        };
        Box::pin(std::future::ready(refused))
    }

    /// The answer to a request that speaks one of our protocols to a method of ours, with a verb that they do
    /// not have.
    pub(crate) fn wrong_method(&self, parts: &Parts) -> Option<Response<Body>> {
        let route = self.paths.get(parts.uri.path())?;
        classify::speaks(parts)
            .then(|| refused(StatusCode::METHOD_NOT_ALLOWED, self.route(*route).method.shape()))
    }

    /// The answer to a request that nothing took, if it speaks one of our protocols or names one of our
    /// methods.
    pub(crate) fn unknown(&self, parts: &Parts) -> Option<Response<Body>> {
        if let Some(route) = self.paths.get(parts.uri.path()) {
            return Some(refused(StatusCode::METHOD_NOT_ALLOWED, self.route(*route).method.shape()));
        }
        let status = Status::unimplemented(format!("no method {}", parts.uri.path().trim_start_matches('/')));
        if parts.method == Method::GET && parts.uri.query().is_some_and(connect::Query::is_connect) {
            return Some(connect::error_body(&status, StatusCode::NOT_FOUND));
        }
        let content = parts.headers.get(CONTENT_TYPE).and_then(ContentType::of)?;
        match content.protocol.dialect() {
            Some(dialect) => Some(serve::refuse(WireFormat { content, dialect }, &status)),
            None if content.text == "application/json" && !parts.headers.contains_key(connect::VERSION) => {
                None
            }
            None => Some(connect::error_body(&status, StatusCode::NOT_FOUND)),
        }
    }
}

/// Health, and also reflection if `reflection` is set. A service that the user has added under the same name
/// replaces ours.
pub(crate) fn own_services(user: &Services, health: &Health, reflection: bool) -> Services {
    let mut own = Services::default();
    let services = user.specs.iter().map(|service| service.model.full_name()).collect();
    add_unless_there(&mut own, user, HealthServer { health: health.clone(), services });
    if reflection {
        let shown: Vec<_> = user.specs.iter().chain(&own.specs).copied().collect();
        let servers = Reflection::new(&shown).servers();
        servers.into_iter().for_each(|server| add_unless_there(&mut own, user, server));
    }
    own
}

fn add_unless_there(own: &mut Services, user: &Services, service: impl Service) {
    let name = service.spec().model.full_name();
    if !user.specs.iter().any(|there| there.model.full_name() == name) {
        own.add(service);
    }
}

/// Refuses with an HTTP status, because the request does not speak to the method in a way that the method
/// supports.
fn refused(http: StatusCode, shape: Shape) -> Response<Body> {
    let hint: Option<(HeaderName, HeaderValue)> = match http {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            let types = if shape == Shape::Unary {
                classify::ACCEPT_POST_UNARY
            } else {
                classify::ACCEPT_POST_STREAM
            };
            Some((HeaderName::from_static("accept-post"), types))
        }
        StatusCode::METHOD_NOT_ALLOWED => Some((ALLOW, HeaderValue::from_static("POST"))),
        _ => None,
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = http;
    response.headers_mut().extend(hint);
    response
}
