//! Members of a `oneof`. A member is written even when it is the default, and the last one that is read wins.
//!
//! A variant with named fields is written through a [`View`] of them, so that encoding never clones.

use super::{Field, NATURAL, Reader, Value, Wire, json, wire};
use crate::message::codec::check::Checker;
use crate::message::constraint::Rules;
use crate::message::error::DecodeError;
use bytes::BytesMut;
use polywire_codegen::model::{Definitions, Type};
use serde::ser::SerializeStruct;
use serde::{Deserializer, Serialize, Serializer};

/// A value as a member of a `oneof`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a member of a `oneof`",
    note = "a variant holds one value: a scalar, a `String`, bytes, or a message, an enum or a newtype that has `#[derive(polywire::Message)]`"
)]
pub trait Member<const AS: u8 = NATURAL>: Sized {
    /// The type in the schema.
    const TYPE: Type;
    /// Whether the member can have constraints ([`Value::CHECKED`]).
    const CHECKED: bool;
    /// Adds the definitions that the member reaches.
    fn register(definitions: &mut Definitions);
    /// Checks the member, and everything inside of it, against constraints.
    fn check_field(&self, rules: &Rules, check: &mut Checker);

    /// The encoded size, with the tag.
    fn member_len(&self, number: u32) -> usize;

    /// Writes the member with its tag.
    fn put_member(&self, number: u32, out: &mut BytesMut);

    /// Reads one occurrence. `get` takes the value out of an earlier occurrence, so that messages can merge.
    ///
    /// # Errors
    /// When the bytes are malformed or the value is out of range.
    fn merge_member<M>(
        slot: &mut Option<M>,
        wire: Wire,
        input: &mut Reader<'_>,
        get: fn(M) -> Option<Self>,
        set: fn(Self) -> M,
    ) -> Result<(), DecodeError>;

    /// Writes the member in JSON, under the name that the style asks for.
    ///
    /// # Errors
    /// The errors of the serializer.
    fn write_member<S: SerializeStruct>(
        &self,
        out: &mut S,
        camel: &'static str,
        snake: &'static str,
    ) -> Result<(), S::Error>;

    /// Reads the member from JSON; `null` leaves it unset.
    ///
    /// # Errors
    /// When the value is of the wrong kind or out of range.
    fn merge_member_json<'de, M, D: Deserializer<'de>>(
        slot: &mut Option<M>,
        input: D,
        set: fn(Self) -> M,
    ) -> Result<(), D::Error>;
}

#[diagnostic::do_not_recommend]
impl<const AS: u8, T: Value<AS>> Member<AS> for T {
    const TYPE: Type = <T as Field<AS>>::TYPE;
    const CHECKED: bool = T::CHECKED;

    fn register(definitions: &mut Definitions) {
        T::register(definitions);
    }

    fn check_field(&self, rules: &Rules, check: &mut Checker) {
        Field::check_field(self, rules, check);
    }

    fn member_len(&self, number: u32) -> usize {
        wire::tag_len(number) + self.len()
    }

    fn put_member(&self, number: u32, out: &mut BytesMut) {
        wire::put_tag(number, Self::WIRE, out);
        self.put(out);
    }

    fn merge_member<M>(
        slot: &mut Option<M>,
        wire: Wire,
        input: &mut Reader<'_>,
        get: fn(M) -> Option<Self>,
        set: fn(Self) -> M,
    ) -> Result<(), DecodeError> {
        let mut value = slot.take().and_then(get);
        // An unknown value leaves the `oneof` unset.
        <Option<Self> as Field<AS>>::merge_field(&mut value, wire, input)?;
        *slot = value.map(set);
        Ok(())
    }

    fn write_member<S: SerializeStruct>(
        &self,
        out: &mut S,
        camel: &'static str,
        snake: &'static str,
    ) -> Result<(), S::Error> {
        json::write_named(out, camel, snake, &json::Out::<AS, Self>(self))
    }

    fn merge_member_json<'de, M, D: Deserializer<'de>>(
        slot: &mut Option<M>,
        input: D,
        set: fn(Self) -> M,
    ) -> Result<(), D::Error> {
        match json::nullable::<AS, Self, D>(input)? {
            Some(_) if slot.is_some() => {
                Err(serde::de::Error::custom("two members of one `oneof` are set; set one"))
            }
            Some(value) => {
                *slot = Some(set(value));
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// The borrowed fields of a struct variant. They encode as a message nested in the message of the enum.
pub trait View {
    /// The number of fields.
    const FIELDS: usize;
    /// See [`Message::fields_len`](super::Message::fields_len).
    fn fields_len(&self) -> usize;
    /// See [`Message::put_fields`](super::Message::put_fields).
    fn put_fields(&self, out: &mut BytesMut);
    /// See [`Message::put_json`](super::Message::put_json).
    ///
    /// # Errors
    /// The errors of the serializer.
    fn put_json<S: SerializeStruct>(&self, out: &mut S) -> Result<(), S::Error>;
    /// See [`Message::check_fields`](super::Message::check_fields).
    fn check_fields(&self, _: &mut Checker) {}
}

/// Checks the fields of a struct variant, the member `name`, against their constraints.
pub fn check_view<V: View>(view: &V, name: &'static str, check: &mut Checker) {
    check.view(view, name);
}

/// The encoded size of a struct variant, with its tag.
pub fn view_len<V: View>(view: &V, number: u32) -> usize {
    let len = view.fields_len();
    wire::tag_len(number) + wire::varint_len(len as u64) + len
}

/// Writes a struct variant with its tag.
pub fn put_view<V: View>(view: &V, number: u32, out: &mut BytesMut) {
    wire::put_tag(number, Wire::Len, out);
    wire::put_varint(view.fields_len() as u64, out);
    view.put_fields(out);
}

/// Writes a struct variant in JSON, under the name that the style asks for.
///
/// # Errors
/// The errors of the serializer.
pub fn write_view<V: View, S: SerializeStruct>(
    view: &V,
    out: &mut S,
    camel: &'static str,
    snake: &'static str,
) -> Result<(), S::Error> {
    struct Out<'a, V>(&'a V);
    impl<V: View> Serialize for Out<'_, V> {
        fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
            let mut out = out.serialize_struct("", V::FIELDS)?;
            self.0.put_json(&mut out)?;
            out.end()
        }
    }
    json::write_named(out, camel, snake, &Out(view))
}
