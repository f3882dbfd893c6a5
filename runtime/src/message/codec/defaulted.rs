//! Fields with a default. They are read like an `Option`, and written even when they hold the default.
//!
//! Generated code asks for a single trait, so a type that does not fit gives a single error.
//!
//! Such a field is `optional` in the schema: proto3 leaves zeros out, and a reader with a default other than zero would
//! read its default in their place.

use super::oneof::Member;
use super::{Field, NATURAL, Reader, Value, Wire};
use crate::message::codec::check::Checker;
use crate::message::constraint::Rules;
use crate::message::error::DecodeError;
use bytes::BytesMut;
use polywire_codegen::model::{Definitions, Type};
use serde::Deserializer;
use serde::ser::SerializeStruct;

/// The type of a field with a default.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field with a default",
    note = "such a field holds one value: a scalar, a `String`, bytes, or a message, an enum or a newtype that has `#[derive(polywire::Message)]`"
)]
pub trait Defaulted<const AS: u8 = NATURAL>: Sized {
    /// See [`Field::TYPE`].
    const TYPE: Type;
    /// See [`Field::CHECKED`].
    const CHECKED: bool;
    /// See [`Field::register`].
    fn register(definitions: &mut Definitions);
    /// See [`Field::check_field`].
    fn check_field(&self, rules: &Rules, check: &mut Checker);
    /// See [`Field::field_len`].
    fn field_len(&self, number: u32) -> usize;
    /// See [`Field::put_field`].
    fn put_field(&self, number: u32, out: &mut BytesMut);
    /// See [`Field::merge_field`].
    ///
    /// # Errors
    /// When the bytes are malformed or the value is out of range.
    fn merge_field(slot: &mut Option<Self>, wire: Wire, input: &mut Reader<'_>) -> Result<(), DecodeError>;
    /// See [`Field::write_field`].
    ///
    /// # Errors
    /// The errors of the serializer.
    fn write_field<S: SerializeStruct>(
        &self,
        out: &mut S,
        camel: &'static str,
        snake: &'static str,
    ) -> Result<(), S::Error>;
    /// See [`Field::merge_field_json`].
    ///
    /// # Errors
    /// When the value is of the wrong kind or out of range.
    fn merge_field_json<'de, D: Deserializer<'de>>(slot: &mut Option<Self>, input: D)
    -> Result<(), D::Error>;
}

#[diagnostic::do_not_recommend]
impl<const AS: u8, T: Value<AS>> Defaulted<AS> for T {
    const TYPE: Type = <Option<T> as Field<AS>>::TYPE;
    const CHECKED: bool = T::CHECKED;

    fn register(definitions: &mut Definitions) {
        T::register(definitions);
    }

    fn check_field(&self, rules: &Rules, check: &mut Checker) {
        Field::check_field(self, rules, check);
    }

    #[inline]
    fn field_len(&self, number: u32) -> usize {
        self.member_len(number)
    }

    #[inline]
    fn put_field(&self, number: u32, out: &mut BytesMut) {
        self.put_member(number, out);
    }

    #[inline]
    fn merge_field(slot: &mut Option<Self>, wire: Wire, input: &mut Reader<'_>) -> Result<(), DecodeError> {
        <Option<T> as Field<AS>>::merge_field(slot, wire, input)
    }

    fn write_field<S: SerializeStruct>(
        &self,
        out: &mut S,
        camel: &'static str,
        snake: &'static str,
    ) -> Result<(), S::Error> {
        self.write_member(out, camel, snake)
    }

    fn merge_field_json<'de, D: Deserializer<'de>>(
        slot: &mut Option<Self>,
        input: D,
    ) -> Result<(), D::Error> {
        <Option<T> as Field<AS>>::merge_field_json(slot, input)
    }
}
