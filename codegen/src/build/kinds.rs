//! The schema types of the types that Rust, protobuf and known crates define, by name.
//!
//! The runtime's implementations say the same to the compiler. The snapshots hold both to one `.proto`.

use crate::model::{Element, Scalar, TextForm, TypeName};
use crate::rust::item::Encoding;
use std::borrow::Cow;

/// The messages that protobuf ships.
const WELL_KNOWN: &[&str] = &[
    "Any",
    "BoolValue",
    "BytesValue",
    "DoubleValue",
    "Duration",
    "Empty",
    "FieldMask",
    "FloatValue",
    "Int32Value",
    "Int64Value",
    "ListValue",
    "NullValue",
    "StringValue",
    "Struct",
    "Timestamp",
    "UInt32Value",
    "UInt64Value",
    "Value",
];

/// The schema type for a type outside of the sources: from the standard library, the runtime, or a crate that
/// the runtime knows.
pub(super) fn foreign(name: &str) -> Option<Element> {
    Some(match name {
        "SystemTime" | "DateTime" | "OffsetDateTime" | "UtcDateTime" => google("Timestamp"),
        "SignedDuration" | "TimeDelta" => google("Duration"),
        "Uuid" => Element::Text(TextForm::Uuid),
        "Decimal" => Element::Text(TextForm::Decimal),
        name if WELL_KNOWN.contains(&name) => google(name),
        _ => return None,
    })
}

/// A message or enum of `google.protobuf`.
pub(super) fn google(name: &str) -> Element {
    let name =
        TypeName { package: Some(Cow::Borrowed("google.protobuf")), name: Cow::Owned(name.to_owned()) };
    if name.name == "NullValue" { Element::Enum(name) } else { Element::Message(name) }
}

/// The scalar for a Rust type in this encoding.
pub(super) fn scalar(name: &str, encoding: Encoding) -> Option<Scalar> {
    Some(match (name, encoding) {
        ("i32", Encoding::Zigzag) => Scalar::Sint32,
        ("i64", Encoding::Zigzag) => Scalar::Sint64,
        ("u32", Encoding::Fixed) => Scalar::Fixed32,
        ("u64", Encoding::Fixed) => Scalar::Fixed64,
        ("i32", Encoding::Fixed) => Scalar::Sfixed32,
        ("i64", Encoding::Fixed) => Scalar::Sfixed64,
        ("bool", _) => Scalar::Bool,
        ("i8" | "i16" | "i32", _) => Scalar::Int32,
        ("i64", _) => Scalar::Int64,
        ("u8" | "u16" | "u32", _) => Scalar::Uint32,
        ("u64", _) => Scalar::Uint64,
        ("f32", _) => Scalar::Float,
        ("f64", _) => Scalar::Double,
        ("String", _) => Scalar::String,
        ("Bytes", _) => Scalar::Bytes,
        _ => return None,
    })
}
