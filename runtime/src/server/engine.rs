//! Tells requests apart by protocol, content type and path, and hands each to its transport.

#[cfg(feature = "axum")]
mod fallback;

use super::documents::Documents;
use super::operation::{Asker, Desk};
use super::tables::Tables;
use crate::call::context::Transport;
use crate::call::policy::Policy;
use crate::call::status::Status;
use crate::net::body::{Body, RequestBody};
use crate::net::cookies;
use crate::net::cors::{Admission, Cors};
use crate::net::exchange::{Origin, ResponseFuture, answered};
use crate::net::hosts::Hosts;
use crate::net::pages;
use crate::net::proxies::{ClientAddress, Proxies};
use crate::net::sound;
use crate::waist::mounted::Mounted;
#[cfg(feature = "axum")]
pub(super) use fallback::Admitted;
use http::{Request, Response, request::Parts};
use std::sync::Arc;

/// All HTTP transports of one server.
pub(crate) struct Engine {
    tables: Tables,
    documents: Documents,
    cors: Option<Cors>,
    hosts: Option<Hosts>,
    proxies: Proxies,
    /// The header in which they name the client.
    client: Option<ClientAddress>,
    /// Answers an operator, if somebody asked for that.
    desk: Option<Desk>,
    /// The rules of the server, with the interceptors that are told of refusals.
    policy: Arc<Policy>,
    /// Whether the user has added no service.
    is_bare: bool,
    #[cfg(feature = "axum")]
    router: Option<axum::Router>,
}

impl Engine {
    pub(crate) fn new(mounted: &Mounted, tables: Tables) -> Self {
        let documents = Documents::new(mounted);
        #[cfg(feature = "http")]
        let documents = documents.before(|path| tables.http.takes_get(path));
        Self {
            tables,
            documents,
            cors: None,
            hosts: None,
            proxies: Proxies::default(),
            client: None,
            desk: None,
            policy: Arc::clone(&mounted.policy),
            is_bare: mounted.of_user().is_empty(),
            #[cfg(feature = "axum")]
            router: None,
        }
    }

    /// Lets pages of other sites call.
    pub(crate) fn with_cors(mut self, cors: Option<Cors>) -> Self {
        self.cors = cors;
        self
    }

    /// Serves these hosts only.
    pub(crate) fn with_hosts(mut self, hosts: Option<Hosts>) -> Self {
        self.hosts = hosts;
        self
    }

    /// Believes these proxies, and takes the client's address from this header of theirs.
    pub(crate) fn with_proxies(mut self, proxies: Proxies, client: Option<ClientAddress>) -> Self {
        (self.proxies, self.client) = (proxies, client);
        self
    }

    /// Answers an operator.
    pub(crate) fn with_desk(mut self, desk: Option<Desk>) -> Self {
        self.desk = desk;
        self
    }

    /// Passes requests that no transport takes to the user's own router.
    #[cfg(feature = "axum")]
    pub(crate) fn with_router(mut self, router: Option<axum::Router>) -> Self {
        self.router = router;
        self
    }

    /// The router that may take any path.
    #[cfg(feature = "axum")]
    pub(super) fn router(&self) -> Option<&axum::Router> {
        self.router.as_ref()
    }

    /// Answers any request. hyper moves the future several times for every request before it runs, so this
    /// returns a pointer.
    pub(crate) fn handle(self: &Arc<Self>, request: Request<RequestBody>, origin: Origin) -> ResponseFuture {
        self.check(request, origin, |parts, body, origin| self.dispatch(parts, body, origin))
    }

    /// Checks the head of a request, adds the CORS headers, and lets `answer` answer.
    fn check(
        &self,
        request: Request<RequestBody>,
        mut origin: Origin,
        answer: impl FnOnce(Parts, RequestBody, Origin) -> ResponseFuture,
    ) -> ResponseFuture {
        let (mut parts, body) = request.into_parts();
        if let Err(refusal) = sound::check(&mut parts, origin.entrance) {
            self.refused(&parts, &origin, refusal.status());
            return answered(refusal.into_response());
        }
        let served = Hosts::check(self.hosts.as_ref(), &parts, origin.entrance);
        if let Some(desk) = &self.desk {
            let asker = if served.is_ok() { Asker::OwnHost } else { Asker::AnyHost };
            if let Some(answer) = desk.answer(&parts, asker) {
                return answer;
            }
        }
        if let Err(refusal) = served {
            self.refused(&parts, &origin, refusal.status());
            return answered(refusal.into_response());
        }
        self.proxies.check(&mut parts.headers, &mut origin, self.client);
        cookies::join(&mut parts.headers);
        match &self.cors {
            None => answer(parts, body, origin),
            Some(cors) => admit(cors, parts, body, origin, answer),
        }
    }

    /// Answers a request that has been checked.
    pub(super) fn dispatch(
        self: &Arc<Self>,
        parts: Parts,
        body: RequestBody,
        origin: Origin,
    ) -> ResponseFuture {
        #[cfg(feature = "axum")]
        if let Some(router) = &self.router {
            return self.dispatch_before(router, parts, body, origin);
        }
        self.own(parts, body, origin).unwrap_or_else(|unowned| answered(self.unknown(&unowned.0, &unowned.2)))
    }

    /// The answer of this server itself. If there is none, the request comes back.
    fn own(
        self: &Arc<Self>,
        parts: Parts,
        body: RequestBody,
        origin: Origin,
    ) -> Result<ResponseFuture, Unowned> {
        #[cfg(feature = "grpc")]
        if let Some(call) = self.tables.grpc.find(&parts) {
            return Ok(self.tables.grpc.call(call, parts, body, origin));
        }
        #[cfg(feature = "ws")]
        if let Some(endpoint) = self.tables.ws.find(&parts) {
            let engine = Arc::clone(self);
            return Ok(Box::pin(async move {
                engine.tables.ws.call(endpoint, parts, body, origin, engine.cors.as_ref()).await
            }));
        }
        if let Some(response) = self.documents.find_before(&parts) {
            return Ok(answered(response));
        }
        #[cfg(feature = "http")]
        if let Some(rule) = self.tables.http.find(&parts) {
            return Ok(self.tables.http.call(rule, parts, body, origin, self.cors.as_ref()));
        }
        match self.documents.find(&parts) {
            Some(response) => Ok(answered(response)),
            None => Err(Box::new((parts, body, origin))),
        }
    }

    /// Whether [`Engine::own`] has an answer.
    #[cfg(feature = "axum")]
    fn owns(&self, parts: &Parts) -> bool {
        #[cfg(feature = "grpc")]
        if self.tables.grpc.find(parts).is_some() {
            return true;
        }
        #[cfg(feature = "ws")]
        if self.tables.ws.find(parts).is_some() {
            return true;
        }
        #[cfg(feature = "http")]
        if self.tables.http.find(parts).is_some() {
            return true;
        }
        self.documents.find(parts).is_some()
    }

    /// The answer to a verb that the path does not have. The protocol that asked answers first, then plain
    /// HTTP, which knows more verbs than `POST`.
    fn wrong_method(&self, parts: &Parts) -> Option<Response<Body>> {
        #[cfg(feature = "grpc")]
        if let Some(response) = self.tables.grpc.wrong_method(parts) {
            return Some(response);
        }
        #[cfg(feature = "http")]
        if let Some(response) = self.tables.http.wrong_method(parts) {
            return Some(response);
        }
        None
    }

    /// Tells of a request that no transport takes.
    fn refused(&self, parts: &Parts, origin: &Origin, status: &Status) {
        let target = || format!("{} {}", parts.method, parts.uri.path());
        self.policy.refused((Transport::Http, origin.peer), target, None, status);
    }

    /// Says that nothing takes the request, in the words of the protocol that asked.
    fn unknown(&self, parts: &Parts, origin: &Origin) -> Response<Body> {
        if let Some(response) = self.wrong_method(parts) {
            if !response.status().is_success() {
                let text = "the path does not have this verb";
                self.refused(parts, origin, &Status::unimplemented(text));
            }
            return response;
        }
        if let Some(response) = self.documents.index(parts) {
            return response;
        }
        self.refused(parts, origin, &Status::unimplemented("nothing serves the path"));
        #[cfg(feature = "grpc")]
        if let Some(response) = self.tables.grpc.unknown(parts) {
            return response;
        }
        #[cfg(feature = "ws")]
        if let Some(response) = self.tables.ws.unknown(parts) {
            return response;
        }
        #[cfg(feature = "http")]
        return self.tables.http.unknown(parts);
        #[cfg(not(feature = "http"))]
        {
            let mut response =
                Response::new(Body::full(format!("no route for {} {}\n", parts.method, parts.uri.path())));
            *response.status_mut() = http::StatusCode::NOT_FOUND;
            response
        }
    }
}

/// Answers a request, and adds the CORS headers for pages of other sites.
fn admit(
    cors: &Cors,
    mut parts: Parts,
    body: RequestBody,
    origin: Origin,
    answer: impl FnOnce(Parts, RequestBody, Origin) -> ResponseFuture,
) -> ResponseFuture {
    if pages::admit_origin(&parts, Some(cors), origin.entrance) == Admission::WithoutCookies {
        pages::forget_user(&mut parts);
    }
    let headers = cors.headers(&parts);
    let answer = match cors.preflight(&parts) {
        Some(response) => answered(response),
        None => answer(parts, body, origin),
    };
    Box::pin(async move {
        let mut response = answer.await;
        for (name, value) in &headers {
            response.headers_mut().append(name.clone(), value.clone());
        }
        response
    })
}

/// A request that is not for this server's own transports.
type Unowned = Box<(Parts, RequestBody, Origin)>;

#[cfg(all(test, feature = "grpc"))]
mod tests {
    use super::*;
    use crate::transport::grpc;
    use crate::waist::health::Health;
    use crate::waist::mounted::{Services, Settings};
    use http::header::CONTENT_TYPE;

    /// The future is allocated, filled and freed for every request.
    #[test]
    fn the_future_of_a_call_is_small() {
        let own = grpc::own_services(&Services::default(), &Health::new(), false);
        let mounted = Mounted::new(Settings::default(), Services::default(), own);
        let mounted = Arc::new(mounted);
        let tables = Tables::new(&mounted).expect("no conflicts");
        let engine = Arc::new(Engine::new(&mounted, tables));
        let body = RequestBody::boxed(http_body_util::Empty::new());
        let request = http::Request::post("/grpc.health.v1.Health/Check").version(http::Version::HTTP_2);
        let request = request.header(CONTENT_TYPE, "application/grpc").body(body).expect("a request");
        let size = size_of_val(&*engine.handle(request, Origin::default()));
        assert!((200..=700).contains(&size), "{size} bytes");
    }
}
