//! Checks of request heads that HTTP calls malformed and hyper lets pass. They look at the host (RFC 9112,
//! section 3.2; RFC 9113, section 8.3.1) and the framing (RFC 9112, section 6.1). If two servers read such a
//! head differently, an attacker can play them off against each other.
//!
//! hyper itself refuses a body whose last coding is not `chunked`, and any coding in HTTP/1.0. It removes a
//! `Content-Length` beside a `Transfer-Encoding` before anybody sees it, and reads only by the
//! `Transfer-Encoding` (RFC 9112, section 6.3). A missing or second `Host`, and a transfer coding that is not
//! supported, are refused here, before any transport.

use super::body::Body;
use super::entrance::Entrance;
use crate::call::status::Status;
use http::header::{CONNECTION, CONTENT_TYPE, HOST, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Response, StatusCode, Version};
use std::net::Ipv6Addr;

/// The reason why no service answers a request.
#[derive(Debug)]
pub(crate) struct Refusal {
    http: StatusCode,
    status: Status,
}

impl Refusal {
    fn malformed(what: impl Into<String>) -> Self {
        Self { http: StatusCode::BAD_REQUEST, status: Status::invalid_argument(what.into()) }
    }

    /// Refuses a host that is not served here.
    pub(crate) fn misdirected(what: String) -> Self {
        Self { http: StatusCode::MISDIRECTED_REQUEST, status: Status::permission_denied(what) }
    }

    pub(crate) const fn status(&self) -> &Status {
        &self.status
    }

    /// Renders the status as JSON. The connection ends, because the bytes that follow may be no request.
    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::full(self.status.to_json().to_string()));
        *response.status_mut() = self.http;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.http != StatusCode::MISDIRECTED_REQUEST {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// Checks a head that came in over a listener of ours. Under a router, the router's server has done so.
///
/// # Errors
/// 400 when the head is malformed, 501 for a transfer coding that is not supported.
pub(crate) fn check(parts: &mut Parts, entrance: Entrance) -> Result<(), Refusal> {
    match entrance {
        Entrance::Mounted => Ok(()),
        Entrance::Unix | Entrance::Loopback | Entrance::Tcp | Entrance::Tls => {
            match parts.version {
                Version::HTTP_2 => check_authority(parts)?,
                _ => {
                    check_host(parts)?;
                    check_framing(&parts.headers)?;
                }
            }
            Ok(())
        }
    }
}

/// The host that a request is for: from its target, otherwise from its header.
pub(crate) fn host(parts: &Parts) -> Option<&str> {
    let target = parts.uri.authority().map(Authority::as_str);
    target.or_else(|| parts.headers.get(HOST)?.to_str().ok())
}

/// Checks HTTP/1.1: exactly one `Host`, well formed. HTTP/1.0 may have none.
fn check_host(parts: &mut Parts) -> Result<(), Refusal> {
    match only(&parts.headers)? {
        None if parts.version < Version::HTTP_11 => {}
        None => return Err(Refusal::malformed("header `Host`: missing (RFC 9112, section 3.2)")),
        Some(value) if is_host(value.as_bytes()) => {}
        Some(_) => return Err(Refusal::malformed("header `Host`: must be a host, with or without a port")),
    }
    // A target that is a whole URL overrides the header, so readers of the header get its host (RFC 9112,
    // section 3.2.2).
    let target = parts.uri.authority().map(|authority| HeaderValue::from_str(authority.as_str()));
    if let Some(Ok(target)) = target {
        check_userinfo(&parts.uri)?;
        parts.headers.insert(HOST, target);
    }
    Ok(())
}

/// Checks HTTP/2: `:authority`, and a `Host`, if there is one, that says the same.
fn check_authority(parts: &Parts) -> Result<(), Refusal> {
    check_userinfo(&parts.uri)?;
    let Some(host) = only(&parts.headers)? else { return Ok(()) };
    let same = |authority: &Authority| {
        let host = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
        host.is_some_and(|host| is_same(authority, &host, parts.uri.scheme_str()))
    };
    if !is_host(host.as_bytes()) || !parts.uri.authority().is_none_or(same) {
        return Err(Refusal::malformed(
            "header `host`: must be what `:authority` says (RFC 9113, section 8.3.1)",
        ));
    }
    Ok(())
}

fn check_userinfo(uri: &http::Uri) -> Result<(), Refusal> {
    match uri.authority() {
        Some(authority) if authority.as_str().contains('@') => {
            Err(Refusal::malformed("the authority must not hold a user (RFC 9110, section 4.2.4)"))
        }
        Some(_) | None => Ok(()),
    }
}

/// The only `Host`, if there is one.
fn only(headers: &HeaderMap) -> Result<Option<&HeaderValue>, Refusal> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (_, Some(_)) => {
            Err(Refusal::malformed("header `Host`: there is more than one (RFC 9112, section 3.2)"))
        }
        (host, None) => Ok(host),
    }
}

/// Whether both lead to the same server, given the scheme of the request.
fn is_same(one: &Authority, two: &Authority, scheme: Option<&str>) -> bool {
    let default = if scheme == Some("https") { 443 } else { 80 };
    let port = |authority: &Authority| authority.port_u16().unwrap_or(default);
    one.host().eq_ignore_ascii_case(two.host()) && port(one) == port(two)
}

/// Whether this is `uri-host [ ":" port ]` (RFC 9110, section 7.2). An empty host is allowed: some targets
/// have none.
fn is_host(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let (is_name, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => (address.parse::<Ipv6Addr>().is_ok(), port),
        None => {
            let (name, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            (is_reg_name(name), port)
        }
    };
    is_name && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

/// Whether this is a `reg-name` (RFC 3986, section 3.2.2). An IPv4 address is one, too.
fn is_reg_name(name: &str) -> bool {
    let is_escape = |after: &str| after.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    name.split('%').skip(1).all(is_escape)
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%".contains(&byte))
}

fn is_port(port: &str) -> bool {
    port.is_empty() || (port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok())
}

/// Checks HTTP/1.1: the only transfer coding is `chunked`, and it is there at most once (RFC 9112, section
/// 7).
fn check_framing(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut chunked = 0;
    for value in headers.get_all(TRANSFER_ENCODING) {
        let codings = value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        for coding in codings.filter(|coding| !coding.is_empty()) {
            if !coding.eq_ignore_ascii_case(b"chunked") {
                let text = format!(
                    "header `Transfer-Encoding`: `{}` is not supported; use `chunked`",
                    coding.escape_ascii()
                );
                return Err(Refusal {
                    http: StatusCode::NOT_IMPLEMENTED,
                    status: Status::unimplemented(text),
                });
            }
            chunked += 1;
        }
    }
    match chunked {
        0 | 1 => Ok(()),
        _ => Err(Refusal::malformed("header `Transfer-Encoding`: `chunked` appears more than once")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_maybe_a_port() {
        for host in [
            "",
            "a",
            "a.example",
            "a.example:8080",
            "a:",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:65535",
            "a_b",
            "%41",
        ] {
            assert!(is_host(host.as_bytes()), "{host:?}");
        }
        for host in [
            "a b", "a/b", "a%zz", "a%4", "%", "u@a", "a:b", "a:65536", "a:1:2", "[::1", "[a]", "::1",
            "[::1]x", "a\\b", "a?b", "<a>",
        ] {
            assert!(!is_host(host.as_bytes()), "{host:?}");
        }
        assert!(!is_host(b"\xe9.example"));
    }
}
