//! The seam between what gRPC, gRPC-Web and Connect's streams share and what each does its own way.

use crate::call::context::Transport;
use crate::call::metadata::Metadata;
use crate::call::status::{Result, Status};
use bytes::Bytes;
use http::{HeaderMap, HeaderName};
use std::time::Duration;

/// A protocol of length-prefixed messages, both sides of it.
pub(super) trait Dialect: Send + Sync {
    /// What handlers see it as.
    fn transport(&self) -> Transport;
    /// Its own names of headers.
    fn names(&self) -> &'static Names;
    /// The time that the caller gives.
    ///
    /// # Errors
    /// `invalid_argument` when it is malformed.
    fn timeout(&self, headers: &HeaderMap) -> Result<Option<Duration>>;
    /// Tells the server the time that is left.
    fn set_timeout(&self, headers: &mut HeaderMap, timeout: Duration);
    /// Adds what every request of the protocol carries.
    fn set_request_headers(&self, headers: &mut HeaderMap);
    /// What ends a response.
    fn end(&self, outcome: Result<(), &Status>, trailers: Metadata) -> End;
    /// Whether an envelope with these flags holds the end of a response.
    fn is_end(&self, flags: u8) -> bool;
    /// Reads what [`Dialect::end`] wrote; `None` when it does not say how the call ended.
    fn read_end(&self, end: End) -> Option<Ended>;
}

/// Headers that say how messages are packed.
pub(super) struct Names {
    pub(super) encoding: HeaderName,
    pub(super) accept_encoding: HeaderName,
}

/// The end of a response on the wire.
pub(super) enum End {
    /// HTTP trailers.
    Trailers(HeaderMap),
    /// The last bytes of the body, or the payload of the last envelope when read.
    Data(Bytes),
}

/// The end of a response as the caller sees it.
pub(super) struct Ended {
    pub(super) outcome: Result<()>,
    pub(super) trailers: HeaderMap,
}
