//! One document, and the headers that it is answered with.

use crate::net::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Response};

/// The policy of documents that are no page. If a browser shows one as a page, it loads nothing and stands in
/// no frame.
const NO_PAGE: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// One document.
pub(in crate::server) struct Document {
    content_type: &'static str,
    text: Bytes,
    /// The policy for loading (Content Security Policy).
    policy: HeaderValue,
}

impl Document {
    /// A document that is no page.
    pub(super) fn text(content_type: &'static str, text: String) -> Self {
        Self { content_type, text: text.into(), policy: NO_PAGE }
    }

    /// A page, or a part of one, under this policy.
    pub(in crate::server) fn page(content_type: &'static str, text: Bytes, policy: HeaderValue) -> Self {
        Self { content_type, text, policy }
    }

    pub(super) fn to_response(&self) -> Response<Body> {
        let mut response = Response::new(Body::full(self.text.clone()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(CONTENT_SECURITY_POLICY, self.policy.clone());
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response
    }
}
