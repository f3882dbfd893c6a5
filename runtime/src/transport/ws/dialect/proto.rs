//! The subprotocol `polywire.v1+proto`: the messages of JSON-RPC in protobuf. Each binary message is one frame:
//!
//! ```proto
//! message Frame {
//!   Kind kind = 1;
//!   uint64 id = 2;                    // the call, chosen by the client, not 0
//!   string method = 3;                // CALL: books.v1.BookService/GetBook
//!   bytes body = 4;                   // CALL, RESULT, ITEM: the message
//!   uint64 timeout_ms = 5;            // CALL; absent or 0: none
//!   repeated Entry metadata = 6;      // CALL: of the request; RESULT, OPEN: of the response
//!   repeated Entry trailers = 7;      // RESULT, END
//!   google.rpc.Status status = 8;     // RESULT, END: why the call failed
//!   uint32 items = 9;                 // GRANT; CALL: the window
//! }
//! message Entry { string key = 1; string value = 2; }  // `-bin` values in base64
//! enum Kind { KIND_UNSPECIFIED = 0; CALL = 1; RESULT = 2; OPEN = 3; ITEM = 4; END = 5; CANCEL = 6; GRANT = 7; }
//! ```
//!
//! A frame that cannot be read is answered with a RESULT of id 0.

mod client;
mod read;
mod write;

use super::super::socket::{Kind as Opcode, Received};
use super::{Back, Dialect, Encoding, Ended, Envelope, Fault, Heard, Inbound, Manner};
use crate::call::input::Codec;
use crate::call::limits::Limits;
use crate::call::metadata::Metadata;
use crate::call::status::Status;
use bytes::{Bytes, BytesMut};

/// The subprotocol that a client asks for.
pub(in crate::transport::ws) const SUBPROTOCOL: &str = "polywire.v1+proto";

/// The width of a padded length.
pub(super) const PADDED: usize = 5;

/// The kind of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Call = 1,
    Result = 2,
    Open = 3,
    Item = 4,
    End = 5,
    Cancel = 6,
    Grant = 7,
}

impl Kind {
    fn from_number(number: u64) -> Option<Self> {
        let all = [Self::Call, Self::Result, Self::Open, Self::Item, Self::End, Self::Cancel, Self::Grant];
        all.into_iter().find(|kind| *kind as u64 == number)
    }
}

/// The encoding in protobuf.
#[derive(Debug)]
pub(in crate::transport::ws) struct Proto;

impl Encoding for Proto {
    type Message = Bytes;
    const CODEC: Codec = Codec::Proto;
    const KIND: Opcode = Opcode::Binary;
    const SUBPROTOCOL: Option<&'static str> = Some(SUBPROTOCOL);

    fn accept(received: Received) -> Result<Bytes, Received> {
        match received {
            Received::Binary(bytes) => Ok(bytes),
            other => Err(other),
        }
    }
}

impl Dialect for Proto {
    type Id = u64;

    fn parse<'m>(message: &'m Bytes, limits: &Limits) -> Inbound<'m, u64> {
        Inbound::One(read::heard(message, limits).unwrap_or_else(|(id, status)| Heard::Refused {
            id,
            fault: Fault::Invalid,
            status,
        }))
    }

    fn is_sound(_: &Bytes) -> bool {
        true
    }

    fn headroom(_: &u64) -> usize {
        write::HEAD
    }

    fn result(id: &u64, body: BytesMut, back: &Back) -> Bytes {
        write::result(*id, body, back)
    }

    fn failure(id: Option<&u64>, _: Fault, status: &Status, back: &Back) -> Bytes {
        write::failed(Kind::Result, id.copied().unwrap_or_default(), Some(status), back)
    }

    fn opened(id: &u64, _: Manner, headers: &Metadata) -> Bytes {
        write::open(*id, headers)
    }

    fn subscription(_: &Bytes) -> Option<u64> {
        None
    }

    fn headers(id: &u64, _: &str, headers: &Metadata) -> Bytes {
        write::open(*id, headers)
    }

    fn envelope(id: &u64, _: &str) -> Envelope {
        write::envelope(*id)
    }

    fn ended(id: &u64, ended: Ended<'_>) -> Bytes {
        write::ended(*id, ended.error, ended.trailers)
    }

    fn granted(id: &u64, items: u32) -> Bytes {
        write::grant(*id, items)
    }
}

/// Writes `length` as a varint that fills `out`, for every value. These bytes are reserved in front of a body
/// before its length is known.
pub(super) fn pad_length(out: &mut [u8], length: usize) {
    let last = out.len().saturating_sub(1);
    for (at, byte) in out.iter_mut().enumerate() {
        let more = if at < last { 0x80 } else { 0 };
        *byte = ((length >> (7 * at)) as u8 & 0x7f) | more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::codec::Reader;

    #[test]
    fn a_padded_length_reads_as_what_it_is() {
        for length in [0, 1, 127, 128, 1 << 20, (1 << 32) - 1] {
            let mut out = [0; PADDED];
            pad_length(&mut out, length);
            let bytes = Bytes::copy_from_slice(&out);
            assert_eq!(Reader::new(&bytes).varint(), Ok(length as u64));
        }
    }
}
