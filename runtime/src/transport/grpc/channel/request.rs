//! The heads of a channel's requests.

use super::super::classify::{ContentType, Protocol, WireFormat};
use super::super::compression::{Encoding, accepted};
use super::super::{connect, timeout};
use super::target::Target;
use crate::call::compression::Compressions;
use crate::call::context::Context;
use crate::call::input::Codec;
use crate::call::metadata::reserved;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::net::Body;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT};
use http::uri::{PathAndQuery, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

const AGENT: HeaderValue = HeaderValue::from_static(concat!("polywire/", env!("CARGO_PKG_VERSION")));

/// The longest URL, in bytes, that proxies and servers are sure to take.
const LONGEST_URL: usize = 8 << 10;

/// The bytes that are escaped in a query's value: all but the "unreserved" ones (RFC 3986).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The number of earlier attempts of a call (gRPC proposal A6).
const PREVIOUS_ATTEMPTS: HeaderName = HeaderName::from_static("grpc-previous-rpc-attempts");

/// A maker of the requests of one channel.
pub(super) struct Requests {
    target: Target,
    codec: Codec,
    encoding: Encoding,
    /// The encodings of this build.
    accepted: HeaderValue,
}

impl Requests {
    pub(super) fn new(target: Target, codec: Codec, encoding: Encoding) -> Self {
        Self { target, codec, encoding, accepted: accepted(Compressions::built_in()) }
    }

    /// Makes the request of a call in envelopes.
    ///
    /// # Errors
    /// `deadline_exceeded` when no time is left.
    pub(super) fn envelopes(
        &self,
        method: &'static Method,
        cx: &Context,
        WireFormat { content, dialect }: WireFormat,
        body: Body,
    ) -> Result<Request<Body>> {
        let mut headers = own(cx);
        headers.insert(CONTENT_TYPE, content.header.clone());
        let names = dialect.names();
        headers.insert(names.accept_encoding.clone(), self.accepted.clone());
        if let Some(encoding) = self.encoding.header() {
            headers.insert(names.encoding.clone(), encoding);
        }
        dialect.set_request_headers(&mut headers);
        if let Some(left) = left(cx)? {
            dialect.set_timeout(&mut headers, left);
        }
        if cx.attempt() > 1 && content.protocol != Protocol::ConnectStream {
            headers.insert(PREVIOUS_ATTEMPTS, (cx.attempt() - 1).into());
        }
        Ok(request(self.uri(method), headers, body))
    }

    /// Makes the request of a unary Connect call.
    ///
    /// # Errors
    /// `deadline_exceeded` when no time is left.
    pub(super) fn connect_unary(
        &self,
        method: &'static Method,
        cx: &Context,
        message: Bytes,
    ) -> Result<Request<Body>> {
        let content = ContentType::for_client(Protocol::ConnectUnary, self.codec);
        let mut headers = self.connect_headers(cx)?;
        headers.insert(CONTENT_TYPE, content.header.clone());
        headers.insert(connect::VERSION, HeaderValue::from_static("1"));
        let message = match (self.encoding.pack_body(&message), self.encoding.header()) {
            (Some(packed), Some(encoding)) => {
                headers.insert(CONTENT_ENCODING, encoding);
                packed.into()
            }
            _ => message,
        };
        Ok(request(self.uri(method), headers, Body::full(message)))
    }

    /// Makes the request of a unary Connect call with its message in the query; `None` when the URL would be
    /// too long.
    ///
    /// # Errors
    /// `deadline_exceeded` when no time is left.
    pub(super) fn connect_get(
        &self,
        method: &'static Method,
        cx: &Context,
        message: &[u8],
    ) -> Result<Option<Request<Body>>> {
        let query = self.query(message);
        if method.path.len() + query.len() > LONGEST_URL {
            return Ok(None);
        }
        let mut request = request(self.uri_with(method, &query), self.connect_headers(cx)?, Body::empty());
        *request.method_mut() = http::Method::GET;
        Ok(Some(request))
    }

    fn connect_headers(&self, cx: &Context) -> Result<HeaderMap> {
        let mut headers = own(cx);
        headers.insert(ACCEPT_ENCODING, self.accepted.clone());
        if let Some(left) = left(cx)? {
            headers.insert(timeout::CONNECT, timeout::write_connect(left));
        }
        Ok(headers)
    }

    /// Writes the query in the order that the protocol recommends, so that caches recognize it.
    fn query(&self, message: &[u8]) -> String {
        let encoding = if self.codec == Codec::Proto { "proto" } else { "json" };
        let base64 = |message: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(message);
        match (self.encoding.pack_body(message), self.encoding.header()) {
            (Some(packed), Some(name)) => {
                let (name, text) = (name.to_str().unwrap_or_default(), base64(&packed));
                format!("?connect=v1&base64=1&compression={name}&encoding={encoding}&message={text}")
            }
            _ if self.codec == Codec::Proto => {
                format!("?connect=v1&base64=1&encoding={encoding}&message={}", base64(message))
            }
            _ => format!("?connect=v1&encoding={encoding}&message={}", percent_encode(message, ESCAPED)),
        }
    }

    /// The URI in HTTP/2's form. HTTP/1.1 takes it apart.
    fn uri(&self, method: &'static Method) -> Uri {
        match self.target.prefix.as_str() {
            "" => self.at(PathAndQuery::from_static(method.path)),
            _ => self.uri_with(method, ""),
        }
    }

    fn uri_with(&self, method: &'static Method, query: &str) -> Uri {
        // A method's path after a URL's path is a path.
        let path = format!("{}{}{query}", self.target.prefix, method.path);
        self.at(PathAndQuery::try_from(path).unwrap_or(PathAndQuery::from_static(method.path)))
    }

    fn at(&self, path: PathAndQuery) -> Uri {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(if self.target.secure { Scheme::HTTPS } else { Scheme::HTTP });
        parts.authority = Some(self.target.authority.clone());
        parts.path_and_query = Some(path);
        // Scheme, authority and path together are always a URI.
        Uri::from_parts(parts).unwrap_or_default()
    }
}

fn request(uri: Uri, mut headers: HeaderMap, body: Body) -> Request<Body> {
    headers.insert(USER_AGENT, AGENT);
    let mut request = Request::new(body);
    *request.method_mut() = http::Method::POST;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    request
}

/// The caller's metadata.
fn own(cx: &Context) -> HeaderMap {
    let headers = cx.metadata().as_headers();
    let mut own = HeaderMap::with_capacity(headers.len() + 6);
    for (name, value) in headers.iter().filter(|(name, _)| !reserved::is_reserved(name.as_str())) {
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
