//! gRPC-Web: a call ends with a last envelope that holds the trailers as text, so that browsers and HTTP/1.1
//! can carry it (gRPC-Web, "Protocol differences vs gRPC over HTTP2").

use super::dialect::{Dialect, End, Ended, Names};
use super::envelope::envelope;
use super::{native, timeout, trailers};
use crate::call::context::Transport;
use crate::call::metadata::Metadata;
use crate::call::status::{Result, Status};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;

pub(super) struct GrpcWeb;

/// The flag of the envelope that holds the trailers.
const TRAILERS: u8 = 0x80;

impl Dialect for GrpcWeb {
    fn transport(&self) -> Transport {
        Transport::GrpcWeb
    }

    fn names(&self) -> &'static Names {
        &native::NAMES
    }

    fn timeout(&self, headers: &HeaderMap) -> Result<Option<Duration>> {
        timeout::read_grpc(headers)
    }

    fn set_timeout(&self, headers: &mut HeaderMap, left: Duration) {
        headers.insert(timeout::GRPC, timeout::write_grpc(left));
    }

    fn set_request_headers(&self, headers: &mut HeaderMap) {
        headers.insert(HeaderName::from_static("x-grpc-web"), HeaderValue::from_static("1"));
    }

    fn end(&self, outcome: Result<(), &Status>, metadata: Metadata) -> End {
        let mut text = Vec::new();
        for (name, value) in &trailers::write(outcome, metadata) {
            for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
                text.extend_from_slice(part);
            }
        }
        End::Data(envelope(TRAILERS, &text).freeze())
    }

    fn is_end(&self, flags: u8) -> bool {
        flags & TRAILERS != 0
    }

    fn read_end(&self, end: End) -> Option<Ended> {
        trailers::read(match end {
            End::Trailers(headers) => headers,
            End::Data(text) => parse(&text),
        })
    }
}

/// Reads the lines of a trailer block. Skips lines that are no header, and headers beyond the most that there
/// can be.
fn parse(text: &Bytes) -> HeaderMap {
    let line = |line: &[u8]| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(line[..colon].trim_ascii()).ok()?;
        Some((name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?))
    };
    let mut headers = HeaderMap::new();
    for (name, value) in text.split(|byte| *byte == b'\n').filter_map(line) {
        if headers.try_append(name, value).is_err() {
            break;
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_lines_than_headers_can_be_are_passed_over() {
        let text: String = (0..40_000).map(|n| format!("x{n}: 1\r\n")).collect();
        let headers = parse(&text.into());
        assert!((1..40_000).contains(&headers.len()), "{}", headers.len());
    }

    #[test]
    fn the_last_envelope_reads_back() {
        let mut metadata = Metadata::new();
        metadata.append("x-mine", "a").expect("metadata");
        metadata.append("x-mine", "b").expect("metadata");
        let End::Data(bytes) = GrpcWeb.end(Err(&Status::aborted("no: really")), metadata) else {
            panic!("no data")
        };
        assert_eq!(bytes[0], 0x80);
        let ended = GrpcWeb.read_end(End::Data(bytes.slice(5..))).expect("an end");
        assert_eq!(ended.outcome, Err(Status::aborted("no: really")));
        assert_eq!(ended.trailers.get_all("x-mine").iter().collect::<Vec<_>>(), ["a", "b"]);
    }
}
