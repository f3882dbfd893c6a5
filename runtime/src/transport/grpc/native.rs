//! gRPC over HTTP/2: a call ends with HTTP trailers.

use super::dialect::{Dialect, End, Ended, Names};
use super::{timeout, trailers};
use crate::call::context::Transport;
use crate::call::metadata::Metadata;
use crate::call::status::{Result, Status};
use http::header::TE;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;

pub(super) struct Grpc;

/// The names of headers, for gRPC and gRPC-Web.
pub(super) static NAMES: Names = Names {
    encoding: HeaderName::from_static("grpc-encoding"),
    accept_encoding: HeaderName::from_static("grpc-accept-encoding"),
};

impl Dialect for Grpc {
    fn transport(&self) -> Transport {
        Transport::Grpc
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn timeout(&self, headers: &HeaderMap) -> Result<Option<Duration>> {
        timeout::read_grpc(headers)
    }

    fn set_timeout(&self, headers: &mut HeaderMap, left: Duration) {
        headers.insert(timeout::GRPC, timeout::write_grpc(left));
    }

    fn set_request_headers(&self, headers: &mut HeaderMap) {
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }

    fn end(&self, outcome: Result<(), &Status>, metadata: Metadata) -> End {
        End::Trailers(trailers::write(outcome, metadata))
    }

    fn is_end(&self, _: u8) -> bool {
        false
    }

    fn read_end(&self, end: End) -> Option<Ended> {
        match end {
            End::Trailers(headers) => trailers::read(headers),
            End::Data(_) => None,
        }
    }
}
