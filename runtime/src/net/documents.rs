//! The contract documents that a server shows: `GET /<package>.proto`.

use super::body::Body;
use crate::mounted::Mounted;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Response, request::Parts};
use polywire_codegen::names;
use std::collections::HashMap;

/// Rendered once at start.
pub(crate) struct Documents(HashMap<String, Bytes>);

impl Documents {
    pub(crate) fn new(mounted: &Mounted) -> Self {
        let file =
            |package: &str| (format!("/{}", names::proto_file(package)), mounted.proto(package).into());
        Self(mounted.packages().into_iter().map(file).collect())
    }

    pub(crate) fn find(&self, parts: &Parts) -> Option<Response<Body>> {
        if parts.method != Method::GET && parts.method != Method::HEAD {
            return None;
        }
        let text = self.0.get(parts.uri.path())?;
        let mut response = Response::new(Body::full(text.clone()));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        Some(response)
    }
}
