//! Connect: streams end with an envelope of JSON, and unary calls are plain HTTP
//! (connectrpc.com/docs/protocol).

mod end;
mod get;
mod unary;

pub(super) use end::read_error;
pub(super) use get::Query;
pub(super) use unary::{TRAILER_PREFIX, error_body, get, open};

use super::dialect::{Dialect, End, Ended, Names};
use super::timeout;
use crate::call::context::Transport;
use crate::call::metadata::Metadata;
use crate::call::status::{Result, Status};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;

/// The dialect of Connect's streams.
pub(super) struct Connect;

pub(super) const VERSION: HeaderName = HeaderName::from_static("connect-protocol-version");

static NAMES: Names = Names {
    encoding: HeaderName::from_static("connect-content-encoding"),
    accept_encoding: HeaderName::from_static("connect-accept-encoding"),
};

impl Dialect for Connect {
    fn transport(&self) -> Transport {
        Transport::Connect
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn timeout(&self, headers: &HeaderMap) -> Result<Option<Duration>> {
        check_version(headers)?;
        timeout::read_connect(headers)
    }

    fn set_timeout(&self, headers: &mut HeaderMap, left: Duration) {
        headers.insert(timeout::CONNECT, timeout::write_connect(left));
    }

    fn set_request_headers(&self, headers: &mut HeaderMap) {
        headers.insert(VERSION, HeaderValue::from_static("1"));
    }

    fn end(&self, outcome: Result<(), &Status>, metadata: Metadata) -> End {
        End::Data(end::write(outcome, metadata))
    }

    fn is_end(&self, flags: u8) -> bool {
        flags & end::FLAG != 0
    }

    fn read_end(&self, end: End) -> Option<Ended> {
        match end {
            End::Trailers(_) => None,
            End::Data(json) => end::read(&json),
        }
    }
}

/// Checks that the request has version 1, the only one there is.
fn check_version(headers: &HeaderMap) -> Result<()> {
    match headers.get(&VERSION) {
        Some(version) if version != "1" => {
            Err(Status::invalid_argument(format!("{VERSION} is {version:?}: it must be \"1\"")))
        }
        _ => Ok(()),
    }
}
