//! axum around the engine. The user's own router is behind the services; if there are no services, it goes
//! first. The user's layers are around both.

use super::Engine;
use crate::call::status::Status;
use crate::call::unwind::caught;
use crate::net::body::{Body, BoxError, RequestBody};
use crate::net::exchange::{Origin, ResponseFuture};
use axum::extract::ConnectInfo;
use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body::{Frame, SizeHint};
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tower_service::Service;

/// The name of this code in the log of a panic.
const PLACE: &str = "a merged router or a layer";

/// The way in of a request whose head has been checked. It travels through the layers as an extension.
#[derive(Clone)]
pub(in crate::server) struct Admitted(pub(in crate::server) Origin);

/// A service that answers as a router does: a router, or the rest of one behind a layer.
pub(in crate::server) trait Router:
    Service<
        Request<axum::body::Body>,
        Response = Response<axum::body::Body>,
        Error = Infallible,
        Future: Send,
    > + Clone
    + Send
    + 'static
{
}

impl<S> Router for S where
    S: Service<
            Request<axum::body::Body>,
            Response = Response<axum::body::Body>,
            Error = Infallible,
            Future: Send,
        > + Clone
        + Send
        + 'static
{
}

impl Engine {
    /// Answers any request inside of `layered`, the routes of this engine with layers around them. The head is
    /// checked before any layer sees it.
    pub(in crate::server) fn handle_in(
        &self,
        layered: &impl Router,
        request: Request<RequestBody>,
        origin: Origin,
    ) -> ResponseFuture {
        self.check(request, origin, |parts, body, origin| {
            let mut request = Request::from_parts(parts, axum::body::Body::new(body));
            let peer = origin.peer;
            request.extensions_mut().insert(Admitted(origin));
            Box::pin(forward(layered.clone(), request, peer))
        })
    }

    /// Answers a request that has been checked, with `router` behind the services.
    pub(in crate::server) fn dispatch_before(
        self: &Arc<Self>,
        router: &impl Router,
        parts: Parts,
        body: RequestBody,
        origin: Origin,
    ) -> ResponseFuture {
        if self.is_bare {
            return Box::pin(first(Arc::clone(self), router.clone(), (parts, body), origin));
        }
        self.own(parts, body, origin).unwrap_or_else(|unowned| {
            let (parts, body, origin) = *unowned;
            // If the router has the method for a path of ours, it answers. It also answers for the root.
            let refusal = self.wrong_method(&parts).or_else(|| self.documents.index(&parts));
            Box::pin(last(router.clone(), Request::from_parts(parts, body), origin.peer, refusal))
        })
    }
}

/// The router's answer. If it has none and `instead` is there, returns `instead`.
async fn last(
    router: impl Router,
    request: Request<RequestBody>,
    peer: Option<SocketAddr>,
    instead: Option<Response<Body>>,
) -> Response<Body> {
    let response = forward(router, request.map(axum::body::Body::new), peer).await;
    match instead {
        Some(instead) if response.status() == StatusCode::NOT_FOUND => instead,
        _ => response,
    }
}

/// The router's answer. If it has none, and has read nothing of the request, returns the server's answer.
async fn first(
    engine: Arc<Engine>,
    router: impl Router,
    (parts, body): (Parts, RequestBody),
    origin: Origin,
) -> Response<Body> {
    let lent = Lent::new(body);
    let request = Request::from_parts(parts.clone(), axum::body::Body::new(lent.another()));
    let response = forward(router, request, origin.peer).await;
    if response.status() != StatusCode::NOT_FOUND {
        return response;
    }
    let own = engine.owns(&parts).then(|| lent.take()).flatten();
    match own.map(|body| engine.own(parts, body, origin)) {
        Some(Ok(answer)) => answer.await,
        Some(Err(_)) | None => response,
    }
}

async fn forward(
    mut router: impl Router,
    mut request: Request<axum::body::Body>,
    peer: Option<SocketAddr>,
) -> Response<Body> {
    if let Some(peer) = peer {
        request.extensions_mut().insert(ConnectInfo(peer));
    }
    let mut answer = match caught(|| PLACE, || router.call(request)) {
        Ok(answer) => pin!(answer),
        Err(status) => return panicked(&status),
    };
    let answered = poll_fn(|cx| match caught(|| PLACE, || answer.as_mut().poll(cx)) {
        Ok(poll) => poll.map(Ok),
        Err(status) => Poll::Ready(Err(status)),
    });
    match answered.await {
        Ok(Ok(response)) => response.map(Body::boxed),
        Ok(Err(never)) => match never {},
        Err(status) => panicked(&status),
    }
}

/// The answer for a handler that panicked. Later requests on the connection still get their own answers.
#[cold]
fn panicked(status: &Status) -> Response<Body> {
    let mut response = Response::new(Body::full(status.message().to_owned()));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// A body that can be taken back until somebody reads it.
struct Lent {
    shared: Arc<Mutex<Option<RequestBody>>>,
    /// The body, once reading has begun.
    read: Option<RequestBody>,
}

impl Lent {
    fn new(body: RequestBody) -> Self {
        Self { shared: Arc::new(Mutex::new(Some(body))), read: None }
    }

    fn another(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), read: None }
    }

    fn take(&self) -> Option<RequestBody> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn look<T>(&self, ask: impl FnOnce(&RequestBody) -> T) -> Option<T> {
        match &self.read {
            Some(body) => Some(ask(body)),
            None => self.shared.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(ask),
        }
    }
}

impl http_body::Body for Lent {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.read.is_none() {
            self.read = self.take();
        }
        match &mut self.read {
            Some(body) => Pin::new(body).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.look(http_body::Body::is_end_stream).unwrap_or(true)
    }

    fn size_hint(&self) -> SizeHint {
        self.look(http_body::Body::size_hint).unwrap_or_default()
    }
}
