//! Repeated fields: `Vec<T>` and `[T; N]`. Numbers are written packed, and read packed or not. An array is read into a
//! list; its length is checked when the message is whole.

use super::{Element, FIXED, Field, NATURAL, Reader, UNPACKED, Unfit, Wire, ZIGZAG, json, wire};
use crate::message::codec::check::Checker;
use crate::message::constraint::Rules;
use crate::message::error::DecodeError;
use bytes::BytesMut;
use polywire_codegen::model::{Definitions, Type};
use serde::ser::SerializeSeq;
use serde::{Deserializer, Serializer};

/// Whether a list of this wire type may be packed.
const fn packable(wire: Wire) -> bool {
    !matches!(wire, Wire::Len)
}

fn packed_len<const AS: u8, T: Element<AS>>(values: &[T]) -> usize {
    values.iter().map(T::len).sum()
}

fn list_len<const AS: u8, const PACKED: bool, T: Element<AS>>(values: &[T], number: u32) -> usize {
    if values.is_empty() {
        return 0;
    }
    let len = packed_len(values);
    match PACKED && packable(T::WIRE) {
        true => wire::tag_len(number) + wire::varint_len(len as u64) + len,
        false => wire::tag_len(number) * values.len() + len,
    }
}

fn put_list<const AS: u8, const PACKED: bool, T: Element<AS>>(values: &[T], number: u32, out: &mut BytesMut) {
    if values.is_empty() {
        return;
    }
    if PACKED && packable(T::WIRE) {
        wire::put_tag(number, Wire::Len, out);
        wire::put_varint(packed_len(values) as u64, out);
        values.iter().for_each(|value| value.put(out));
    } else {
        for value in values {
            wire::put_tag(number, T::WIRE, out);
            value.put(out);
        }
    }
}

fn merge_list<const AS: u8, T: Element<AS>>(
    values: &mut Vec<T>,
    wire: Wire,
    input: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    if wire == Wire::Len && packable(T::WIRE) {
        return input.nested(|input| {
            while !input.is_empty() {
                input.count()?;
                if let Some(value) = T::take_known(input)? {
                    values.push(value);
                }
            }
            Ok(())
        });
    }
    input.expect(T::WIRE, wire)?;
    input.count()?;
    if let Some(value) = T::take_known(input).map_err(|error| error.at_index(values.len()))? {
        values.push(value);
    }
    Ok(())
}

fn list_to_json<const AS: u8, T: Element<AS>, S: Serializer>(
    values: &[T],
    out: S,
) -> Result<S::Ok, S::Error> {
    let mut seq = out.serialize_seq(Some(values.len()))?;
    for value in values {
        seq.serialize_element(&json::Out::<AS, T>(value))?;
    }
    seq.end()
}

/// One implementation for each encoding of the elements, packed or not, for lists and for arrays.
macro_rules! lists {
    ($($field:expr => $as:expr, $packed:literal;)*) => {$(
        list!(Vec<T>, [], $field, $as, $packed, |values, _name| Ok(values));
        list!([T; N], [const N: usize], $field, $as, $packed, |values, name| Self::try_from(values)
            .map_err(|values| Unfit::new(name, format!("has {} elements, not {N}", values.len()))));
    )*};
}

macro_rules! list {
    ($ty:ty, [$($n:tt)*], $field:expr, $as:expr, $packed:literal, |$values:ident, $name:ident| $finish:expr) => {
        impl<T: Element<{ $as }>, $($n)*> Field<{ $field }> for $ty {
            type Slot = Vec<T>;
            const TYPE: Type = Type::Repeated(T::ELEMENT);

            fn register(definitions: &mut Definitions) {
                T::register(definitions);
            }
            fn field_len(&self, number: u32) -> usize {
                list_len::<{ $as }, $packed, T>(self, number)
            }
            fn put_field(&self, number: u32, out: &mut BytesMut) {
                put_list::<{ $as }, $packed, T>(self, number, out);
            }
            fn merge_field(values: &mut Vec<T>, wire: Wire, input: &mut Reader<'_>) -> Result<(), DecodeError> {
                merge_list::<{ $as }, T>(values, wire, input)
            }
            fn finish($values: Vec<T>, $name: &'static str) -> Result<Self, Unfit> {
                $finish
            }
            const CHECKED: bool = T::CHECKED;
            fn check_field(&self, rules: &Rules, check: &mut Checker) {
                check.list::<{ $as }, T>(self, rules);
            }
            fn field_to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                list_to_json::<{ $as }, T, S>(self, out)
            }
            fn merge_field_json<'de, D: Deserializer<'de>>(values: &mut Vec<T>, input: D) -> Result<(), D::Error> {
                *values = json::nullable_list::<{ $as }, T, D>(input)?.unwrap_or_default();
                Ok(())
            }
        }
    };
}

lists! {
    NATURAL => NATURAL, true;
    ZIGZAG => ZIGZAG, true;
    FIXED => FIXED, true;
    UNPACKED => NATURAL, false;
    UNPACKED | ZIGZAG => ZIGZAG, false;
    UNPACKED | FIXED => FIXED, false;
}
