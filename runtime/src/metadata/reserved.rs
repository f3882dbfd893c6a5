//! Keys that belong to the protocols: metadata sets them on no wire, so that what one carries all carry.

use http::{HeaderMap, HeaderName};

/// Besides everything that begins with `grpc-` or `connect-`.
const NAMES: [&str; 21] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "vary",
];

pub(crate) fn is_reserved(name: &str) -> bool {
    name.starts_with("grpc-") || name.starts_with("connect-") || NAMES.contains(&name)
}

/// Takes the protocol's own headers out.
pub(crate) fn strip(mut headers: HeaderMap) -> HeaderMap {
    if !headers.is_empty() {
        let reserved: Vec<HeaderName> =
            headers.keys().filter(|name| is_reserved(name.as_str())).cloned().collect();
        for name in reserved {
            headers.remove(name);
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn only_the_users_own_are_left() {
        let names = ["content-type", "grpc-status", "x-mine", "connect-timeout-ms", "authorization"];
        let headers = names.map(|name| (HeaderName::from_static(name), HeaderValue::from_static("v")));
        let left = strip(HeaderMap::from_iter(headers));
        assert!(
            left.contains_key("x-mine") && left.contains_key("authorization") && left.len() == 2,
            "{left:?}"
        );
    }
}
