//! Timeouts as headers: `grpc-timeout` (gRPC over HTTP/2, "Timeout") and `connect-timeout-ms` (Connect, "Timeout").

use crate::call::status::{Result, Status};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;

pub(super) const GRPC: HeaderName = HeaderName::from_static("grpc-timeout");
pub(super) const CONNECT: HeaderName = HeaderName::from_static("connect-timeout-ms");

/// The largest number that eight digits hold.
const EIGHT_DIGITS: u128 = 99_999_999;

/// Reads `grpc-timeout`: at most eight digits and a unit.
pub(super) fn read_grpc(headers: &HeaderMap) -> Result<Option<Duration>> {
    let Some(value) = headers.get(&GRPC) else { return Ok(None) };
    let parsed = value.as_bytes().split_last().and_then(|(unit, digits)| {
        let count = number(digits, 8)?;
        Some(match unit {
            b'H' => Duration::from_secs(count * 3600),
            b'M' => Duration::from_secs(count * 60),
            b'S' => Duration::from_secs(count),
            b'm' => Duration::from_millis(count),
            b'u' => Duration::from_micros(count),
            b'n' => Duration::from_nanos(count),
            _ => return None,
        })
    });
    parsed
        .map(Some)
        .ok_or_else(|| malformed(&GRPC, value, "at most 8 digits and one of H M S m u n, such as `500m`"))
}

/// Reads `connect-timeout-ms`: at most ten digits.
pub(super) fn read_connect(headers: &HeaderMap) -> Result<Option<Duration>> {
    let Some(value) = headers.get(&CONNECT) else { return Ok(None) };
    let parsed = number(value.as_bytes(), 10).map(Duration::from_millis);
    parsed.map(Some).ok_or_else(|| malformed(&CONNECT, value, "milliseconds, at most 10 digits"))
}

/// Writes `grpc-timeout` as precisely as eight digits allow.
pub(super) fn write_grpc(timeout: Duration) -> HeaderValue {
    let text = match (timeout.as_nanos(), timeout.as_micros(), timeout.as_millis()) {
        (nanos, ..) if nanos <= EIGHT_DIGITS => format!("{nanos}n"),
        (_, micros, _) if micros <= EIGHT_DIGITS => format!("{micros}u"),
        (_, _, millis) if millis <= EIGHT_DIGITS => format!("{millis}m"),
        _ => match u128::from(timeout.as_secs()) {
            seconds if seconds <= EIGHT_DIGITS => format!("{seconds}S"),
            seconds if seconds / 60 <= EIGHT_DIGITS => format!("{}M", seconds / 60),
            seconds => format!("{}H", (seconds / 3600).min(EIGHT_DIGITS)),
        },
    };
    header(&text)
}

/// Writes `connect-timeout-ms`, rounded up, so that a short timeout does not become zero.
pub(super) fn write_connect(timeout: Duration) -> HeaderValue {
    let millis = timeout.as_nanos().div_ceil(1_000_000);
    header(&millis.min(9_999_999_999).to_string())
}

fn number(digits: &[u8], most: usize) -> Option<u64> {
    let sound = (1..=most).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    sound.then(|| digits.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0')))
}

fn header(text: &str) -> HeaderValue {
    // Digits and a letter are always a valid header value.
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("0"))
}

fn malformed(name: &HeaderName, value: &HeaderValue, rule: &str) -> Status {
    Status::invalid_argument(format!("{name} is {value:?}: it must be {rule}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name.clone(), HeaderValue::from_static(value))])
    }

    #[test]
    fn every_unit_of_grpc_is_read() {
        for (text, expected) in [
            ("2H", Duration::from_secs(7200)),
            ("3M", Duration::from_secs(180)),
            ("4S", Duration::from_secs(4)),
            ("5m", Duration::from_millis(5)),
            ("6u", Duration::from_micros(6)),
            ("99999999n", Duration::from_nanos(99_999_999)),
            ("0m", Duration::ZERO),
        ] {
            assert_eq!(read_grpc(&with(&GRPC, text)), Ok(Some(expected)), "{text}");
        }
        assert_eq!(read_grpc(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn a_malformed_timeout_is_refused() {
        for text in ["", "m", "5", "5x", "-5m", "123456789m", "5 m", "5.0S"] {
            assert!(read_grpc(&with(&GRPC, text)).is_err(), "{text}");
        }
        for text in ["", "-1", "1.5", "12345678901", "5m"] {
            assert!(read_connect(&with(&CONNECT, text)).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for timeout in [
            Duration::from_nanos(1),
            Duration::from_millis(1500),
            Duration::from_secs(3 * 86_400),
            Duration::from_secs(99_999_999 * 3600),
        ] {
            let headers =
                HeaderMap::from_iter([(GRPC, write_grpc(timeout)), (CONNECT, write_connect(timeout))]);
            assert_eq!(read_grpc(&headers), Ok(Some(timeout)));
            // Connect allows ten digits of milliseconds, which is 115 days.
            let longest = Duration::from_millis(9_999_999_999);
            assert!(read_connect(&headers).expect("milliseconds") >= Some(timeout.min(longest)));
        }
        assert_eq!(write_grpc(Duration::from_secs(u64::MAX)), "99999999H");
        assert_eq!(write_connect(Duration::from_secs(u64::MAX)), "9999999999");
    }
}
