//! JSON-RPC 2.0 (<https://www.jsonrpc.org/specification>), one message a text message, as the module's page says.

mod client;
mod metadata;
mod read;
mod write;

pub(in crate::transport::ws) use client::Client;

use super::super::socket::Kind;
use super::{Back, Dialect, Envelope, Fault, Inbound};
use crate::input::Codec;
use crate::limits::Limits;
use crate::metadata::Metadata;
use crate::status::{Code, Status};
use bytes::{Bytes, BytesMut};

/// The names of the notifications that are no calls.
const ITEM: &str = "$/stream/item";
const END: &str = "$/stream/end";
const GRANT: &str = "$/stream/grant";
const CANCEL: &str = "$/cancelRequest";

/// The server's half.
#[derive(Debug)]
pub(in crate::transport::ws) struct Server;

/// An id as it was written: a number, a string, or `null`. It goes back to the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::transport::ws) struct Id(Box<str>);

/// The longest id that is taken, in bytes: it is kept as long as its call runs.
const MAX_ID: usize = 256;

impl Dialect for Server {
    type Id = Id;
    const CODEC: Codec = Codec::Json;
    const KIND: Kind = Kind::Text;

    fn parse<'m>(message: &'m Bytes, limits: &Limits) -> Inbound<'m, Id> {
        read::parse(message, limits)
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

    fn opened(id: &Id, headers: &Metadata) -> Bytes {
        write::opened(&id.0, headers)
    }

    fn headers(id: &Id, method: &str, headers: &Metadata) -> Bytes {
        write::headers(&id.0, method, headers)
    }

    fn envelope(id: &Id, method: &str) -> Envelope {
        write::envelope(&id.0, method)
    }

    fn ended(id: &Id, method: &str, error: Option<&Status>, trailers: &Metadata) -> Bytes {
        write::ended(&id.0, method, error, trailers)
    }

    fn granted(id: &Id, items: u32) -> Bytes {
        write::granted(&id.0, items)
    }
}

/// The number of an error: JSON-RPC's own where it has one, else -32000 less gRPC's number of the code.
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

/// The code behind an error of a server that is not ours.
fn code_of_number(number: i64) -> Code {
    match number {
        -32601 => Code::Unimplemented,
        -32700 | -32600 | -32602 => Code::InvalidArgument,
        -32603 => Code::Internal,
        _ => i32::try_from(-32000 - number).ok().and_then(Code::from_number).unwrap_or(Code::Unknown),
    }
}

/// An array's values as the fields of a message, in the order of its fields; `None` when there are more.
pub(in crate::transport::ws) fn by_position(values: &Bytes, fields: &[String]) -> Option<Bytes> {
    read::by_position(values, fields)
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
