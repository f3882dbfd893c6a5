//! Tells requests apart by protocol, content type and path, and hands each to its transport.

use super::body::{Body, RequestBody};
use super::cookies;
use super::cors::Cors;
use super::documents::Documents;
use super::watch::Link;
use crate::mounted::Mounted;
use futures_core::future::BoxFuture;
use http::{Request, Response, request::Parts};
use std::net::SocketAddr;
use std::sync::Arc;

/// Every HTTP transport of one server.
pub(crate) struct Engine {
    #[cfg(feature = "grpc")]
    grpc: crate::transport::grpc::Table,
    #[cfg(feature = "ws")]
    ws: crate::transport::ws::Table,
    #[cfg(feature = "http")]
    http: crate::transport::http::Table,
    documents: Documents,
    cors: Option<Cors>,
    #[cfg(feature = "axum")]
    fallback: Option<axum::Router>,
}

/// Where a request came from.
#[derive(Clone, Default)]
pub(crate) struct Origin {
    pub(crate) peer: Option<SocketAddr>,
    /// Its connection, where it is known when that is lost.
    pub(crate) link: Option<Arc<Link>>,
}

impl Engine {
    pub(crate) fn new(mounted: &Arc<Mounted>) -> Self {
        Self {
            #[cfg(feature = "grpc")]
            grpc: crate::transport::grpc::Table::new(Arc::clone(mounted)),
            #[cfg(feature = "ws")]
            ws: crate::transport::ws::Table::new(Arc::clone(mounted)),
            #[cfg(feature = "http")]
            http: crate::transport::http::Table::new(Arc::clone(mounted)),
            documents: Documents::new(mounted),
            cors: None,
            #[cfg(feature = "axum")]
            fallback: None,
        }
    }

    /// Lets pages of other sites call.
    pub(crate) fn with_cors(mut self, cors: Option<Cors>) -> Self {
        self.cors = cors;
        self
    }

    /// What no transport takes goes to the user's own router.
    #[cfg(feature = "axum")]
    pub(crate) fn with_fallback(mut self, router: Option<axum::Router>) -> Self {
        self.fallback = router;
        self
    }

    /// Answers a request, whoever it is for. hyper moves the future about for every request before it runs, several times: what
    /// is handed out is a pointer.
    pub(crate) fn handle(self: &Arc<Self>, request: Request<RequestBody>, origin: Origin) -> Answer {
        let (mut parts, body) = request.into_parts();
        cookies::join(&mut parts.headers);
        match &self.cors {
            None => self.dispatch(parts, body, origin),
            Some(cors) => self.admit(cors, parts, body, origin),
        }
    }

    /// The answer with what a page of another site must be told.
    fn admit(self: &Arc<Self>, cors: &Cors, parts: Parts, body: RequestBody, origin: Origin) -> Answer {
        let headers = cors.headers(&parts);
        let answer = match cors.preflight(&parts) {
            Some(response) => answered(response),
            None => self.dispatch(parts, body, origin),
        };
        Box::pin(async move {
            let mut response = answer.await;
            for (name, value) in &headers {
                response.headers_mut().append(name.clone(), value.clone());
            }
            response
        })
    }

    fn dispatch(self: &Arc<Self>, parts: Parts, body: RequestBody, origin: Origin) -> Answer {
        #[cfg(feature = "grpc")]
        if let Some(call) = self.grpc.find(&parts) {
            return self.grpc.call(call, parts, body, origin);
        }
        #[cfg(feature = "ws")]
        if let Some(endpoint) = self.ws.find(&parts) {
            let engine = Arc::clone(self);
            return Box::pin(async move {
                engine.ws.call(endpoint, parts, body, origin, engine.cors.as_ref()).await
            });
        }
        #[cfg(feature = "http")]
        if let Some(rule) = self.http.find(&parts) {
            return self.http.call(rule, parts, body, origin);
        }
        if let Some(response) = self.documents.find(&parts) {
            return answered(response);
        }
        #[cfg(feature = "axum")]
        if let Some(router) = &self.fallback {
            // A path of ours under another method is the router's when it has it.
            #[cfg(feature = "http")]
            let refusal = self.http.wrong_method(&parts);
            #[cfg(not(feature = "http"))]
            let refusal = None;
            let response = forward(router.clone(), Request::from_parts(parts, body));
            return Box::pin(async move {
                let response = response.await;
                match refusal {
                    Some(refusal) if response.status() == http::StatusCode::NOT_FOUND => refusal,
                    _ => response,
                }
            });
        }
        answered(self.unknown(&parts))
    }

    /// Nobody takes it: say so in the words of the protocol that asked.
    fn unknown(&self, parts: &Parts) -> Response<Body> {
        // A verb that the path has not is plain HTTP's to answer: gRPC and Connect know of POST alone.
        #[cfg(feature = "http")]
        if let Some(response) = self.http.wrong_method(parts) {
            return response;
        }
        #[cfg(feature = "grpc")]
        if let Some(response) = self.grpc.unknown(parts) {
            return response;
        }
        #[cfg(feature = "ws")]
        if let Some(response) = self.ws.unknown(parts) {
            return response;
        }
        #[cfg(feature = "http")]
        return self.http.unknown(parts);
        #[cfg(not(feature = "http"))]
        {
            let mut response =
                Response::new(Body::full(format!("no route for {} {}\n", parts.method, parts.uri.path())));
            *response.status_mut() = http::StatusCode::NOT_FOUND;
            response
        }
    }
}

/// An answer on its way.
pub(crate) type Answer = BoxFuture<'static, Response<Body>>;

/// One that is there.
fn answered(response: Response<Body>) -> Answer {
    Box::pin(std::future::ready(response))
}

#[cfg(feature = "axum")]
async fn forward(mut router: axum::Router, request: Request<RequestBody>) -> Response<Body> {
    let request = request.map(axum::body::Body::new);
    match tower_service::Service::call(&mut router, request).await {
        Ok(response) => response.map(Body::boxed),
        Err(never) => match never {},
    }
}
