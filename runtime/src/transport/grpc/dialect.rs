//! [`Dialect`]: the parts that gRPC, gRPC-Web and Connect's streams do differently. The code that they share
//! calls it.

use crate::call::context::Transport;
use crate::call::metadata::Metadata;
use crate::call::status::{Result, Status};
use bytes::Bytes;
use http::{HeaderMap, HeaderName};
use std::time::Duration;

/// A protocol of length-prefixed messages, for both sides.
pub(super) trait Dialect: Send + Sync {
    /// The transport that handlers see.
    fn transport(&self) -> Transport;
    /// The protocol's names of headers.
    fn names(&self) -> &'static Names;
    /// The timeout that the caller sets.
    ///
    /// # Errors
    /// `invalid_argument` when it is malformed.
    fn timeout(&self, headers: &HeaderMap) -> Result<Option<Duration>>;
    /// Tells the server the remaining time.
    fn set_timeout(&self, headers: &mut HeaderMap, timeout: Duration);
    /// Adds the headers that every request of the protocol has.
    fn set_request_headers(&self, headers: &mut HeaderMap);
    /// The end of a response, as the protocol writes it.
    fn end(&self, outcome: Result<(), &Status>, trailers: Metadata) -> End;
    /// Whether an envelope with these flags holds the end of a response.
    fn is_end(&self, flags: u8) -> bool;
    /// Reads an end that [`Dialect::end`] wrote; `None` when it does not say how the call ended.
    fn read_end(&self, end: End) -> Option<Ended>;
}

/// The headers that say how messages are packed.
pub(super) struct Names {
    pub(super) encoding: HeaderName,
    pub(super) accept_encoding: HeaderName,
}

/// The end of a response on the wire.
pub(super) enum End {
    /// HTTP trailers.
    Trailers(HeaderMap),
    /// The last bytes of the body; on reading, the payload of the last envelope.
    Data(Bytes),
}

/// The end of a response as the caller sees it.
pub(super) struct Ended {
    pub(super) outcome: Result<()>,
    pub(super) trailers: HeaderMap,
}
