//! HTTP/JSON.

use crate::mounted::Mounted;
use crate::net::engine::Origin;
use crate::net::{Body, RequestBody};
use http::{Response, request::Parts};
use std::sync::Arc;

pub(crate) struct Table {
    mounted: Arc<Mounted>,
}

/// Which call a request is.
pub(crate) struct Found;

impl Table {
    pub(crate) fn new(mounted: Arc<Mounted>) -> Self {
        Self { mounted }
    }
    pub(crate) fn find(&self, _parts: &Parts) -> Option<Found> {
        let _ = &self.mounted;
        None
    }
    pub(crate) async fn call(&self, _: Found, _: Parts, _: RequestBody, _: Origin) -> Response<Body> {
        Response::new(Body::empty())
    }
    pub(crate) fn unknown(&self, _: &Parts) -> Response<Body> {
        Response::new(Body::empty())
    }
}
