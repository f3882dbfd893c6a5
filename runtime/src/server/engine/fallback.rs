//! The user's own router behind the services. If there are no services, it goes first.

use super::Engine;
use crate::call::status::Status;
use crate::call::unwind::caught;
use crate::net::body::{Body, BoxError, RequestBody};
use crate::net::exchange::Origin;
use axum::Router;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body::{Frame, SizeHint};
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// The router's answer. If it has none and `instead` is there, returns `instead`.
pub(super) async fn last(
    router: Router,
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
pub(super) async fn first(
    engine: Arc<Engine>,
    router: Router,
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
    mut router: Router,
    mut request: Request<axum::body::Body>,
    peer: Option<SocketAddr>,
) -> Response<Body> {
    if let Some(peer) = peer {
        request.extensions_mut().insert(ConnectInfo(peer));
    }
    let mut answer = pin!(tower_service::Service::call(&mut router, request));
    let answered = poll_fn(|cx| match caught(|| "a merged router", || answer.as_mut().poll(cx)) {
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
