//! The messages of a multiplexed connection, in any encoding: [`json`] is JSON-RPC 2.0, [`proto`] the same in
//! protobuf frames. A message is parsed into these types or refused; the code behind them reads no bytes.

pub(super) mod client;
pub(super) mod json;
pub(super) mod proto;

use super::socket::{Kind, Received};
use crate::call::context::Context;
use crate::call::input::Codec;
use crate::call::limits::Limits;
use crate::call::metadata::Metadata;
use crate::call::status::Status;
use crate::waist::handler::Frame;
use bytes::{Bytes, BytesMut};
use std::borrow::Cow;
use std::fmt::Debug;
use std::time::Duration;

/// The part of an encoding that both halves share.
pub(super) trait Encoding: Send + Sync + Sized + 'static {
    /// A message as it came.
    type Message: Send + 'static;
    /// The encoding of calls' requests and responses.
    const CODEC: Codec;
    /// The kind of WebSocket message that carries it.
    const KIND: Kind;
    /// The subprotocol that a handshake asks for; a handshake that asks for none speaks JSON-RPC.
    const SUBPROTOCOL: Option<&'static str>;

    /// Takes a message of the right kind.
    ///
    /// # Errors
    /// The message, when it is of another kind.
    fn accept(received: Received) -> Result<Self::Message, Received>;
}

/// The server's half: reads what clients send, writes what they receive.
pub(super) trait Dialect: Encoding {
    /// The type of the ids that clients give to their calls.
    type Id: Clone + PartialEq + Debug + Send + Sync + Unpin + 'static;

    /// Reads a message.
    fn parse<'m>(message: &'m Self::Message, limits: &Limits) -> Inbound<'m, Self::Id>;
    /// Whether a request is in the encoding at all. A request that was decoded need not be checked.
    fn is_sound(request: &Bytes) -> bool;

    /// The number of bytes that [`Dialect::result`] needs in front of the response.
    fn headroom(id: &Self::Id) -> usize;
    /// The answer of a call without a response stream; `body` begins with the headroom.
    fn result(id: &Self::Id, body: BytesMut, back: &Back) -> Bytes;
    /// The answer of a call that failed before it was answered. Without an id, it answers a message that
    /// cannot be read.
    fn failure(id: Option<&Self::Id>, fault: Fault, status: &Status, back: &Back) -> Bytes;
    /// The first answer of a call with a response stream.
    fn opened(id: &Self::Id, manner: Manner, headers: &Metadata) -> Bytes;
    /// The subscription named by a request to end one.
    fn subscription(request: &Bytes) -> Option<Self::Id>;
    /// Metadata of a stream that was opened before its handler had set any.
    fn headers(id: &Self::Id, method: &str, headers: &Metadata) -> Bytes;
    /// The bytes around each item of a response stream.
    fn envelope(id: &Self::Id, method: &str) -> Envelope;
    /// The end of a response stream, or why it broke off.
    fn ended(id: &Self::Id, ended: Ended<'_>) -> Bytes;
    /// A grant: the client may send that many more items.
    fn granted(id: &Self::Id, items: u32) -> Bytes;
}

/// A message of a client.
#[derive(Debug)]
pub(super) enum Inbound<'m, Id> {
    One(Heard<'m, Id>),
    /// Requests whose answers go back in one message.
    Batch(Vec<Heard<'m, Id>>),
}

/// One thing that a client sent.
#[derive(Debug)]
pub(super) enum Heard<'m, Id> {
    Call(Invocation<'m, Id>),
    /// An item of a request stream.
    Item {
        id: Id,
        body: Bytes,
    },
    /// The end of a request stream.
    End {
        id: Id,
    },
    Cancel {
        id: Id,
    },
    /// Room for more items of a response stream.
    Grant {
        id: Id,
        items: u32,
    },
    /// A faulty message of a call, which has no answer of its own: the call fails.
    Broken {
        id: Id,
        status: Status,
    },
    /// A message that may be ignored.
    Nothing,
    /// A message that cannot be taken; the answer says why.
    Refused {
        id: Option<Id>,
        fault: Fault,
        status: Status,
    },
}

/// A call as a client asks for it.
#[derive(Debug)]
pub(super) struct Invocation<'m, Id> {
    /// The id; without one the client waits for no answer.
    pub(super) id: Option<Id>,
    /// The method's name as the client wrote it; such a method may not exist.
    pub(super) method: Cow<'m, str>,
    /// The request; `None` when the client sent none.
    pub(super) body: Option<Bytes>,
    pub(super) timeout: Option<Duration>,
    pub(super) metadata: Option<Metadata>,
    /// How many items the client takes before it grants more. With a window, the client keeps to the server's
    /// grants, too.
    pub(super) window: Option<u32>,
}

/// How a client asked for a response stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// By the name of its method: the answer is an object that holds the subscription.
    Call,
    /// In the way of other JSON-RPC clients: the answer is the subscription itself.
    Subscribe,
}

/// The end of a response stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended<'a> {
    pub(super) method: &'a str,
    pub(super) manner: Manner,
    pub(super) error: Option<&'a Status>,
    pub(super) trailers: &'a Metadata,
}

/// The fault in a message, where JSON-RPC has a number for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Not in the encoding at all.
    Malformed,
    /// Not a request.
    Invalid,
    /// The call's own failure: the status says it all.
    Call,
}

/// The reason why a message is no call that can begin.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) fault: Fault,
    pub(super) status: Status,
}

/// Metadata that goes back with an answer.
#[derive(Debug, Default)]
pub(super) struct Back {
    pub(super) headers: Metadata,
    pub(super) trailers: Metadata,
}

impl Back {
    /// The metadata that the handler set.
    pub(super) fn of(cx: &Context) -> Self {
        Self { headers: cx.take_headers(), trailers: cx.take_trailers() }
    }
}

/// Adds the bytes around items, and notes where each ends: each item becomes a WebSocket message.
#[derive(Debug)]
pub(super) struct Envelope {
    prefix: Bytes,
    suffix: &'static [u8],
    length: Length,
    start: usize,
    ends: Vec<usize>,
}

/// How the length of an item is written in front of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Absent,
    /// At the end of the prefix, as a varint of five bytes for every value.
    Padded,
}

impl Envelope {
    /// An envelope without bytes of its own: each item is a message.
    pub(super) const fn bare() -> Self {
        Self { prefix: Bytes::new(), suffix: b"", length: Length::Absent, start: 0, ends: Vec::new() }
    }

    /// Takes the places where the items of the last fill end, in order.
    pub(super) fn take_ends(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.ends)
    }

    /// The number of items written since [`Envelope::take_ends`].
    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }
}

impl Frame for Envelope {
    fn begin(&mut self, buf: &mut BytesMut) {
        buf.extend_from_slice(&self.prefix);
        self.start = buf.len();
    }

    fn end(&mut self, buf: &mut BytesMut) {
        if self.length == Length::Padded {
            let length = buf.len() - self.start;
            proto::pad_length(&mut buf[self.start - proto::PADDED..self.start], length);
        }
        buf.extend_from_slice(self.suffix);
        self.ends.push(buf.len());
    }
}
