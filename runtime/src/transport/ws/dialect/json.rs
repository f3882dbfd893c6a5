//! JSON-RPC 2.0 (<https://www.jsonrpc.org/specification>), one JSON-RPC message in each text message. The
//! page of [`ws`](crate::transport::ws) describes it.

mod client;
mod members;
mod metadata;
mod read;
mod scan;
mod write;

#[cfg(feature = "fuzzing")]
pub(in crate::transport::ws) use scan::agree as scan_agrees;

use super::super::methods::Position;
use super::super::socket::{Kind, Received};
use super::{Back, Dialect, Encoding, Ended, Envelope, Fault, Inbound, Manner};
use crate::call::input::Codec;
use crate::call::limits::Limits;
use crate::call::metadata::Metadata;
use crate::call::status::{Code, Status};
use bytes::{Bytes, BytesMut};
use serde::de::IgnoredAny;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The names of the notifications that are not calls.
const ITEM: &str = "$/stream/item";
const END: &str = "$/stream/end";
const GRANT: &str = "$/stream/grant";
const CANCEL: &str = "$/cancelRequest";

/// The encoding in JSON.
#[derive(Debug)]
pub(in crate::transport::ws) struct Json;

/// An id as the client wrote it: a number, a string, or `null`. Answers repeat it byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::transport::ws) struct Id(Box<str>);

/// The longest id accepted, in bytes: it is kept as long as its call runs.
const MAX_ID: usize = 256;

impl Encoding for Json {
    type Message = Utf8Bytes;
    const CODEC: Codec = Codec::Json;
    const KIND: Kind = Kind::Text;
    const SUBPROTOCOL: Option<&'static str> = None;

    fn accept(received: Received) -> Result<Utf8Bytes, Received> {
        match received {
            Received::Text(text) => Ok(text),
            other => Err(other),
        }
    }
}

impl Dialect for Json {
    type Id = Id;

    fn parse<'m>(message: &'m Utf8Bytes, limits: &Limits) -> Inbound<'m, Id> {
        read::parse(message, limits)
    }

    fn is_sound(request: &Bytes) -> bool {
        serde_json::from_slice::<IgnoredAny>(request).is_ok()
    }

    fn headroom(id: &Id) -> usize {
        write::RESULT_HEAD.len() + id.0.len() + write::RESULT_MIDDLE.len()
    }

    fn result(id: &Id, body: BytesMut, back: &Back) -> Bytes {
        write::result(&id.0, body, back)
    }

    fn failure(id: Option<&Id>, fault: Fault, status: &Status, back: &Back) -> Bytes {
        write::failure(id.map_or("null", |id| &id.0), fault, status, back)
    }

    fn opened(id: &Id, manner: Manner, headers: &Metadata) -> Bytes {
        write::opened(&id.0, manner, headers)
    }

    fn subscription(request: &Bytes) -> Option<Id> {
        read::subscription(request)
    }

    fn headers(id: &Id, method: &str, headers: &Metadata) -> Bytes {
        write::headers(&id.0, method, headers)
    }

    fn envelope(id: &Id, method: &str) -> Envelope {
        write::envelope(&id.0, method)
    }

    fn ended(id: &Id, ended: Ended<'_>) -> Bytes {
        write::ended(&id.0, ended)
    }

    fn granted(id: &Id, items: u32) -> Bytes {
        write::granted(&id.0, items)
    }
}

/// The number of an error: JSON-RPC's own where it has one, else -32000 minus gRPC's number of the code.
const fn error_number(fault: Fault, code: Code) -> i32 {
    match (fault, code) {
        (Fault::Malformed, _) => -32700,
        (Fault::Invalid, _) => -32600,
        (Fault::Call, Code::Unimplemented) => -32601,
        (Fault::Call, Code::InvalidArgument) => -32602,
        (Fault::Call, Code::Internal) => -32603,
        (Fault::Call, code) => -32000 - code.number() as i32,
    }
}

/// The code for an error number of a server that is not ours.
fn code_of_number(number: i64) -> Code {
    match number {
        -32601 => Code::Unimplemented,
        -32700 | -32600 | -32602 => Code::InvalidArgument,
        -32603 => Code::Internal,
        _ => i32::try_from(-32000 - number).ok().and_then(Code::from_number).unwrap_or(Code::Unknown),
    }
}

/// Turns an array's values into the fields of a message, in their order, or its only value into the message.
/// `None` when there are more values than fields.
pub(in crate::transport::ws) fn by_position(values: &Bytes, position: &Position) -> Option<Bytes> {
    read::by_position(values, position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_leads_back_to_its_code() {
        for code in Code::ALL {
            assert_eq!(code_of_number(error_number(Fault::Call, code).into()), code);
        }
        assert_eq!(code_of_number(7), Code::Unknown);
        assert_eq!(code_of_number(i64::MIN + 40_000), Code::Unknown);
    }
}
