//! One request and its answer, as every HTTP transport takes and gives them.

use super::body::Body;
use super::entrance::Entrance;
use super::watch::Link;
use futures_core::future::BoxFuture;
use http::Response;
use std::net::SocketAddr;
use std::sync::Arc;

/// Where a request came from.
#[derive(Clone, Default)]
pub(crate) struct Origin {
    pub(crate) peer: Option<SocketAddr>,
    /// Its connection, where it is known when that is lost.
    pub(crate) link: Option<Arc<Link>>,
    pub(crate) entrance: Entrance,
}

/// An answer on its way.
pub(crate) type Answer = BoxFuture<'static, Response<Body>>;

/// One that is there.
pub(crate) fn answered(response: Response<Body>) -> Answer {
    Box::pin(std::future::ready(response))
}
