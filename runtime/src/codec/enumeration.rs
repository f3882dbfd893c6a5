//! Enums of unit variants: varints on the wire, names in JSON.

use super::{Reader, json, wire};
use crate::constraint::Given;
use crate::error::DecodeError;
use bytes::BytesMut;
use polywire_codegen::model::{self, Definition, Definitions, TypeName};
use serde::de::{self, Unexpected, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// What `#[derive(Message)]` implements on an enum of unit variants; [`Value`](super::Value) forwards here.
pub trait Enumeration: Sized {
    /// Its name.
    const NAME: TypeName;
    /// The enum as data.
    const SCHEMA: &'static model::Enum;
    /// The number of the variant.
    fn number(&self) -> i32;
    /// The variant with this number; `None` for zero when it is unspecified, and for unknown numbers.
    fn from_number(number: i32) -> Option<Self>;
}

/// See [`Value::register`](super::Value::register).
pub fn register<E: Enumeration>(definitions: &mut Definitions) {
    definitions.add(Definition::Enum(E::SCHEMA.clone()), std::any::type_name::<E>());
}

/// Negative numbers take ten bytes, as protobuf has it.
fn raw<E: Enumeration>(value: &E) -> u64 {
    i64::from(value.number()) as u64
}

/// See [`Value::len`](super::Value::len).
pub fn len<E: Enumeration>(value: &E) -> usize {
    wire::varint_len(raw(value))
}

/// See [`Value::put`](super::Value::put).
pub fn put<E: Enumeration>(value: &E, out: &mut BytesMut) {
    wire::put_varint(raw(value), out);
}

/// See [`Value::take`](super::Value::take).
///
/// # Errors
/// When the number is no variant's.
pub fn take<E: Enumeration>(input: &mut Reader<'_>) -> Result<E, DecodeError> {
    let number = input.varint()? as i32;
    E::from_number(number).ok_or_else(|| input.error(format!("{number} is not a value of {}", E::NAME.name)))
}

/// See [`Value::given`](super::Value::given).
pub fn given<E: Enumeration>(value: &E) -> Given<'static> {
    let number = value.number();
    Given::Enum { number, is_defined: E::SCHEMA.values.iter().any(|value| value.number == number) }
}

/// See [`Value::to_json`](super::Value::to_json): the name; an unknown number stays a number.
///
/// # Errors
/// The serializer's.
pub fn to_json<E: Enumeration, S: Serializer>(value: &E, out: S) -> Result<S::Ok, S::Error> {
    let number = value.number();
    match E::SCHEMA.values.iter().find(|value| value.number == number) {
        Some(value) => out.serialize_str(&value.name),
        None => out.serialize_i32(number),
    }
}

/// See [`Value::from_json`](super::Value::from_json): the name or the number.
///
/// # Errors
/// When it is neither.
pub fn from_json<'de, E: Enumeration, D: Deserializer<'de>>(input: D) -> Result<E, D::Error> {
    let unknown = || de::Error::custom(format_args!("not a name of enum {}", E::NAME.name));
    from_json_known(input)?.ok_or_else(unknown)
}

/// See [`Value::from_json_known`](super::Value::from_json_known).
///
/// # Errors
/// As [`from_json`], but that unknown names may be passed over.
pub fn from_json_known<'de, E: Enumeration, D: Deserializer<'de>>(input: D) -> Result<Option<E>, D::Error> {
    input.deserialize_any(EnumVisitor(PhantomData))
}

struct EnumVisitor<E>(PhantomData<E>);

impl<E: Enumeration> Visitor<'_> for EnumVisitor<E> {
    type Value = Option<E>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a name or number of enum {}", E::NAME.name)
    }
    fn visit_i64<R: de::Error>(self, number: i64) -> Result<Option<E>, R> {
        let value = i32::try_from(number).ok().and_then(E::from_number);
        value.map(Some).ok_or_else(|| R::invalid_value(Unexpected::Signed(number), &self))
    }
    fn visit_u64<R: de::Error>(self, number: u64) -> Result<Option<E>, R> {
        let value = i32::try_from(number).ok().and_then(E::from_number);
        value.map(Some).ok_or_else(|| R::invalid_value(Unexpected::Unsigned(number), &self))
    }
    fn visit_f64<R: de::Error>(self, number: f64) -> Result<Option<E>, R> {
        // `1.0` and `1e0` are integers in JSON, as in a field that is one.
        let value = Some(number as i32).filter(|whole| f64::from(*whole) == number).and_then(E::from_number);
        value.map(Some).ok_or_else(|| R::invalid_value(Unexpected::Float(number), &self))
    }
    fn visit_str<R: de::Error>(self, name: &str) -> Result<Option<E>, R> {
        let number = E::SCHEMA.values.iter().find(|value| value.name == name).map(|value| value.number);
        let value = number.or_else(|| name.parse().ok()).and_then(E::from_number);
        if value.is_none() && json::passes_over_values() {
            return Ok(None);
        }
        value.map(Some).ok_or_else(|| R::invalid_value(Unexpected::Str(name), &self))
    }
}
