//! The head of a request.

use super::super::classify::ContentType;
use super::super::compression::accepted;
use super::super::dialect::Dialect;
use super::super::reserved;
use super::super::{connect, timeout};
use super::target::Target;
use crate::compression::Compressions;
use crate::context::Context;
use crate::net::Body;
use crate::spec::Method;
use crate::status::{Result, Status};
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, HOST, USER_AGENT};
use http::uri::{PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Request, Uri};

const AGENT: HeaderValue = HeaderValue::from_static(concat!("polywire/", env!("CARGO_PKG_VERSION")));

/// Makes the requests of one channel.
pub(super) struct Requests {
    target: Target,
    host: HeaderValue,
}

impl Requests {
    pub(super) fn new(target: Target) -> Self {
        // What was parsed as an authority is a header's value.
        let host = HeaderValue::from_str(target.authority.as_str()).unwrap_or(HeaderValue::from_static(""));
        Self { target, host }
    }

    /// A call in envelopes.
    ///
    /// # Errors
    /// `deadline_exceeded` when the time is over already.
    pub(super) fn envelopes(
        &self,
        method: &'static Method,
        cx: &Context,
        content: &'static ContentType,
        dialect: &'static dyn Dialect,
        body: Body,
    ) -> Result<Request<Body>> {
        let mut headers = own(cx);
        headers.insert(CONTENT_TYPE, content.header.clone());
        headers.insert(dialect.names().accept_encoding.clone(), accepted(Compressions::built_in()));
        dialect.set_request_headers(&mut headers);
        if let Some(left) = left(cx)? {
            dialect.set_timeout(&mut headers, left);
        }
        Ok(self.request(method, headers, body))
    }

    /// A unary Connect call.
    ///
    /// # Errors
    /// `deadline_exceeded` when the time is over already.
    pub(super) fn connect_unary(
        &self,
        method: &'static Method,
        cx: &Context,
        content: &'static ContentType,
        body: Body,
    ) -> Result<Request<Body>> {
        let mut headers = own(cx);
        headers.insert(CONTENT_TYPE, content.header.clone());
        headers.insert(ACCEPT_ENCODING, accepted(Compressions::built_in()));
        headers.insert(connect::VERSION, HeaderValue::from_static("1"));
        if let Some(left) = left(cx)? {
            headers.insert(timeout::CONNECT, timeout::write_connect(left));
        }
        Ok(self.request(method, headers, body))
    }

    fn request(&self, method: &'static Method, mut headers: HeaderMap, body: Body) -> Request<Body> {
        headers.insert(USER_AGENT, AGENT);
        let mut request = Request::new(body);
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self.uri(method);
        *request.headers_mut() = headers;
        request
    }

    /// The URI as HTTP/2 wants it; HTTP/1.1 takes it apart with [`Requests::host`].
    fn uri(&self, method: &'static Method) -> Uri {
        let path = match self.target.prefix.as_str() {
            "" => PathAndQuery::from_static(method.path),
            prefix => PathAndQuery::try_from(format!("{prefix}{}", method.path))
                .unwrap_or(PathAndQuery::from_static(method.path)),
        };
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(self.target.authority.clone());
        parts.path_and_query = Some(path);
        // Scheme, authority and path together are always a URI.
        Uri::from_parts(parts).unwrap_or_default()
    }

    /// The same request for HTTP/1.1: the path alone, the authority in `host`.
    pub(super) fn for_http1(&self, mut request: Request<Body>) -> Request<Body> {
        if let Some(path) = request.uri().path_and_query().cloned() {
            *request.uri_mut() = path.into();
        }
        request.headers_mut().insert(HOST, self.host.clone());
        request
    }
}

/// The caller's metadata.
fn own(cx: &Context) -> HeaderMap {
    let headers = cx.metadata().as_headers();
    let mut own = HeaderMap::with_capacity(headers.len() + 6);
    for (name, value) in headers.iter().filter(|(name, _)| !reserved::is_reserved(name)) {
        own.append(name.clone(), value.clone());
    }
    own
}

fn left(cx: &Context) -> Result<Option<std::time::Duration>> {
    match cx.remaining() {
        Some(left) if left.is_zero() => {
            Err(Status::deadline_exceeded("the deadline passed before the call was made"))
        }
        left => Ok(left),
    }
}
