//! The timeout that a caller sets: `grpc-timeout` (`500m`), or `request-timeout` in seconds (`0.5`).

use crate::call::status::Status;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;

const GRPC: HeaderName = HeaderName::from_static("grpc-timeout");
const SECONDS: HeaderName = HeaderName::from_static("request-timeout");

/// Reads the timeout from the headers; the shorter one if both are there.
///
/// # Errors
/// `invalid_argument` when a header is malformed.
pub(super) fn read(headers: &HeaderMap) -> Result<Option<Duration>, Status> {
    let (mut by_grpc, mut by_seconds) = (None, None);
    // This runs for every request, and few have these headers: one walk over all headers costs less than two
    // searches. If a header is there twice, the first counts.
    for (name, value) in headers {
        if *name == GRPC {
            by_grpc.get_or_insert(value);
        } else if *name == SECONDS {
            by_seconds.get_or_insert(value);
        }
    }
    let grpc = parsed(by_grpc, GRPC, grpc, "one to eight digits and a unit: H, M, S, m, u or n")?;
    let seconds = parsed(by_seconds, SECONDS, seconds, "a number of seconds, such as `30` or `0.5`")?;
    Ok([grpc, seconds].into_iter().flatten().min())
}

fn parsed(
    value: Option<&HeaderValue>,
    name: HeaderName,
    parse: fn(&str) -> Option<Duration>,
    rule: &str,
) -> Result<Option<Duration>, Status> {
    let Some(value) = value else { return Ok(None) };
    match value.to_str().ok().and_then(parse) {
        Some(timeout) => Ok(Some(timeout)),
        None => Err(Status::invalid_argument(format!("header `{name}` must be {rule}"))),
    }
}

/// Reads gRPC's form (gRPC over HTTP/2, "Timeout").
fn grpc(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let digits = text.strip_suffix(unit)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    Some(match unit {
        'H' => Duration::from_secs(count * 3600),
        'M' => Duration::from_secs(count * 60),
        'S' => Duration::from_secs(count),
        'm' => Duration::from_millis(count),
        'u' => Duration::from_micros(count),
        'n' => Duration::from_nanos(count),
        _ => return None,
    })
}

/// Reads a structured-field number (RFC 9651) that is not negative.
fn seconds(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let number =
        |digits: &str, most| (1..=most).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !number(whole, 8) || !number(fraction, 3) {
        return None;
    }
    Some(Duration::from_secs_f64(text.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeout(name: &'static str, value: &'static str) -> Result<Option<Duration>, Status> {
        read(&HeaderMap::from_iter([(http::HeaderName::from_static(name), HeaderValue::from_static(value))]))
    }

    #[test]
    fn both_headers_are_read() {
        assert_eq!(read(&HeaderMap::new()), Ok(None));
        for (name, value, millis) in [
            ("grpc-timeout", "1S", 1_000),
            ("grpc-timeout", "99999999m", 99_999_999),
            ("grpc-timeout", "0n", 0),
            ("grpc-timeout", "1H", 3_600_000),
            ("request-timeout", "30", 30_000),
            ("request-timeout", "0.25", 250),
        ] {
            assert_eq!(timeout(name, value), Ok(Some(Duration::from_millis(millis))), "{name}: {value}");
        }
    }

    #[test]
    fn a_malformed_header_is_named() {
        for (name, value) in [
            ("grpc-timeout", ""),
            ("grpc-timeout", "S"),
            ("grpc-timeout", "123456789S"),
            ("grpc-timeout", "-1S"),
            ("grpc-timeout", "1s"),
            ("request-timeout", "1e9"),
            ("request-timeout", "-1"),
            ("request-timeout", "inf"),
            ("request-timeout", "1.2345"),
        ] {
            let error = timeout(name, value).expect_err(value);
            assert!(error.message().contains(name), "{error}");
        }
    }
}
