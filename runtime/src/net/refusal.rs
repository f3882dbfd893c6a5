//! Headers that go with the HTTP status of a failed call. They are the same for HTTP/JSON, Connect and the
//! handshake of a WebSocket.

use crate::call::status::{Code, Status};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue};
use std::time::Duration;

/// A challenge that makes no browser ask for a password. RFC 6750, section 3, requires a parameter after the
/// scheme.
const CHALLENGE: HeaderValue = HeaderValue::from_static("Bearer realm=\"api\"");

/// Adds when to try again, and how to authenticate (RFC 9110, section 15.5.2), unless the handler has set
/// these headers itself.
pub(crate) fn add_headers(headers: &mut HeaderMap, status: &Status) {
    if let Some(seconds) = retry_after(status) {
        headers.entry(RETRY_AFTER).or_insert(seconds.into());
    }
    if status.code() == Code::Unauthenticated {
        headers.entry(WWW_AUTHENTICATE).or_insert(CHALLENGE);
    }
}

/// Whole seconds, rounded up; `None` when the status has no time, or says never.
fn retry_after(status: &Status) -> Option<u64> {
    let after = status.retry_after().filter(|after| *after != Duration::MAX)?;
    Some(after.as_secs().saturating_add((after.subsec_nanos() > 0).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(status: &Status) -> HeaderMap {
        let mut headers = HeaderMap::new();
        add_headers(&mut headers, status);
        headers
    }

    #[test]
    fn seconds_are_rounded_up() {
        for (after, seconds) in [
            (Duration::ZERO, Some("0")),
            (Duration::from_nanos(1), Some("1")),
            (Duration::from_secs(1), Some("1")),
            (Duration::from_nanos(1_000_000_001), Some("2")),
            (Duration::from_secs(u64::MAX), Some("18446744073709551615")),
            (Duration::MAX, None),
        ] {
            let headers = headers(&Status::unavailable("later").with_retry_after(after));
            let found = headers.get(RETRY_AFTER).map(|value| value.to_str().expect("ASCII"));
            assert_eq!(found, seconds, "{after:?}");
        }
    }

    #[test]
    fn only_who_is_not_known_is_asked_who_it_is_and_a_handlers_challenge_stays() {
        assert_eq!(headers(&Status::unauthenticated("who?"))[WWW_AUTHENTICATE], CHALLENGE);
        assert!(headers(&Status::permission_denied("no")).is_empty());
        let mut own = HeaderMap::from_iter([(WWW_AUTHENTICATE, HeaderValue::from_static("Basic"))]);
        add_headers(&mut own, &Status::unauthenticated("who?"));
        let all: Vec<_> = own.get_all(WWW_AUTHENTICATE).iter().collect();
        assert_eq!(all, ["Basic"]);
    }
}
