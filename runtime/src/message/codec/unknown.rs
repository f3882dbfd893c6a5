//! Fields that a message does not know, kept as they came.

use super::left_out::Kept;
use super::{Reader, Wire, wire};
use crate::message::error::DecodeError;
use bytes::BytesMut;
use std::fmt;

/// The fields of a protobuf message that its Rust type does not know, such as those of a newer sender.
///
/// A field of this type, marked `#[unknown_fields]`, keeps them in the order in which they came. When the message is
/// written, they follow the known fields, byte for byte. JSON does not have them, and the schema does not show the field.
///
/// ```
/// use polywire::{Message, UnknownFields};
///
/// #[derive(Debug, Message)]
/// struct Book {
///     id: i32,
///     #[unknown_fields]
///     rest: UnknownFields,
/// }
///
/// #[derive(Message)]
/// struct NewerBook {
///     id: i32,
///     title: String,
/// }
///
/// let newer = NewerBook { id: 7, title: "Dune".to_owned() }.encode();
/// let book = Book::decode(newer.clone())?;
/// assert!(!book.rest.is_empty());
/// assert_eq!(book.encode(), newer); // nothing is lost on the way
/// # Ok::<(), polywire::DecodeError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct UnknownFields(Vec<u8>);

impl UnknownFields {
    /// Whether no field is kept.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields in the protobuf encoding, tags included.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Forgets the fields.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl fmt::Debug for UnknownFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnknownFields({} bytes)", self.0.len())
    }
}

/// The encoded size of the fields.
pub fn len(fields: &UnknownFields) -> usize {
    fields.0.len()
}

/// Writes the fields.
pub fn put(fields: &UnknownFields, out: &mut BytesMut) {
    out.extend_from_slice(&fields.0);
}

/// Keeps the values that were left out of the field of this number, so that they are written again.
#[inline]
pub fn keep_left_out(fields: &mut UnknownFields, number: u32, input: &mut Reader<'_>) {
    if input.kept.len() > input.mark {
        keep_strangers(fields, number, input);
    }
}

#[cold]
fn keep_strangers(fields: &mut UnknownFields, number: u32, input: &mut Reader<'_>) {
    let mut out = BytesMut::new();
    for kept in input.kept.drain(input.mark..) {
        match kept {
            Kept::Number(raw) => {
                wire::put_tag(number, Wire::Varint, &mut out);
                wire::put_varint(raw, &mut out);
            }
            Kept::Whole(bytes) => {
                wire::put_tag(number, Wire::Len, &mut out);
                out.extend_from_slice(&bytes);
            }
        }
    }
    fields.0.extend_from_slice(&out);
}

/// Reads one unknown field and keeps it; its tag is read already.
///
/// # Errors
/// When the bytes are malformed.
pub fn keep(
    fields: &mut UnknownFields,
    number: u32,
    wire: Wire,
    input: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    let value = input.skipped(number, wire)?;
    let mut tag = BytesMut::with_capacity(wire::tag_len(number));
    wire::put_tag(number, wire, &mut tag);
    fields.0.extend_from_slice(&tag);
    fields.0.extend_from_slice(value);
    Ok(())
}
