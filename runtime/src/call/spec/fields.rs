//! Compile-time checks of the fields that attributes name.

use polywire_codegen::model::{Element, Field, Message, Scalar, Text, Type, WellKnown};
use std::borrow::Cow;

/// Whether a message has a field of this name.
pub const fn has_field(message: &Message, name: &str) -> bool {
    is_refused(message) || find(message, name).is_some()
}

/// Whether a path can hold the field of this name. It must be one value, and a message only if JSON writes it
/// as text.
pub const fn fits_path(message: &Message, name: &str) -> bool {
    match find(message, name) {
        None => true,
        Some(Field { ty: Type::Singular(element) | Type::Optional(element), .. }) => is_text(element),
        Some(Field { ty: Type::Repeated(_) | Type::Map(..), .. }) => false,
    }
}

/// Whether the field of this name is a text or a whole number, so that its text has one form.
pub const fn fits_key(message: &Message, name: &str) -> bool {
    match find(message, name) {
        None => true,
        Some(Field { ty: Type::Singular(element), .. }) => is_key(element),
        Some(Field { ty: Type::Optional(_) | Type::Repeated(_) | Type::Map(..), .. }) => false,
    }
}

const fn is_key(element: &Element) -> bool {
    match element {
        Element::Scalar(scalar) => match scalar {
            Scalar::Int32
            | Scalar::Int64
            | Scalar::Uint32
            | Scalar::Uint64
            | Scalar::Sint32
            | Scalar::Sint64
            | Scalar::Fixed32
            | Scalar::Fixed64
            | Scalar::Sfixed32
            | Scalar::Sfixed64
            | Scalar::String => true,
            Scalar::Double | Scalar::Float | Scalar::Bool | Scalar::Bytes => false,
        },
        Element::Text(_) => true,
        Element::Message(_) | Element::Enum(_) => false,
    }
}

/// Whether a query can hold the field of this name: no list or map of messages, except messages that JSON
/// writes as text.
pub const fn fits_query(message: &Message, name: &str) -> bool {
    match find(message, name) {
        Some(Field { ty: Type::Repeated(element) | Type::Map(_, element), .. }) => is_text(element),
        None | Some(Field { ty: Type::Singular(_) | Type::Optional(_), .. }) => true,
    }
}

/// Whether the macros have refused the item already. They emit constants for items that they accept.
const fn is_refused(message: &Message) -> bool {
    matches!(message.fields, Cow::Owned(_))
}

const fn find<'a>(message: &'a Message, name: &str) -> Option<&'a Field> {
    let Cow::Borrowed(fields) = &message.fields else { return None };
    let mut index = 0;
    while index < fields.len() {
        if same(&fields[index].name, name) {
            return Some(&fields[index]);
        }
        index += 1;
    }
    None
}

const fn is_text(element: &Element) -> bool {
    match element {
        Element::Scalar(_) | Element::Text(_) | Element::Enum(_) => true,
        Element::Message(name) => matches!(WellKnown::of(name), Some(known) if known.is_text()),
    }
}

const fn same(a: &Text, b: &str) -> bool {
    let Cow::Borrowed(a) = a else { return false };
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut index = 0;
    while index < a.len() {
        if a[index] != b[index] {
            return false;
        }
        index += 1;
    }
    true
}
