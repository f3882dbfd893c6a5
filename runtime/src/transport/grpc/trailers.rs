//! `grpc-status` and its companions: the end of a call in gRPC and gRPC-Web (gRPC over HTTP/2, "Responses").

use super::dialect::Ended;
use crate::call::metadata::Metadata;
use crate::call::metadata::reserved;
use crate::call::status::{Code, Result, Status};
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};
use std::borrow::Cow;
use std::time::Duration;

pub(super) const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");
const PUSHBACK: HeaderName = HeaderName::from_static("grpc-retry-pushback-ms");

/// The bytes that are escaped: `%`, and all but printable ASCII.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'%');

/// The numbers of the codes, from 0.
const NUMBERS: [&str; 17] =
    ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"];

/// Writes the trailers of a call with this outcome. They include the handler's own.
pub(super) fn write(outcome: Result<(), &Status>, metadata: Metadata) -> HeaderMap {
    let mut trailers = match metadata.is_empty() {
        true => HeaderMap::with_capacity(1),
        false => reserved::strip(metadata.into_headers()),
    };
    match outcome {
        Ok(()) => drop(trailers.insert(STATUS, HeaderValue::from_static("0"))),
        Err(status) => write_status(status, &mut trailers),
    }
    trailers
}

fn write_status(status: &Status, trailers: &mut HeaderMap) {
    trailers.insert(STATUS, HeaderValue::from_static(NUMBERS[usize::from(status.code().number())]));
    let mut add = |name: HeaderName, value: String| {
        // Escaped text, base64 and digits are always a valid header value.
        if let Ok(value) = HeaderValue::try_from(value) {
            trailers.insert(name, value);
        }
    };
    if !status.message().is_empty() {
        add(MESSAGE, escaped(status.message()));
    }
    if !status.details().is_empty() {
        add(DETAILS, BASE64_STANDARD_NO_PAD.encode(status.to_proto()));
    }
    if let Some(after) = status.retry_after() {
        add(PUSHBACK, if after == Duration::MAX { "-1".to_owned() } else { after.as_millis().to_string() });
    }
}

/// Percent-encodes a message. Spaces at both ends are escaped too, because a header parser removes them.
fn escaped(message: &str) -> String {
    let inner = message.trim_matches(' ');
    let start = message.len() - message.trim_start_matches(' ').len();
    let (before, after) = match inner {
        "" => (message.len(), 0),
        inner => (start, message.len() - start - inner.len()),
    };
    format!("{}{}{}", "%20".repeat(before), utf8_percent_encode(inner, ESCAPED), "%20".repeat(after))
}

/// Decodes a message. Nothing of it is thrown away, even if its sender forgot to escape something (gRPC over
/// HTTP/2, "Responses"). A broken escape stays as it is. Bytes that are not UTF-8 are read as Latin-1, which
/// headers once were.
fn unescaped(value: &[u8]) -> String {
    let text = match std::str::from_utf8(value) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(value.iter().copied().map(char::from).collect::<String>()),
    };
    percent_decode(text.as_bytes()).decode_utf8_lossy().into_owned()
}

/// Reads trailers, or the head of a response that has only trailers; `None` when they have no status.
pub(super) fn read(headers: HeaderMap) -> Option<Ended> {
    let number = headers.get(&STATUS)?.to_str().ok().and_then(|number| number.parse::<i32>().ok());
    let outcome = match number {
        Some(0) => Ok(()),
        Some(number) => Err(read_status(Code::from_number(number).unwrap_or(Code::Unknown), &headers)),
        None => Err(read_status(Code::Internal, &headers)),
    };
    Some(Ended { outcome, trailers: reserved::strip(headers) })
}

fn read_status(code: Code, headers: &HeaderMap) -> Status {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let details = text(&DETAILS).and_then(crate::message::codec::json::bytes::decode).map(Bytes::from);
    let told = details.and_then(|bytes| Status::from_proto(&bytes).ok().flatten());
    let status = match told {
        Some(status) if !status.message().is_empty() => status,
        told => {
            let message = headers.get(&MESSAGE).map(|value| unescaped(value.as_bytes())).unwrap_or_default();
            let code = told.as_ref().map_or(code, Status::code);
            let details = told.into_iter().flat_map(|status| status.details().to_vec());
            details.fold(Status::new(code, message), Status::with_detail)
        }
    };
    match text(&PUSHBACK) {
        // A negative value, or one that is no number, asks not to retry at all (gRPC proposal A6).
        Some(millis) => status.with_retry_after(millis.parse().map_or(Duration::MAX, Duration::from_millis)),
        None => status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::status::Detail;

    #[test]
    fn a_status_reads_back() {
        let plain = Status::not_found("no book 7 – é % \n");
        let detailed = plain
            .clone()
            .with_detail(Detail::from_proto("books.BookError", Bytes::from_static(&[10, 2, 8, 7])));
        for status in [plain, detailed] {
            let ended = read(write(Err(&status), Metadata::new())).expect("an end");
            assert_eq!(ended.outcome, Err(status));
        }
    }

    #[test]
    fn a_message_is_escaped_as_grpc_wants_it() {
        let trailers = write(Err(&Status::internal("50% é\t~ ok")), Metadata::new());
        assert_eq!(trailers["grpc-message"], "50%25 %C3%A9%09~ ok");
        assert_eq!(trailers["grpc-status"], "13");
        for (message, sent) in [("  a b ", "%20%20a b%20"), ("  ", "%20%20"), ("a", "a")] {
            assert_eq!(escaped(message), sent);
        }
    }

    #[test]
    fn success_carries_the_handlers_metadata_and_nothing_reserved() {
        let mut metadata = Metadata::new();
        metadata.append("x-mine", "yes").expect("metadata");
        metadata.append("grpc-status", "7").expect("metadata");
        let ended = read(write(Ok(()), metadata)).expect("an end");
        assert_eq!(ended.outcome, Ok(()));
        assert_eq!(ended.trailers["x-mine"], "yes");
        assert_eq!(ended.trailers.len(), 1);
    }

    #[test]
    fn a_message_is_kept_however_badly_it_is_escaped() {
        for (sent, message) in [
            ("café".as_bytes(), "café"),
            ("caf\u{e9} 100%".as_bytes(), "café 100%"),
            (b"caf\xe9", "café"),
            (b"caf\xe9 %C3%A9", "café é"),
            (b"%zz %4 % %41%", "%zz %4 % A%"),
            (b"%ff", "\u{fffd}"),
            (b"", ""),
        ] {
            let value = HeaderValue::from_bytes(sent).expect("a value");
            let headers = HeaderMap::from_iter([(STATUS, HeaderValue::from_static("3")), (MESSAGE, value)]);
            let status = read(headers).expect("an end").outcome.expect_err("a status");
            assert_eq!((status.code(), status.message()), (Code::InvalidArgument, message), "{sent:?}");
        }
    }

    #[test]
    fn details_without_a_message_take_the_header_s() {
        let detail = Detail::from_proto("books.BookError", Bytes::from_static(&[10, 2, 8, 7]));
        let mut headers = write(Err(&Status::not_found("").with_detail(detail.clone())), Metadata::new());
        headers.insert(MESSAGE, HeaderValue::from_static("no book 7"));
        let status = read(headers).expect("an end").outcome.expect_err("a status");
        assert_eq!(status, Status::not_found("no book 7").with_detail(detail));
    }

    #[test]
    fn a_status_that_is_no_number_keeps_its_message() {
        for number in ["NOT_FOUND", "99999999999", "", "0x5"] {
            let headers = HeaderMap::from_iter([
                (STATUS, HeaderValue::from_static(number)),
                (MESSAGE, HeaderValue::from_static("no book 7")),
            ]);
            let status = read(headers).expect("an end").outcome.expect_err("a status");
            assert_eq!((status.code(), status.message()), (Code::Internal, "no book 7"), "{number}");
        }
    }

    #[test]
    fn an_unknown_number_is_unknown_and_none_is_no_end() {
        let headers = HeaderMap::from_iter([(STATUS, HeaderValue::from_static("99"))]);
        assert_eq!(read(headers).expect("an end").outcome.expect_err("a status").code(), Code::Unknown);
        assert!(read(HeaderMap::new()).is_none());
    }
}
