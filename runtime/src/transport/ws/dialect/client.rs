//! The client's half of an encoding: writes what servers read, reads what they write.

use super::Encoding;
use crate::call::metadata::Metadata;
use crate::call::spec::Method;
use crate::call::status::Status;
use bytes::Bytes;
use std::time::Duration;

/// An encoding as the client uses it.
pub(in crate::transport::ws) trait ClientDialect: Encoding {
    /// A call, or its beginning when its requests are a stream.
    fn call(call: &Outcall<'_>) -> Bytes;
    /// An item of a request stream.
    fn item(id: u64, body: &Bytes) -> Bytes;
    /// The end of a request stream.
    fn end(id: u64) -> Bytes;
    /// A cancel: nobody waits for the answer any more.
    fn cancel(id: u64) -> Bytes;
    /// A grant: the server may send that many more items.
    fn grant(id: u64, items: u32) -> Bytes;
    /// Reads a message; `None` when it is of no use to a client.
    fn understand(message: &Self::Message) -> Option<ServerMessage>;
    /// The whole message behind `body`. The server leaves out the object around the only value.
    fn whole(method: &Method, body: Bytes) -> Bytes;
}

/// A call on its way out.
#[derive(Debug)]
pub(in crate::transport::ws) struct Outcall<'a> {
    pub(in crate::transport::ws) id: u64,
    pub(in crate::transport::ws) method: &'static Method,
    /// The only request; `None` when requests are a stream.
    pub(in crate::transport::ws) body: Option<Bytes>,
    pub(in crate::transport::ws) timeout: Option<Duration>,
    pub(in crate::transport::ws) metadata: &'a Metadata,
    /// Items that either side may send before it is granted more; `None` when neither side streams.
    pub(in crate::transport::ws) window: Option<u32>,
}

/// A message of the server about a call.
#[derive(Debug)]
pub(in crate::transport::ws) struct ServerMessage {
    pub(in crate::transport::ws) id: u64,
    pub(in crate::transport::ws) told: Told,
    pub(in crate::transport::ws) headers: Metadata,
    pub(in crate::transport::ws) trailers: Metadata,
}

/// The content of a [`ServerMessage`].
#[derive(Debug, PartialEq)]
pub(in crate::transport::ws) enum Told {
    /// The response. For a call with a response stream: the stream is open.
    Result(Bytes),
    /// An item of the response stream.
    Item(Bytes),
    /// Metadata alone.
    Headers,
    /// The end of the response stream.
    Ended,
    /// The failure of the call, whatever it had sent before.
    Failed(Status),
    /// Room for more items of the request stream.
    Granted(u32),
}
