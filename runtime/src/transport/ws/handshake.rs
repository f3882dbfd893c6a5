//! The opening handshake (RFC 6455 §4.2), and who may open a connection: a page of another origin only if it
//! is listed.

use super::credentials::{self, is_token};
use super::dialect::proto;
use crate::call::metadata::Metadata;
use crate::call::status::Status;
use crate::net::Body;
use crate::net::cors::{Admission, Cors};
use crate::net::entrance::Entrance;
use crate::net::pages::{self, only};
use crate::net::refusal;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, HeaderName, SEC_WEBSOCKET_ACCEPT,
    SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// The subprotocol that names JSON-RPC, which is also spoken when a client asks for none.
const JSON: &str = "polywire.v1+json";

/// The encoding on the multiplexed connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subprotocol {
    Json,
    Proto,
}

/// A handshake that was found sound.
#[derive(Debug)]
pub(super) struct Handshake {
    pub(super) upgrade: OnUpgrade,
    accept: HeaderValue,
    /// The subprotocols that the client offers.
    offered: Vec<String>,
    /// The `authorization` of a client that can send no header.
    authorization: Option<HeaderValue>,
}

/// The answer to a handshake.
#[derive(Debug)]
pub(super) struct Accepted {
    accept: HeaderValue,
    subprotocol: Option<HeaderValue>,
}

/// The reason why no connection opens.
#[derive(Debug)]
pub(super) struct Refusal {
    http: StatusCode,
    status: Status,
}

/// Whether the request asks for a WebSocket at all.
pub(super) fn wants_websocket(parts: &Parts) -> bool {
    parts.method == http::Method::GET && has_token(&parts.headers, &UPGRADE, "websocket")
}

impl Handshake {
    /// Checks a request for which [`wants_websocket`] holds. Removes the credentials of a page that may not
    /// send them.
    pub(super) fn read(parts: &mut Parts, cors: Option<&Cors>, entrance: Entrance) -> Result<Self, Refusal> {
        let headers = &parts.headers;
        if !has_token(headers, &CONNECTION, "upgrade") {
            return Err(Refusal::malformed("header `Connection`: must hold `upgrade`"));
        }
        if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
            let status = Status::invalid_argument("header `Sec-WebSocket-Version`: must be 13");
            return Err(Refusal { http: StatusCode::UPGRADE_REQUIRED, status });
        }
        let accept = match only(headers, &SEC_WEBSOCKET_KEY).filter(|key| is_key(key)) {
            Some(key) => derive_accept_key(key.as_bytes()),
            None => return Err(Refusal::malformed("header `Sec-WebSocket-Key`: must be 16 bytes in base64")),
        };
        let offered = offered(headers);
        let authorization =
            credentials::authorization(&offered, parts.uri.query()).map_err(Refusal::malformed)?;
        let admission = check_origin(parts, cors, entrance)?;
        // HTTP/2 has no upgrade of this kind, and a middleware may have taken it.
        let upgrade = parts.extensions.remove::<OnUpgrade>().ok_or_else(|| Refusal {
            http: StatusCode::UPGRADE_REQUIRED,
            status: Status::failed_precondition(
                "a WebSocket opens over HTTP/1.1; this connection cannot be upgraded",
            ),
        })?;
        if admission == Admission::WithoutCookies {
            pages::forget_user(parts);
        }
        let accept =
            HeaderValue::try_from(accept).map_err(|_| Refusal::malformed("header `Sec-WebSocket-Key`"))?;
        Ok(Self { upgrade, accept, offered, authorization })
    }

    /// The subprotocol to speak, of those offered. A client that offers none speaks JSON-RPC.
    pub(super) fn subprotocol(&self) -> Option<Subprotocol> {
        let known = |name: &String| match name.as_str() {
            JSON => Some(Subprotocol::Json),
            proto::SUBPROTOCOL => Some(Subprotocol::Proto),
            _ => None,
        };
        self.offered.iter().find_map(known)
    }

    /// The subprotocol that the answer names. A browser fails a handshake that names none of its offers. A
    /// token is repeated only where it is the only possible answer.
    fn named(&self) -> Option<HeaderValue> {
        let token = || self.offered.iter().find(|name| is_token(name)).and_then(|name| name.parse().ok());
        match self.subprotocol() {
            Some(Subprotocol::Json) => Some(HeaderValue::from_static(JSON)),
            Some(Subprotocol::Proto) => Some(HeaderValue::from_static(proto::SUBPROTOCOL)),
            None => token(),
        }
    }

    /// The handshake's headers as metadata of its calls, with a token from a subprotocol or the query.
    pub(super) fn metadata(&mut self, headers: HeaderMap) -> Metadata {
        let mut headers = without_own(headers);
        if let Some(authorization) = self.authorization.take() {
            headers.entry(AUTHORIZATION).or_insert(authorization);
        }
        Metadata::from(headers)
    }

    /// The upgrade to wait for, and the answer.
    pub(super) fn into_parts(self) -> (OnUpgrade, Accepted) {
        let subprotocol = self.named();
        (self.upgrade, Accepted { accept: self.accept, subprotocol })
    }
}

impl Accepted {
    /// `101 Switching Protocols`
    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_ACCEPT, self.accept);
        if let Some(subprotocol) = self.subprotocol {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, subprotocol);
        }
        response
    }
}

impl From<Status> for Refusal {
    /// Makes a refusal of an interceptor's error, with the HTTP status of its code.
    fn from(status: Status) -> Self {
        let http = StatusCode::from_u16(status.code().http()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { http, status }
    }
}

impl Refusal {
    fn malformed(what: &'static str) -> Self {
        Self { http: StatusCode::BAD_REQUEST, status: Status::invalid_argument(what) }
    }

    pub(super) const fn status(&self) -> &Status {
        &self.status
    }

    /// The path has variables that cannot be read.
    pub(super) fn path(status: Status) -> Self {
        Self { http: StatusCode::BAD_REQUEST, status }
    }

    /// There is no place for another connection.
    pub(super) fn unavailable(what: &'static str) -> Self {
        Self { http: StatusCode::SERVICE_UNAVAILABLE, status: Status::unavailable(what) }
    }

    /// The request to a WebSocket endpoint is no handshake.
    pub(super) fn not_websocket() -> Self {
        let status = Status::failed_precondition("this is a WebSocket endpoint: send a WebSocket handshake");
        Self { http: StatusCode::UPGRADE_REQUIRED, status }
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::full(self.status.to_json().to_string()));
        *response.status_mut() = self.http;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        refusal::add_headers(headers, &self.status);
        if self.http == StatusCode::UPGRADE_REQUIRED {
            headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        }
        response
    }
}

/// The subprotocols that a client names, in its order.
fn offered(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|name| name.trim().to_owned()).collect()
}

/// Removes the headers that concern the connection alone.
fn without_own(mut headers: HeaderMap) -> HeaderMap {
    for name in [
        CONNECTION,
        UPGRADE,
        HOST,
        SEC_WEBSOCKET_KEY,
        SEC_WEBSOCKET_VERSION,
        SEC_WEBSOCKET_EXTENSIONS,
        SEC_WEBSOCKET_PROTOCOL,
    ] {
        headers.remove(name);
    }
    headers
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(token))
}

fn is_key(key: &str) -> bool {
    use base64::Engine;
    base64::prelude::BASE64_STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == 16)
}

/// Checks the page's origin: it must be our own or a listed one. Browsers let any page open a WebSocket
/// anywhere, with the user's cookies, and send the page's origin along. Other clients send none.
fn check_origin(parts: &Parts, cors: Option<&Cors>, entrance: Entrance) -> Result<Admission, Refusal> {
    match pages::admit_origin(parts, cors, entrance) {
        Admission::Refused => {}
        admitted => return Ok(admitted),
    }
    let origin = pages::origin(&parts.headers);
    let text =
        format!("origin {origin} may not connect; allow it with `Server::cors`, or serve the page from here");
    Err(Refusal { http: StatusCode::FORBIDDEN, status: Status::permission_denied(text) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_16_bytes() {
        assert!(is_key("dGhlIHNhbXBsZSBub25jZQ=="));
        for key in ["", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZQ==", "***"] {
            assert!(!is_key(key), "{key}");
        }
    }
}
