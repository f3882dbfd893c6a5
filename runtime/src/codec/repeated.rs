//! `Vec<T>`: a repeated field. Numbers are written packed and read either way.

use super::{Element, FIXED, Field, NATURAL, Reader, UNPACKED, Wire, ZIGZAG, json, wire};
use crate::error::DecodeError;
use bytes::BytesMut;
use polywire_codegen::model::{Definitions, Type};
use serde::ser::SerializeSeq;
use serde::{Deserializer, Serializer};

/// Whether a repeated field of this wire type is packed.
const fn packed(wire: Wire) -> bool {
    !matches!(wire, Wire::Len)
}

fn packed_len<const AS: u8, T: Element<AS>>(values: &[T]) -> usize {
    values.iter().map(T::len).sum()
}

/// One implementation for each encoding of the elements, packed and not.
macro_rules! lists {
    ($($field:expr => $as:expr, $packed:literal;)*) => {$(
        impl<T: Element<{ $as }>> Field<{ $field }> for Vec<T> {
            const TYPE: Type = Type::Repeated(T::ELEMENT);

            fn register(definitions: &mut Definitions) {
                T::register(definitions);
            }

            fn field_len(&self, number: u32) -> usize {
                if self.is_empty() {
                    return 0;
                }
                let len = packed_len::<{ $as }, T>(self);
                match $packed && packed(T::WIRE) {
                    true => wire::tag_len(number) + wire::varint_len(len as u64) + len,
                    false => wire::tag_len(number) * self.len() + len,
                }
            }

            fn put_field(&self, number: u32, out: &mut BytesMut) {
                if self.is_empty() {
                    return;
                }
                if $packed && packed(T::WIRE) {
                    wire::put_tag(number, Wire::Len, out);
                    wire::put_varint(packed_len::<{ $as }, T>(self) as u64, out);
                    self.iter().for_each(|value| value.put(out));
                } else {
                    for value in self {
                        wire::put_tag(number, T::WIRE, out);
                        value.put(out);
                    }
                }
            }

            fn merge_field(slot: &mut Option<Self>, wire: Wire, input: &mut Reader<'_>) -> Result<(), DecodeError> {
                let values = slot.get_or_insert_default();
                if wire == Wire::Len && packed(T::WIRE) {
                    return input.nested(|input| {
                        while !input.is_empty() {
                            input.count()?;
                            values.push(T::take(input)?);
                        }
                        Ok(())
                    });
                }
                input.expect(T::WIRE, wire)?;
                input.count()?;
                let value = T::take(input).map_err(|error| error.at_index(values.len()))?;
                values.push(value);
                Ok(())
            }

            fn missing() -> Option<Self> {
                Some(Self::new())
            }

            fn field_to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                let mut seq = out.serialize_seq(Some(self.len()))?;
                for value in self {
                    seq.serialize_element(&json::Out::<{ $as }, T>(value))?;
                }
                seq.end()
            }

            fn merge_field_json<'de, D: Deserializer<'de>>(slot: &mut Option<Self>, input: D) -> Result<(), D::Error> {
                *slot = json::nullable_list::<{ $as }, T, D>(input)?;
                Ok(())
            }
        }
    )*};
}

lists! {
    NATURAL => NATURAL, true;
    ZIGZAG => ZIGZAG, true;
    FIXED => FIXED, true;
    UNPACKED => NATURAL, false;
    UNPACKED | ZIGZAG => ZIGZAG, false;
    UNPACKED | FIXED => FIXED, false;
}
