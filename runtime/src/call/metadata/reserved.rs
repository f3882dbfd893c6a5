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

/// Names that browsers and trusted proxies set on the head of a connection or request. Programs rely on who set
/// them. So a call inside a WebSocket, or a message of a broker, cannot give them. All names that begin with
/// one of [`PROXIES`] count too.
#[cfg(any(feature = "ws", feature = "_queue"))]
const HEADS: [&str; 19] = [
    "cdn-loop",
    "cf-connecting-ip",
    "cf-ipcountry",
    "client-cert",
    "client-cert-chain",
    "cookie",
    "do-connecting-ip",
    "fastly-client-ip",
    "fly-client-ip",
    "forwarded",
    "front-end-https",
    "origin",
    "referer",
    "remote-user",
    "set-cookie",
    "true-client-ip",
    "via",
    "x-client-ip",
    "x-cluster-client-ip",
];

/// The beginnings of names that proxies use for what they found out about a client.
#[cfg(any(feature = "ws", feature = "_queue"))]
const PROXIES: [&str; 23] = [
    "cf-access-",
    "cloudfront-",
    "proxy-",
    "sec-",
    "ssl-client-",
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
    "x-vercel-",
    "x-webauth-",
];

/// Whether only the head of a connection may carry this name.
#[cfg(any(feature = "ws", feature = "_queue"))]
pub(crate) fn is_of_connection(name: &str) -> bool {
    is_reserved(name) || HEADS.contains(&name) || PROXIES.iter().any(|start| name.starts_with(start))
}

/// Removes the protocol's own headers.
pub(crate) fn strip(headers: HeaderMap) -> HeaderMap {
    without(headers, is_reserved)
}

/// Removes the headers whose names are `unwanted`.
pub(super) fn without(mut headers: HeaderMap, unwanted: fn(&str) -> bool) -> HeaderMap {
    if !headers.is_empty() {
        let unwanted: Vec<HeaderName> =
            headers.keys().filter(|name| unwanted(name.as_str())).cloned().collect();
        for name in unwanted {
            headers.remove(name);
        }
    }
    headers
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
