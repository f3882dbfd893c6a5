//! `google.protobuf.Value`, `Struct`, `ListValue` and `NullValue`: JSON itself as messages.

use super::message::{self, well_known};
use crate::message::codec::enumeration::Enumeration;
use crate::message::codec::json::budget;
use crate::message::codec::oneof::Member;
use crate::message::codec::{self, Element, Message, NATURAL, Reader, Unfit, Wire};
use crate::message::error::DecodeError;
use bytes::BytesMut;
use polywire_codegen::model::{self, Definitions, TypeName};
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Any JSON value: `google.protobuf.Value`.
///
/// ```
/// use polywire::{JsonOptions, wkt::Value};
/// let value: Value = JsonOptions::default().read(r#"[1, "two"]"#)?;
/// let Value::List(list) = value else { panic!("a list") };
/// assert_eq!(list.values, [Value::Number(1.0), Value::String("two".to_owned())]);
/// # Ok::<(), polywire::DecodeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// A number; JSON has no infinity and no NaN.
    Number(f64),
    /// Text.
    String(String),
    /// `true` or `false`.
    Bool(bool),
    /// An object.
    Struct(Struct),
    /// A list.
    List(ListValue),
}

/// A JSON object: `google.protobuf.Struct`.
///
/// ```
/// use polywire::{JsonOptions, wkt::{Struct, Value}};
/// let settings: Struct = JsonOptions::default().read(r#"{"dark": true}"#)?;
/// assert_eq!(settings.fields["dark"], Value::Bool(true));
/// # Ok::<(), polywire::DecodeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Struct {
    /// The members by name.
    pub fields: BTreeMap<String, Value>,
}

/// A JSON list: `google.protobuf.ListValue`.
///
/// ```
/// use polywire::{JsonOptions, wkt::{ListValue, Value}};
/// let list = ListValue { values: vec![Value::Bool(true), Value::Null] };
/// assert_eq!(JsonOptions::default().write(&list)?, "[true,null]");
/// # Ok::<(), polywire::Status>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListValue {
    /// The elements.
    pub values: Vec<Value>,
}

/// The only value of JSON's `null`: `google.protobuf.NullValue`.
///
/// ```
/// use polywire::{JsonOptions, Message, wkt::NullValue};
///
/// #[derive(Message)]
/// struct Patch {
///     price: NullValue,
/// }
/// assert_eq!(JsonOptions::default().write(&Patch { price: NullValue })?, r#"{"price":null}"#);
/// # Ok::<(), polywire::Status>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct NullValue;

well_known!(Struct { fields: BTreeMap<String, Value> = 1 } write_struct, read_struct);
well_known!(ListValue { values: Vec<Value> = 1 } write_list, read_list);

fn write_struct<S: Serializer>(object: &Struct, out: S) -> Result<S::Ok, S::Error> {
    out.collect_map(&object.fields)
}

fn write_list<S: Serializer>(list: &ListValue, out: S) -> Result<S::Ok, S::Error> {
    out.collect_seq(&list.values)
}

fn read_struct<'de, D: Deserializer<'de>>(input: D) -> Result<Struct, D::Error> {
    struct Object;

    impl<'de> Visitor<'de> for Object {
        type Value = Struct;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Struct, A::Error> {
            object(map)
        }
    }
    input.deserialize_map(Object)
}

fn read_list<'de, D: Deserializer<'de>>(input: D) -> Result<ListValue, D::Error> {
    struct List;

    impl<'de> Visitor<'de> for List {
        type Value = ListValue;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<ListValue, A::Error> {
            list(seq)
        }
    }
    input.deserialize_seq(List)
}

fn object<'de, A: MapAccess<'de>>(mut map: A) -> Result<Struct, A::Error> {
    let level = budget::enter()?;
    let mut fields = BTreeMap::new();
    while let Some((name, value)) = map.next_entry()? {
        budget::count()?;
        if fields.insert(name, value).is_some() {
            return Err(de::Error::custom("duplicate member of an object"));
        }
    }
    drop(level);
    Ok(Struct { fields })
}

fn list<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<ListValue, A::Error> {
    let level = budget::enter()?;
    let mut values = Vec::new();
    while let Some(value) = seq.next_element()? {
        budget::count()?;
        values.push(value);
    }
    drop(level);
    Ok(ListValue { values })
}

/// The members of the `oneof`. Each holds the data of the variant of that name; `null_value` stands for `Null`.
const FIELDS: [model::Field; 6] = [
    message::field("null_value", 1, <NullValue as codec::Field>::TYPE),
    message::field("number_value", 2, <f64 as codec::Field>::TYPE),
    message::field("string_value", 3, <String as codec::Field>::TYPE),
    message::field("bool_value", 4, <bool as codec::Field>::TYPE),
    message::field("struct_value", 5, <Struct as codec::Field>::TYPE),
    message::field("list_value", 6, <ListValue as codec::Field>::TYPE),
];

/// Runs `$run` with the value and number of the member that is set.
macro_rules! with_member {
    ($value:expr, |$member:ident, $number:ident| $run:expr) => {
        match $value {
            Value::Null => {
                let ($member, $number) = (&NullValue, 1);
                $run
            }
            Value::Number($member) => {
                let $number = 2;
                $run
            }
            Value::String($member) => {
                let $number = 3;
                $run
            }
            Value::Bool($member) => {
                let $number = 4;
                $run
            }
            Value::Struct($member) => {
                let $number = 5;
                $run
            }
            Value::List($member) => {
                let $number = 6;
                $run
            }
        }
    };
}

impl Message for Value {
    const NAME: TypeName = TypeName::in_package("google.protobuf", "Value");
    const SCHEMA: &'static model::Message = &model::Message {
        name: Self::NAME,
        docs: Cow::Borrowed(""),
        fields: Cow::Borrowed(&FIELDS),
        oneof: Some(Cow::Borrowed("kind")),
        reserved: model::Reserved::NONE,
        deprecated: false,
    };
    type Slots = Option<Self>;
    const JSON_NULL: bool = true;

    fn register_fields(definitions: &mut Definitions) {
        <NullValue as codec::Value>::register(definitions);
        <Struct as codec::Value>::register(definitions);
        <ListValue as codec::Value>::register(definitions);
    }

    fn fields_len(&self) -> usize {
        with_member!(self, |member, number| Member::<NATURAL>::member_len(member, number))
    }

    fn put_fields(&self, out: &mut BytesMut) {
        with_member!(self, |member, number| Member::<NATURAL>::put_member(member, number, out));
    }

    fn merge_field(
        slots: &mut Option<Self>,
        number: u32,
        wire: Wire,
        input: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        fn fresh<T>(_: Value) -> Option<T> {
            None
        }
        match number {
            1 => <NullValue as Member<NATURAL>>::merge_member(slots, wire, input, fresh, |NullValue| {
                Self::Null
            }),
            2 => <f64 as Member<NATURAL>>::merge_member(slots, wire, input, fresh, Self::Number),
            3 => <String as Member<NATURAL>>::merge_member(slots, wire, input, fresh, Self::String),
            4 => <bool as Member<NATURAL>>::merge_member(slots, wire, input, fresh, Self::Bool),
            5 => {
                let get = |value| if let Self::Struct(object) = value { Some(object) } else { None };
                <Struct as Member<NATURAL>>::merge_member(slots, wire, input, get, Self::Struct)
            }
            6 => {
                let get = |value| if let Self::List(list) = value { Some(list) } else { None };
                <ListValue as Member<NATURAL>>::merge_member(slots, wire, input, get, Self::List)
            }
            _ => input.skip(number, wire),
        }
    }

    fn put_json<S: ser::SerializeStruct>(&self, out: &mut S) -> Result<(), S::Error> {
        out.serialize_field("value", self)
    }

    fn merge_json<'de, D: Deserializer<'de>>(
        slots: &mut Option<Self>,
        _: usize,
        value: D,
    ) -> Result<(), D::Error> {
        *slot_of(slots) = Self::read_json(value)?;
        Ok(())
    }

    fn finish(slots: Option<Self>) -> Result<Self, Unfit> {
        slots.ok_or(Unfit::absent("kind"))
    }

    fn write_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => out.serialize_unit(),
            Self::Number(number) if number.is_finite() => out.serialize_f64(*number),
            Self::Number(number) => Err(ser::Error::custom(format_args!("a JSON value cannot be {number}"))),
            Self::String(text) => out.serialize_str(text),
            Self::Bool(value) => out.serialize_bool(*value),
            Self::Struct(object) => object.serialize(out),
            Self::List(list) => list.serialize(out),
        }
    }

    fn read_json<'de, D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(ValueVisitor)
    }
}

fn slot_of(slots: &mut Option<Value>) -> &mut Value {
    slots.get_or_insert(Value::Null)
}

message::serde!(Value);

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Value, D::Error> {
        input.deserialize_any(self)
    }
    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        object(map).map(Value::Struct)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Value, A::Error> {
        list(seq).map(Value::List)
    }
}

impl Enumeration for NullValue {
    const NAME: TypeName = TypeName::in_package("google.protobuf", "NullValue");
    const SCHEMA: &'static model::Enum = &model::Enum {
        name: Self::NAME,
        docs: Cow::Borrowed(""),
        values: Cow::Borrowed(&[model::EnumValue {
            name: Cow::Borrowed("NULL_VALUE"),
            number: 0,
            docs: Cow::Borrowed(""),
            deprecated: false,
        }]),
        reserved: model::Reserved::NONE,
        others: model::Others::Kept,
        zero: model::Zero::Own,
        deprecated: false,
    };
    fn number(&self) -> i32 {
        0
    }
    /// The only value, whatever the number: the enum is open.
    fn from_number(_: i32) -> Option<Self> {
        Some(Self)
    }
}

impl codec::Value for NullValue {
    const ELEMENT: model::Element = model::Element::Enum(<Self as Enumeration>::NAME);
    const WIRE: Wire = Wire::Varint;
    const JSON_NULL: bool = true;

    fn register(definitions: &mut Definitions) {
        codec::enumeration::register::<Self>(definitions);
    }
    fn is_default(&self) -> bool {
        true
    }
    fn len(&self) -> usize {
        1
    }
    fn put(&self, out: &mut BytesMut) {
        codec::enumeration::put(self, out);
    }
    fn take(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        codec::enumeration::take(input)
    }
    fn absent() -> Option<Self> {
        Some(Self)
    }
    fn to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_unit()
    }
    fn from_json<'de, D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Option::<Cow<'de, str>>::deserialize(input).and_then(|text| match text.as_deref() {
            None | Some("NULL_VALUE") => Ok(Self),
            Some(other) => Err(de::Error::invalid_value(de::Unexpected::Str(other), &"null")),
        })
    }
}

impl Element for NullValue {}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<Struct> for Value {
    fn from(object: Struct) -> Self {
        Self::Struct(object)
    }
}

impl From<ListValue> for Value {
    fn from(list: ListValue) -> Self {
        Self::List(list)
    }
}
