//! Writes what a client receives. Ids and subscriptions are pasted as they were read: they are JSON already.
//!
//! The subscription of a stream is the id of its call: unique on the connection, and known to the client at
//! once.

use super::super::{Back, Ended, Envelope, Fault, Length, Manner};
use super::{GRANT, error_number, metadata};
use crate::call::metadata::Metadata;
use crate::call::status::Status;
use bytes::{Bytes, BytesMut};
use serde_json::json;

pub(super) const RESULT_HEAD: &str = r#"{"jsonrpc":"2.0","id":"#;
pub(super) const RESULT_MIDDLE: &str = r#","result":"#;

/// `{"jsonrpc":"2.0","id":1,"result":…}`
pub(super) fn result(id: &str, mut body: BytesMut, back: &Back) -> Bytes {
    let (head, rest) = body.split_at_mut(RESULT_HEAD.len());
    head.copy_from_slice(RESULT_HEAD.as_bytes());
    let (own, rest) = rest.split_at_mut(id.len());
    own.copy_from_slice(id.as_bytes());
    rest[..RESULT_MIDDLE.len()].copy_from_slice(RESULT_MIDDLE.as_bytes());
    put_back(&mut body, back);
    body.extend_from_slice(b"}");
    body.freeze()
}

/// `{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"no book 7","data":{…}}}`
pub(super) fn failure(id: &str, fault: Fault, status: &Status, back: &Back) -> Bytes {
    let mut out = text(&[RESULT_HEAD, id, r#","error":"#, &error(fault, status)]);
    put_back(&mut out, back);
    out.extend_from_slice(b"}");
    out.freeze()
}

/// `{"jsonrpc":"2.0","id":1,"result":{"subscription":1}}`, or the subscription alone: `"result":1`.
pub(super) fn opened(id: &str, manner: Manner, headers: &Metadata) -> Bytes {
    let (before, after) = match manner {
        Manner::Call => (r#"{"subscription":"#, "}"),
        Manner::Subscribe => ("", ""),
    };
    let mut out = text(&[RESULT_HEAD, id, RESULT_MIDDLE, before, id, after]);
    metadata::put_member("metadata", headers, &mut out);
    out.extend_from_slice(b"}");
    out.freeze()
}

/// `{"jsonrpc":"2.0","method":"…","params":{"subscription":1,"metadata":{…}}}`
pub(super) fn headers(id: &str, method: &str, headers: &Metadata) -> Bytes {
    let mut out = notification(id, method);
    metadata::put_member("metadata", headers, &mut out);
    out.extend_from_slice(b"}}");
    out.freeze()
}

/// `{"jsonrpc":"2.0","method":"…","params":{"subscription":1,"result":…}}`
pub(super) fn envelope(id: &str, method: &str) -> Envelope {
    let mut prefix = notification(id, method);
    prefix.extend_from_slice(RESULT_MIDDLE.as_bytes());
    Envelope { prefix: prefix.freeze(), suffix: b"}}", length: Length::Absent, start: 0, ends: Vec::new() }
}

/// `{"jsonrpc":"2.0","method":"…","params":{"subscription":1,"end":true}}`, or `"error":{…}`.
///
/// Other clients know an error as the only end of a subscription: for them it is `"end":true,"error":null`.
pub(super) fn ended(id: &str, ended: Ended<'_>) -> Bytes {
    let Ended { method, manner, error: status, trailers } = ended;
    let mut out = notification(id, method);
    match (status, manner) {
        (None, Manner::Call) => out.extend_from_slice(br#","end":true"#),
        (None, Manner::Subscribe) => out.extend_from_slice(br#","end":true,"error":null"#),
        (Some(status), _) => {
            out.extend_from_slice(br#","error":"#);
            out.extend_from_slice(error(Fault::Call, status).as_bytes());
        }
    }
    metadata::put_member("trailers", trailers, &mut out);
    out.extend_from_slice(b"}}");
    out.freeze()
}

/// `{"jsonrpc":"2.0","method":"$/stream/grant","params":{"id":1,"items":16}}`
pub(super) fn granted(id: &str, items: u32) -> Bytes {
    let items = items.to_string();
    text(&[r#"{"jsonrpc":"2.0","method":""#, GRANT, r#"","params":{"id":"#, id, r#","items":"#, &items, "}}"])
        .freeze()
}

/// The beginning of a notification, up to the subscription. The names of methods need no escapes.
fn notification(id: &str, method: &str) -> BytesMut {
    text(&[r#"{"jsonrpc":"2.0","method":""#, method, r#"","params":{"subscription":"#, id])
}

fn error(fault: Fault, status: &Status) -> String {
    let number = error_number(fault, status.code());
    json!({ "code": number, "message": status.message(), "data": status.to_json() }).to_string()
}

fn put_back(out: &mut BytesMut, back: &Back) {
    metadata::put_member("metadata", &back.headers, out);
    metadata::put_member("trailers", &back.trailers, out);
}

fn text(parts: &[&str]) -> BytesMut {
    let mut out = BytesMut::with_capacity(parts.iter().map(|part| part.len()).sum::<usize>() + 64);
    parts.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
    out
}
