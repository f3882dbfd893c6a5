//! Reads frames, for both sides. A frame's own fields are bounded here; its body is left to code that knows
//! its type.

use super::super::{Heard, Invocation};
use super::Kind;
use super::write::{BODY, ID, ITEMS, KEY, KIND, METADATA, METHOD, STATUS, TIMEOUT_MS, TRAILERS, VALUE};
use crate::call::limits::Limits;
use crate::call::metadata::Metadata;
use crate::call::status::Status;
use crate::message::codec::json::bytes as base64;
use crate::message::codec::{Reader, Wire};
use crate::message::error::DecodeError;
use bytes::Bytes;
use std::borrow::Cow;
use std::time::Duration;

/// The fields of a frame.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) kind: u64,
    pub(super) id: u64,
    pub(super) method: Bytes,
    pub(super) body: Option<Bytes>,
    pub(super) timeout_ms: u64,
    pub(super) metadata: Metadata,
    pub(super) trailers: Metadata,
    pub(super) status: Option<Bytes>,
    pub(super) items: Option<u32>,
}

/// # Errors
/// The bytes are malformed, or hold more than `limit` bytes of metadata.
pub(super) fn fields(message: &Bytes, limit: usize) -> Result<Fields, DecodeError> {
    let mut input = Reader::new(message);
    let mut fields = Fields::default();
    let mut left = limit;
    while let Some((number, wire)) = input.tag()? {
        match (number, wire) {
            (KIND, Wire::Varint) => fields.kind = input.varint()?,
            (ID, Wire::Varint) => fields.id = input.varint()?,
            (METHOD, Wire::Len) => fields.method = input.length_delimited()?,
            (BODY, Wire::Len) => fields.body = Some(input.length_delimited()?),
            (TIMEOUT_MS, Wire::Varint) => fields.timeout_ms = input.varint()?,
            (METADATA, Wire::Len) => entry(&input.length_delimited()?, &mut fields.metadata, &mut left)?,
            (TRAILERS, Wire::Len) => entry(&input.length_delimited()?, &mut fields.trailers, &mut left)?,
            (STATUS, Wire::Len) => fields.status = Some(input.length_delimited()?),
            (ITEMS, Wire::Varint) => fields.items = Some(u32::try_from(input.varint()?).unwrap_or(u32::MAX)),
            _ => input.skip(number, wire)?,
        }
    }
    Ok(fields)
}

fn entry(bytes: &Bytes, metadata: &mut Metadata, left: &mut usize) -> Result<(), DecodeError> {
    let mut input = Reader::new(bytes);
    let (mut key, mut value) = (Bytes::new(), Bytes::new());
    while let Some((number, wire)) = input.tag()? {
        match (number, wire) {
            (KEY, Wire::Len) => key = input.length_delimited()?,
            (VALUE, Wire::Len) => value = input.length_delimited()?,
            _ => input.skip(number, wire)?,
        }
    }
    *left = left
        .checked_sub(key.len() + value.len() + 1)
        .ok_or_else(|| DecodeError::new("is larger than the limit").within("metadata"))?;
    let text =
        |bytes: &Bytes| std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| "is not UTF-8".to_owned());
    let added = text(&key).and_then(|key| Ok((key.to_ascii_lowercase(), text(&value)?)));
    let added = added.and_then(|(key, value)| match key.ends_with("-bin") {
        false => metadata.append(&key, &value).map_err(|error| error.to_string()),
        true => match base64::decode(&value) {
            Some(bytes) => metadata.append_bin(&key, &bytes).map_err(|error| error.to_string()),
            None => Err(format!("the value of `{key}` is not base64")),
        },
    });
    added.map_err(|what| DecodeError::new(what).within("metadata"))
}

/// Reads a frame of a client.
///
/// # Errors
/// The fault, and the call that it belongs to.
pub(super) fn heard(message: &Bytes, limits: &Limits) -> Result<Heard<'static, u64>, (Option<u64>, Status)> {
    let fields = fields(message, limits.header_size as usize).map_err(|error| (None, error.into()))?;
    let (id, kind) = (fields.id, Kind::from_number(fields.kind));
    match kind {
        Some(Kind::Call) if id == 0 => Err((None, Status::invalid_argument("field `id`: must not be 0"))),
        Some(Kind::Call) => call(id, fields).map_err(|status| (Some(id), status)),
        Some(Kind::Item) => Ok(Heard::Item { id, body: fields.body.unwrap_or_default() }),
        Some(Kind::End) => Ok(Heard::End { id }),
        Some(Kind::Cancel) => Ok(Heard::Cancel { id }),
        Some(Kind::Grant) => Ok(Heard::Grant { id, items: fields.items.unwrap_or_default() }),
        // Answers, which we do not expect, and kinds of a later version. An answer to one would look like the
        // answer of a call.
        Some(Kind::Result | Kind::Open) | None => Ok(Heard::Nothing),
    }
}

fn call(id: u64, fields: Fields) -> Result<Heard<'static, u64>, Status> {
    let method = String::from_utf8(fields.method.into())
        .map_err(|_| Status::invalid_argument("field `method`: is not UTF-8"))?;
    Ok(Heard::Call(Invocation {
        id: Some(id),
        method: Cow::Owned(method),
        body: fields.body,
        timeout: (fields.timeout_ms > 0).then(|| Duration::from_millis(fields.timeout_ms)),
        metadata: (!fields.metadata.is_empty()).then_some(fields.metadata),
        window: fields.items,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::write;
    use super::*;
    use bytes::BytesMut;

    fn read(message: BytesMut) -> Result<Heard<'static, u64>, (Option<u64>, Status)> {
        heard(&message.freeze(), &Limits::default())
    }

    #[test]
    fn a_call_is_read_as_it_was_written() {
        let mut metadata = Metadata::new();
        metadata.append("x-one", "1").expect("sound");
        metadata.append_bin("x-bin", &[0, 255]).expect("sound");
        let mut frame = write::begin(Kind::Call, 7, 0);
        write::put_bytes(METHOD, b"a.B/C", &mut frame);
        write::put_bytes(BODY, b"xyz", &mut frame);
        write::put_number(TIMEOUT_MS, 5, &mut frame);
        write::put_metadata(METADATA, &metadata, &mut frame);
        write::put_number(ITEMS, 3, &mut frame);
        let Ok(Heard::Call(call)) = read(frame) else { panic!("no call") };
        assert_eq!((call.id, call.method.as_ref(), call.window), (Some(7), "a.B/C", Some(3)));
        assert_eq!(call.body.as_deref(), Some(&b"xyz"[..]));
        assert_eq!((call.timeout, call.metadata), (Some(Duration::from_millis(5)), Some(metadata)));
    }

    #[test]
    fn what_cannot_be_taken_says_why() {
        assert!(matches!(read(write::begin(Kind::Call, 0, 0)), Err((None, _))));
        for answer in [Kind::Result, Kind::Open] {
            assert!(matches!(read(write::begin(answer, 7, 0)), Ok(Heard::Nothing)), "{answer:?}");
        }
        assert!(matches!(read(BytesMut::from(&[0xff; 12][..])), Err((None, _))));
        let mut frame = write::begin(Kind::Call, 7, 0);
        for _ in 0..20_000 {
            write::put_bytes(METADATA, &[10, 1, b'x'], &mut frame);
        }
        let Err((None, status)) = read(frame) else { panic!("too much metadata was taken") };
        assert!(status.message().contains("metadata"), "{status}");
    }

    #[test]
    fn no_prefix_and_no_flipped_byte_panics() {
        let mut frame = write::begin(Kind::Call, 7, 0);
        write::put_bytes(METHOD, b"a.B/C", &mut frame);
        write::put_bytes(METADATA, &[10, 1, b'x', 18, 1, b'y'], &mut frame);
        for end in 0..frame.len() {
            let _ = read(BytesMut::from(&frame[..end]));
            for bit in 0..8 {
                let mut flipped = frame.clone();
                flipped[end] ^= 1 << bit;
                let _ = read(flipped);
            }
        }
    }
}
