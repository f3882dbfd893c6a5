//! Keys that belong to the protocols. Metadata sets them on no wire, so that all wires carry the same.

use http::{HeaderMap, HeaderName};

/// The reserved names, besides all that begin with `grpc-` or `connect-`.
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

/// Names that browsers set on the head of a connection or request.
#[cfg(any(feature = "ws", feature = "_queue"))]
const BROWSERS: [&str; 4] = ["cookie", "origin", "referer", "set-cookie"];

/// The beginnings of names that only browsers set.
#[cfg(any(feature = "ws", feature = "_queue"))]
const BROWSERS_OWN: &str = "sec-";

/// Names that proxies set on the head of a connection or request. All names that begin with one of [`PROXIES_OWN`]
/// count too.
const PROXIES: [&str; 14] = [
    "cdn-loop",
    "client-cert",
    "client-cert-chain",
    "do-connecting-ip",
    "forwarded",
    "front-end-https",
    "remote-user",
    "true-client-ip",
    "via",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-rewrite-url",
    "x-scheme",
    "x-url-scheme",
];

/// The beginnings of names that proxies use for what they found out about a client.
const PROXIES_OWN: [&str; 26] = [
    "cf-",
    "cloudfront-",
    "fastly-",
    "fly-",
    "proxy-",
    "ssl-client-",
    "x-akamai-",
    "x-amzn-mtls-",
    "x-amzn-oidc-",
    "x-appengine-",
    "x-auth-request-",
    "x-authenticated-",
    "x-azure-",
    "x-client-cert",
    "x-envoy-",
    "x-forwarded",
    "x-goog-authenticated-user",
    "x-goog-iap-",
    "x-ms-client-principal",
    "x-original-",
    "x-real-ip",
    "x-remote-",
    "x-ssl-",
    "x-tls-client",
    "x-vercel-",
    "x-webauth-",
];

/// Whether proxies set this name. Programs rely on who set it.
pub(crate) fn is_of_proxy(name: &str) -> bool {
    // Every request asks this for each of its headers, and nearly all of them begin otherwise.
    let may_be =
        matches!(name.as_bytes().first(), Some(b'c' | b'd' | b'f' | b'p' | b'r' | b's' | b't' | b'v' | b'x'));
    may_be && (PROXIES.contains(&name) || PROXIES_OWN.iter().any(|start| name.starts_with(start)))
}

/// Whether only the head of a connection may carry this name. A call inside a WebSocket, or a message of a broker,
/// cannot give it.
#[cfg(any(feature = "ws", feature = "_queue"))]
pub(crate) fn is_of_connection(name: &str) -> bool {
    is_reserved(name) || BROWSERS.contains(&name) || name.starts_with(BROWSERS_OWN) || is_of_proxy(name)
}

/// Removes the protocol's own headers.
pub(crate) fn strip(mut headers: HeaderMap) -> HeaderMap {
    retain(&mut headers, |name| !is_reserved(name));
    headers
}

/// Removes the headers whose names are not `wanted`.
pub(crate) fn retain(headers: &mut HeaderMap, wanted: fn(&str) -> bool) {
    if headers.keys().all(|name| wanted(name.as_str())) {
        return;
    }
    let unwanted: Vec<HeaderName> = headers.keys().filter(|name| !wanted(name.as_str())).cloned().collect();
    for name in unwanted {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[cfg(any(feature = "ws", feature = "_queue"))]
    #[test]
    fn a_call_can_give_credentials_of_its_own_and_no_name_of_a_proxy() {
        for name in
            ["authorization", "x-tenant", "x-request-id", "traceparent", "x-api-key", "x-mine-bin", "viable"]
        {
            assert!(!is_of_connection(name), "{name}");
        }
        for name in [
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-client-cert",
            "x-real-ip",
            "via",
            "host",
            "cookie",
            "origin",
            "sec-fetch-site",
            "grpc-timeout",
            "content-type",
            "x-amzn-oidc-data",
            "x-remote-user",
            "x-webauth-user",
            "cloudfront-viewer-address",
            "cf-connecting-ipv6",
            "fly-client-ip",
            "x-scheme",
        ] {
            assert!(is_of_connection(name), "{name}");
        }
    }

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
