//! The client's half of an encoding: writes what servers read, reads what they say.

use super::Encoding;
use crate::call::metadata::Metadata;
use crate::call::spec::Method;
use crate::call::status::Status;
use bytes::Bytes;
use std::time::Duration;

/// See the module.
pub(in crate::transport::ws) trait ClientDialect: Encoding {
    /// A call, or its beginning when its requests are a stream.
    fn call(call: &Outcall<'_>) -> Bytes;
    /// An item of a request stream.
    fn item(id: u64, body: &Bytes) -> Bytes;
    /// The end of a request stream.
    fn end(id: u64) -> Bytes;
    /// Nobody waits for the answer any more.
    fn cancel(id: u64) -> Bytes;
    /// The server may send that many more items.
    fn grant(id: u64, items: u32) -> Bytes;
    /// Reads a message; `None` when it is nothing that a client can use.
    fn understand(message: &Self::Message) -> Option<Answer>;
    /// The message that the server wrote as `body`, when it leaves out what stands around the only value.
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
    /// How many items either side may send before it is granted more; `None` when neither side streams.
    pub(in crate::transport::ws) window: Option<u32>,
}

/// What a server said of a call.
#[derive(Debug)]
pub(in crate::transport::ws) struct Answer {
    pub(in crate::transport::ws) id: u64,
    pub(in crate::transport::ws) told: Told,
    pub(in crate::transport::ws) headers: Metadata,
    pub(in crate::transport::ws) trailers: Metadata,
}

/// See [`Answer`].
#[derive(Debug, PartialEq)]
pub(in crate::transport::ws) enum Told {
    /// The response; of a call with a response stream, that it is open.
    Result(Bytes),
    /// An item of the response stream.
    Item(Bytes),
    /// Metadata alone.
    Headers,
    /// The end of the response stream.
    Ended,
    /// The call failed, whatever it had sent before.
    Failed(Status),
    /// Room for more items of the request stream.
    Granted(u32),
}
