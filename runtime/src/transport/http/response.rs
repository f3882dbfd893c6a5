//! One message as the answer, or an error in its place.

use super::accept::ErrorForm;
use crate::call::context::{Context, Response as Set};
use crate::call::metadata::Metadata;
use crate::call::status::{Result, Status};
use crate::net::Body;
use crate::net::body::TooLarge;
use crate::net::refusal;
use bytes::BytesMut;
use http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};
use std::fmt;

/// A status to be sent, and the HTTP status that goes with it.
#[derive(Debug)]
pub(super) struct Failure {
    http: StatusCode,
    status: Status,
    /// The metadata that the handler set beside its error.
    metadata: HeaderMap,
}

impl From<Status> for Failure {
    /// Takes the HTTP status from the code, with two exceptions: 413 for a request that is too large, and 503
    /// for an overloaded server.
    fn from(status: Status) -> Self {
        let http = if let Some(Told(http)) = Told::of(&status) {
            http
        } else if TooLarge::is_source(&status) {
            StatusCode::PAYLOAD_TOO_LARGE
        } else if status.is_overload() {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::from_u16(status.code().http()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        };
        Self::new(http, status)
    }
}

/// The HTTP status of a request that is refused while its call runs already, for a reason that the code does not tell.
#[derive(Debug, Clone, Copy)]
struct Told(StatusCode);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Told {}

impl Told {
    fn of(status: &Status) -> Option<Self> {
        std::error::Error::source(status)?.downcast_ref().copied()
    }
}

impl Failure {
    /// The status alone. It keeps the HTTP status, if the code does not tell it.
    pub(super) fn into_status(self) -> Status {
        if self.http == Self::from(self.status.clone()).http {
            return self.status;
        }
        self.status.with_source(Told(self.http))
    }

    pub(super) fn new(http: StatusCode, status: Status) -> Self {
        Self { http, status, metadata: HeaderMap::new() }
    }

    pub(super) const fn status(&self) -> &Status {
        &self.status
    }

    /// Whether the content type of the request is not supported (415).
    pub(super) fn is_unread(&self) -> bool {
        self.http == StatusCode::UNSUPPORTED_MEDIA_TYPE
    }

    pub(super) fn add_header(&mut self, name: HeaderName, value: HeaderValue) {
        self.metadata.insert(name, value);
    }

    pub(super) fn into_response(self, form: ErrorForm) -> Response<Body> {
        let (body, content_type) = match form {
            ErrorForm::Status => (self.status.to_json(), "application/json"),
            ErrorForm::Problem => (self.problem(), "application/problem+json"),
        };
        let mut response = Response::new(Body::full(body.to_string()));
        *response.status_mut() = self.http;
        let headers = response.headers_mut();
        headers.extend(self.metadata);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        // A refusal repeats text of the caller.
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        refusal::add_headers(headers, &self.status);
        response
    }

    /// The problem details (RFC 9457). Code and details are extension members. The message is one too, under
    /// the name that it has in a status. A client that has types for both forms then finds it in either.
    fn problem(&self) -> Value {
        let Self { http, status, .. } = self;
        let mut problem = json!({
            "type": "about:blank",
            "title": http.canonical_reason().unwrap_or("Client Closed Request"),
            "status": http.as_u16(),
            "detail": status.message(),
            "message": status.message(),
            "code": status.code().as_str(),
        });
        if let Value::Object(mut status) = status.to_json()
            && let Some(details) = status.remove("details").filter(|details| details != &json!([]))
        {
            problem["details"] = details;
        }
        problem
    }
}

/// The answer of a call with one response. Trailing metadata goes out with the leading, because there is no
/// later place.
pub(super) fn message(result: Result<BytesMut>, cx: Context) -> std::result::Result<Response<Body>, Failure> {
    let message = result.map_err(|status| refused(status, &cx))?;
    let mut response = Response::new(Body::full(message));
    *response.headers_mut() = match cx.take_response() {
        Some(set) => metadata(set),
        None => cx.into_spare_headers(),
    };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// The error of a call, with the metadata that its handler set.
pub(super) fn refused(status: Status, cx: &Context) -> Failure {
    Failure { metadata: cx.take_response().map(metadata).unwrap_or_default(), ..Failure::from(status) }
}

fn metadata(set: Set) -> HeaderMap {
    let mut metadata = HeaderMap::new();
    add_metadata(&mut metadata, set.headers);
    add_metadata(&mut metadata, set.trailers);
    metadata
}

/// Adds metadata that a handler set, except the headers that belong to the transport.
pub(super) fn add_metadata(headers: &mut HeaderMap, metadata: Metadata) {
    const OURS: [HeaderName; 7] =
        [CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];
    if metadata.is_empty() {
        return;
    }
    for (name, value) in metadata.as_headers() {
        if !OURS.contains(name) {
            headers.append(name.clone(), value.clone());
        }
    }
}
