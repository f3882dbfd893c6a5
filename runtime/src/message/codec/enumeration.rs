//! Enums of unit variants: varints on the wire, names in JSON.

use super::extent::Unknown;
use super::left_out::ADVICE;
use super::{Reader, json, wire};
use crate::message::constraint::Given;
use crate::message::error::DecodeError;
use bytes::BytesMut;
use polywire_codegen::model::{self, Definition, Definitions, TypeName};
use serde::de::{self, Unexpected, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// An enum of unit variants with `#[derive(Message)]`. Its [`Value`](super::Value) forwards to the functions here.
pub trait Enumeration: Sized {
    /// The name of the enum.
    const NAME: TypeName;
    /// The enum as data.
    const SCHEMA: &'static model::Enum;
    /// The number of the variant.
    fn number(&self) -> i32;
    /// The variant with this number; `None` for an unknown number, and for zero when zero means unspecified.
    fn from_number(number: i32) -> Option<Self>;
}

/// See [`Value::register`](super::Value::register).
pub fn register<E: Enumeration>(definitions: &mut Definitions) {
    definitions.add(Definition::Enum(E::SCHEMA.clone()), std::any::type_name::<E>());
}

/// The number as a varint. Negative numbers take ten bytes, as protobuf has it.
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
/// When no variant has the number.
pub fn take<E: Enumeration>(input: &mut Reader<'_>) -> Result<E, DecodeError> {
    take_known(input)?.ok_or_else(|| input.strange())
}

/// See [`Value::take_known`](super::Value::take_known).
///
/// # Errors
/// When no variant has the number, and unknown values are refused.
#[inline]
pub fn take_known<E: Enumeration>(input: &mut Reader<'_>) -> Result<Option<E>, DecodeError> {
    let raw = input.varint()?;
    match E::from_number(raw as i32) {
        Some(value) => Ok(Some(value)),
        None => input.leave_out_value(raw, E::SCHEMA).map(|()| None),
    }
}

/// See [`Value::merge`](super::Value::merge): the last known value wins.
///
/// # Errors
/// Fails as [`take_known`] does.
pub fn merge<E: Enumeration>(earlier: E, input: &mut Reader<'_>) -> Result<E, DecodeError> {
    Ok(take_known(input)?.unwrap_or(earlier))
}

/// See [`Value::given`](super::Value::given).
pub fn given<E: Enumeration>(value: &E) -> Given<'static> {
    let number = value.number();
    Given::Enum { number, is_defined: E::SCHEMA.values.iter().any(|value| value.number == number) }
}

/// See [`Value::to_json`](super::Value::to_json): the name; an unknown number stays a number.
///
/// # Errors
/// The errors of the serializer.
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
/// When the value is neither.
pub fn from_json<'de, E: Enumeration, D: Deserializer<'de>>(input: D) -> Result<E, D::Error> {
    let unknown = || de::Error::custom(format_args!("not a name of enum {}", E::NAME.name));
    input.deserialize_any(EnumVisitor(Unknown::Refused, PhantomData))?.ok_or_else(unknown)
}

/// See [`Value::from_json_known`](super::Value::from_json_known).
///
/// # Errors
/// Fails as [`from_json`] does, but may pass over unknown values.
pub fn from_json_known<'de, E: Enumeration, D: Deserializer<'de>>(input: D) -> Result<Option<E>, D::Error> {
    input.deserialize_any(EnumVisitor(json::unknown_values(), PhantomData))
}

struct EnumVisitor<E>(Unknown, PhantomData<E>);

impl<E: Enumeration> EnumVisitor<E> {
    fn of<R: de::Error>(&self, number: Option<i32>, found: Unexpected<'_>) -> Result<Option<E>, R> {
        match (number.and_then(E::from_number), self.0) {
            (Some(value), _) => Ok(Some(value)),
            (None, Unknown::LeftOut) => Ok(None),
            (None, Unknown::Refused) => Err(R::invalid_value(found, self)),
        }
    }
}

impl<E: Enumeration> Visitor<'_> for EnumVisitor<E> {
    type Value = Option<E>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a name or number of enum {}", E::NAME.name)?;
        // In this case only a required value is refused.
        if json::unknown_values() == Unknown::LeftOut { f.write_str(ADVICE) } else { Ok(()) }
    }
    fn visit_i64<R: de::Error>(self, number: i64) -> Result<Option<E>, R> {
        self.of(i32::try_from(number).ok(), Unexpected::Signed(number))
    }
    fn visit_u64<R: de::Error>(self, number: u64) -> Result<Option<E>, R> {
        self.of(i32::try_from(number).ok(), Unexpected::Unsigned(number))
    }
    fn visit_f64<R: de::Error>(self, number: f64) -> Result<Option<E>, R> {
        // `1.0` and `1e0` are integers in JSON, as for integer fields.
        let whole = Some(number as i32).filter(|whole| f64::from(*whole) == number);
        self.of(whole, Unexpected::Float(number))
    }
    fn visit_str<R: de::Error>(self, name: &str) -> Result<Option<E>, R> {
        let number = E::SCHEMA.values.iter().find(|value| value.name == name).map(|value| value.number);
        self.of(number.or_else(|| name.parse().ok()), Unexpected::Str(name))
    }
}
