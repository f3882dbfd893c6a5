//! `serde_json::Value` is the message `google.protobuf.Value`: any JSON.
//!
//! Numbers are doubles, as in protobuf: every wire rounds an integer beyond ±2^53. A whole number arrives as an integer,
//! however it was written.
//!
//! JSON has doubles too, because `google.protobuf.Value` has no other numbers: one value sent down two wires arrives as
//! one value.

use crate::message::codec::{Message, Reader, Unfit, Wire, wire};
use crate::message::error::DecodeError;
use crate::message::wkt;
use bytes::BytesMut;
use polywire_codegen::model::{self, Definitions, TypeName};
use serde::ser::{Error as _, SerializeMap, SerializeSeq, SerializeStruct};
use serde::{Deserializer, Serialize, Serializer};
use serde_json::{Map, Number, Value};

/// The number up to which every integer is a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Message for Value {
    const NAME: TypeName = <wkt::Value as Message>::NAME;
    const SCHEMA: &'static model::Message = <wkt::Value as Message>::SCHEMA;
    const JSON_NULL: bool = true;
    type Slots = Option<wkt::Value>;

    fn register_fields(definitions: &mut Definitions) {
        wkt::Value::register_fields(definitions);
    }
    fn fields_len(&self) -> usize {
        match self {
            Self::Null | Self::Bool(_) => 2,
            Self::Number(_) => 9,
            Self::String(text) => delimited(text.len()),
            Self::Object(object) => delimited(object_len(object)),
            Self::Array(list) => delimited(list_len(list)),
        }
    }
    fn put_fields(&self, out: &mut BytesMut) {
        match self {
            Self::Null => out.extend_from_slice(&[1 << 3, 0]),
            Self::Number(number) => {
                wire::put_tag(2, Wire::I64, out);
                out.extend_from_slice(&double(number).to_le_bytes());
            }
            Self::String(text) => {
                put_delimited(3, text.len(), out, |out| out.extend_from_slice(text.as_bytes()))
            }
            Self::Bool(value) => out.extend_from_slice(&[4 << 3, u8::from(*value)]),
            Self::Object(object) => put_delimited(5, object_len(object), out, |out| {
                for (name, value) in object {
                    put_delimited(1, entry_len(name, value), out, |out| {
                        put_delimited(1, name.len(), out, |out| out.extend_from_slice(name.as_bytes()));
                        put_delimited(2, value.fields_len(), out, |out| value.put_fields(out));
                    });
                }
            }),
            Self::Array(list) => put_delimited(6, list_len(list), out, |out| {
                list.iter()
                    .for_each(|value| put_delimited(1, value.fields_len(), out, |out| value.put_fields(out)));
            }),
        }
    }
    fn merge_field(
        slots: &mut Self::Slots,
        number: u32,
        wire: Wire,
        input: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        wkt::Value::merge_field(slots, number, wire, input)
    }
    fn put_json<S: SerializeStruct>(&self, out: &mut S) -> Result<(), S::Error> {
        out.serialize_field("value", &Out(self))
    }
    fn merge_json<'de, D: Deserializer<'de>>(
        slots: &mut Self::Slots,
        at: usize,
        value: D,
    ) -> Result<(), D::Error> {
        wkt::Value::merge_json(slots, at, value)
    }
    fn finish(slots: Self::Slots) -> Result<Self, Unfit> {
        wkt::Value::finish(slots).and_then(|value| from_wkt(value).ok_or_else(unlike_json))
    }
    fn write_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        Out(self).serialize(out)
    }
    fn read_json<'de, D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let value = wkt::Value::read_json(input)?;
        from_wkt(value).ok_or_else(|| serde::de::Error::custom("is a number that JSON cannot write"))
    }
}

fn unlike_json() -> Unfit {
    Unfit::new("number_value", "is infinite or not a number (NaN); JSON cannot write it".to_owned())
}

/// The size of one byte of tag, a length, and as many bytes.
const fn delimited(len: usize) -> usize {
    1 + wire::varint_len(len as u64) + len
}

fn put_delimited(number: u32, len: usize, out: &mut BytesMut, body: impl FnOnce(&mut BytesMut)) {
    wire::put_tag(number, Wire::Len, out);
    wire::put_varint(len as u64, out);
    body(out);
}

fn entry_len(name: &str, value: &Value) -> usize {
    delimited(name.len()) + delimited(value.fields_len())
}

fn object_len(object: &Map<String, Value>) -> usize {
    object.iter().map(|(name, value)| delimited(entry_len(name, value))).sum()
}

fn list_len(list: &[Value]) -> usize {
    list.iter().map(|value| delimited(value.fields_len())).sum()
}

/// The nearest double. serde_json always gives one, unless its feature that keeps numbers as text is on.
fn double(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::NAN)
}

/// Converts a value; `None` when a number in it is not finite.
fn from_wkt(value: wkt::Value) -> Option<Value> {
    Some(match value {
        wkt::Value::Null => Value::Null,
        wkt::Value::Bool(value) => Value::Bool(value),
        wkt::Value::String(text) => Value::String(text),
        wkt::Value::Number(number) => Value::Number(whole(number)?),
        wkt::Value::List(list) => Value::Array(list.values.into_iter().map(from_wkt).collect::<Option<_>>()?),
        wkt::Value::Struct(object) => {
            let member = |(name, value)| Some((name, from_wkt(value)?));
            Value::Object(object.fields.into_iter().map(member).collect::<Option<_>>()?)
        }
    })
}

/// The number as an integer when it is an exact one, or else as a double; `None` when it is not finite.
fn whole(number: f64) -> Option<Number> {
    let negative_zero = number == 0.0 && number.is_sign_negative();
    match number.fract() == 0.0 && number.abs() <= EXACT && !negative_zero {
        true => Some(Number::from(number as i64)),
        false => Number::from_f64(number),
    }
}

/// A value on its way out, with the numbers that it has on every other wire.
struct Out<'a>(&'a Value);

impl Serialize for Out<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => out.serialize_unit(),
            Value::Bool(value) => out.serialize_bool(*value),
            Value::Number(number) => {
                let number = whole(double(number));
                number.ok_or_else(|| S::Error::custom("a number that a double cannot hold"))?.serialize(out)
            }
            Value::String(text) => out.serialize_str(text),
            Value::Array(list) => {
                let mut seq = out.serialize_seq(Some(list.len()))?;
                list.iter().try_for_each(|value| seq.serialize_element(&Out(value)))?;
                seq.end()
            }
            Value::Object(object) => {
                let mut map = out.serialize_map(Some(object.len()))?;
                object.iter().try_for_each(|(name, value)| map.serialize_entry(name, &Out(value)))?;
                map.end()
            }
        }
    }
}
