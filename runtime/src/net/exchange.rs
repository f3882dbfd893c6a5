//! One request and its answer, in the form that all HTTP transports share.

use super::body::Body;
use super::entrance::Entrance;
use super::watch::Link;
use futures_core::future::BoxFuture;
use http::Response;
use std::net::SocketAddr;
use std::sync::Arc;

/// The place that a request came from.
#[derive(Clone, Default)]
pub(crate) struct Origin {
    pub(crate) peer: Option<SocketAddr>,
    /// The connection of the request, if its loss can be noticed.
    pub(crate) link: Option<Arc<Link>>,
    pub(crate) entrance: Entrance,
}

/// A response on its way.
pub(crate) type ResponseFuture = BoxFuture<'static, Response<Body>>;

/// An answer that is ready at once.
pub(crate) fn answered(response: Response<Body>) -> ResponseFuture {
    Box::pin(std::future::ready(response))
}
