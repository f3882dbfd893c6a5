//! A bearer token from a place where a browser can put one. A browser's `WebSocket` sends no headers of a page's choice,
//! but names subprotocols and has a URL.
//!
//! The token may be a subprotocol `bearer.<token>`. It may also be
//! `base64url.bearer.authorization.k8s.io.<token in base64url>`, as in Kubernetes, for tokens with characters that a
//! subprotocol cannot have. In the URL it is the parameter `access_token` (RFC 6750, section 2.3). Proxies and histories
//! may keep URLs, so prefer a subprotocol. Each becomes the call's `authorization`, unless the handshake already has
//! one. No error and no log repeats a token.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::HeaderValue;
use percent_encoding::percent_decode_str;

/// The prefix of a subprotocol that is a token as it is.
const PLAIN: &str = "bearer.";
/// The prefix of a subprotocol that is a token in base64url.
const ENCODED: &str = "base64url.bearer.authorization.k8s.io.";
/// The parameter of a URL that is a token.
pub(super) const PARAMETER: &str = "access_token";

/// Whether a subprotocol is a token rather than a protocol.
pub(super) fn is_token(subprotocol: &str) -> bool {
    subprotocol.starts_with(PLAIN) || subprotocol.starts_with(ENCODED)
}

/// The `authorization` header that the subprotocols or the query of a handshake stand for.
///
/// # Errors
/// The subprotocol or parameter is not a token, or there are two.
pub(super) fn authorization(
    subprotocols: &[String],
    query: Option<&str>,
) -> Result<Option<HeaderValue>, &'static str> {
    let mut offered = subprotocols.iter().filter(|name| is_token(name));
    if let Some(first) = offered.next() {
        if offered.next().is_some() {
            return Err("header `Sec-WebSocket-Protocol`: holds more than one bearer token");
        }
        let wrong = "header `Sec-WebSocket-Protocol`: the bearer token is empty or malformed";
        return of_subprotocol(first).and_then(|token| header(&token)).ok_or(wrong).map(Some);
    }
    let mut given = pairs(query).filter(|pair| is_parameter(pair));
    let Some(first) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err("parameter `access_token`: appears more than once");
    }
    let (_, value) = first.split_once('=').unwrap_or_default();
    let token = percent_decode_str(value).decode_utf8().ok();
    let wrong = "parameter `access_token`: is empty or malformed";
    token.and_then(|token| header(&token)).ok_or(wrong).map(Some)
}

/// The query without its token: the rest belongs to the request.
pub(super) fn without_token(query: &str) -> Option<String> {
    let rest: Vec<&str> = pairs(Some(query)).filter(|pair| !is_parameter(pair)).collect();
    (!rest.is_empty()).then(|| rest.join("&"))
}

fn pairs(query: Option<&str>) -> impl Iterator<Item = &str> {
    query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty())
}

fn is_parameter(pair: &str) -> bool {
    let name = pair.split_once('=').map_or(pair, |(name, _)| name);
    percent_decode_str(name).decode_utf8().is_ok_and(|name| name == PARAMETER)
}

fn of_subprotocol(name: &str) -> Option<String> {
    if let Some(encoded) = name.strip_prefix(ENCODED) {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(encoded.trim_end_matches('=')).ok()?;
        return String::from_utf8(bytes).ok();
    }
    name.strip_prefix(PLAIN).map(str::to_owned)
}

/// The header `Bearer …`, marked as sensitive for compression and logs.
fn header(token: &str) -> Option<HeaderValue> {
    let is_sound = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).ok().filter(|_| is_sound)?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(offered: &[&str], query: Option<&str>) -> Result<Option<String>, &'static str> {
        let offered: Vec<String> = offered.iter().map(|name| (*name).to_owned()).collect();
        let header = authorization(&offered, query)?;
        Ok(header.map(|value| value.to_str().expect("text").to_owned()))
    }

    #[test]
    fn a_token_comes_by_subprotocol_or_by_url() {
        let encoded = format!("{ENCODED}{}", BASE64_URL_SAFE_NO_PAD.encode("a/b=="));
        for (offered, query, expected) in [
            (&["bearer.tok.en-1"][..], None, Some("Bearer tok.en-1")),
            (&["polywire.v1+json", "bearer.tok"], None, Some("Bearer tok")),
            (&[&encoded], None, Some("Bearer a/b==")),
            (&[], Some("x=1&access_token=a%2Fb%3D"), Some("Bearer a/b=")),
            (&[], Some("access%5Ftoken=t"), Some("Bearer t")),
            (&["bearer.first"], Some("access_token=second"), Some("Bearer first")),
            (&["polywire.v1+json", "bearer"], Some("x=access_token"), None),
            (&[], None, None),
        ] {
            assert_eq!(found(offered, query), Ok(expected.map(str::to_owned)), "{offered:?} {query:?}");
        }
    }

    #[test]
    fn what_is_no_token_is_refused_and_not_repeated() {
        for (offered, query) in [
            (&["bearer."][..], None),
            (&["bearer.a", "bearer.b"], None),
            (&["base64url.bearer.authorization.k8s.io.***"], None),
            (&["base64url.bearer.authorization.k8s.io.gA"], None),
            (&[], Some("access_token=")),
            (&[], Some("access_token")),
            (&[], Some("access_token=a&access_token=b")),
            (&[], Some("access_token=a%0Ab")),
            (&[], Some("access_token=%80")),
        ] {
            assert!(found(offered, query).is_err(), "{offered:?} {query:?}");
        }
    }

    #[test]
    fn the_rest_of_the_query_is_the_requests() {
        for (query, rest) in [
            ("access_token=t", None),
            ("a=1&access_token=t&b=2", Some("a=1&b=2")),
            ("a=access_token", Some("a=access_token")),
            ("", None),
        ] {
            assert_eq!(without_token(query).as_deref(), rest, "{query}");
        }
    }
}
