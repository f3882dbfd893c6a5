//! Writes frames, for both sides. Fields may come in any order, so late values are written last.

use super::super::{Back, Envelope, Length};
use super::{Kind, PADDED, pad_length};
use crate::call::metadata::Metadata;
use crate::call::metadata::reserved::is_reserved;
use crate::call::status::Status;
use crate::message::codec::{Wire, wire};
use bytes::{Buf, Bytes, BytesMut};

/// Room for kind, id, and tag and length of the body.
pub(super) const HEAD: usize = 2 + 1 + 10 + 1 + PADDED;

pub(super) const KIND: u32 = 1;
pub(super) const ID: u32 = 2;
pub(super) const METHOD: u32 = 3;
pub(super) const BODY: u32 = 4;
pub(super) const TIMEOUT_MS: u32 = 5;
pub(super) const METADATA: u32 = 6;
pub(super) const TRAILERS: u32 = 7;
pub(super) const STATUS: u32 = 8;
pub(super) const ITEMS: u32 = 9;
pub(super) const KEY: u32 = 1;
pub(super) const VALUE: u32 = 2;

/// Begins a frame: kind and id.
pub(super) fn begin(kind: Kind, id: u64, room: usize) -> BytesMut {
    let mut out = BytesMut::with_capacity(HEAD + room);
    put_number(KIND, kind as u64, &mut out);
    put_number(ID, id, &mut out);
    out
}

pub(super) fn put_number(field: u32, value: u64, out: &mut BytesMut) {
    wire::put_tag(field, Wire::Varint, out);
    wire::put_varint(value, out);
}

pub(super) fn put_bytes(field: u32, value: &[u8], out: &mut BytesMut) {
    wire::put_tag(field, Wire::Len, out);
    wire::put_varint(value.len() as u64, out);
    out.extend_from_slice(value);
}

pub(super) fn put_metadata(field: u32, metadata: &Metadata, out: &mut BytesMut) {
    let length =
        |field: u32, text: &str| wire::tag_len(field) + wire::varint_len(text.len() as u64) + text.len();
    for (key, value) in metadata.iter().filter(|(key, _)| !is_reserved(key)) {
        wire::put_tag(field, Wire::Len, out);
        wire::put_varint((length(KEY, key) + length(VALUE, value)) as u64, out);
        put_bytes(KEY, key.as_bytes(), out);
        put_bytes(VALUE, value.as_bytes(), out);
    }
}

/// Writes a result in place. The body begins with [`HEAD`] free bytes, and the frame's head ends right before
/// the message.
pub(super) fn result(id: u64, mut body: BytesMut, back: &Back) -> Bytes {
    let mut head = begin(Kind::Result, id, 0);
    wire::put_tag(BODY, Wire::Len, &mut head);
    wire::put_varint((body.len() - HEAD) as u64, &mut head);
    body.advance(HEAD - head.len());
    body[..head.len()].copy_from_slice(&head);
    put_metadata(METADATA, &back.headers, &mut body);
    put_metadata(TRAILERS, &back.trailers, &mut body);
    body.freeze()
}

pub(super) fn failed(kind: Kind, id: u64, status: Option<&Status>, back: &Back) -> Bytes {
    let mut out = begin(kind, id, 64);
    if let Some(status) = status {
        put_bytes(STATUS, &status.to_proto(), &mut out);
    }
    put_metadata(METADATA, &back.headers, &mut out);
    put_metadata(TRAILERS, &back.trailers, &mut out);
    out.freeze()
}

pub(super) fn open(id: u64, headers: &Metadata) -> Bytes {
    let mut out = begin(Kind::Open, id, 0);
    put_metadata(METADATA, headers, &mut out);
    out.freeze()
}

pub(super) fn envelope(id: u64) -> Envelope {
    let mut prefix = begin(Kind::Item, id, 0);
    wire::put_tag(BODY, Wire::Len, &mut prefix);
    let mut length = [0; PADDED];
    pad_length(&mut length, 0);
    prefix.extend_from_slice(&length);
    Envelope { prefix: prefix.freeze(), suffix: b"", length: Length::Padded, start: 0, ends: Vec::new() }
}

pub(super) fn ended(id: u64, status: Option<&Status>, trailers: &Metadata) -> Bytes {
    let mut out = begin(Kind::End, id, 64);
    if let Some(status) = status {
        put_bytes(STATUS, &status.to_proto(), &mut out);
    }
    put_metadata(TRAILERS, trailers, &mut out);
    out.freeze()
}

pub(super) fn grant(id: u64, items: u32) -> Bytes {
    let mut out = begin(Kind::Grant, id, 8);
    put_number(ITEMS, items.into(), &mut out);
    out.freeze()
}
