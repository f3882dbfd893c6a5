//! Scalars: how the proto3 JSON mapping writes each, and what it reads for it. Formats are those of the OpenAPI format
//! registry.

use super::Side;
use crate::model::Scalar;
use crate::schema::json::{Json, Object, texts};
use std::borrow::Cow;

/// An integer type.
struct Integer {
    format: &'static str,
    least: &'static str,
    most: &'static str,
    /// Its decimal text, as JSON spells a number. The range is the format's.
    pattern: &'static str,
    wide: bool,
}

const SIGNED: &str = "^-?(0|[1-9][0-9]{0,9})$";
const UNSIGNED: &str = "^(0|[1-9][0-9]{0,9})$";
const SIGNED_WIDE: &str = "^-?(0|[1-9][0-9]{0,18})$";
const UNSIGNED_WIDE: &str = "^(0|[1-9][0-9]{0,19})$";

const INT32: Integer =
    Integer { format: "int32", least: "-2147483648", most: "2147483647", pattern: SIGNED, wide: false };
const UINT32: Integer =
    Integer { format: "uint32", least: "0", most: "4294967295", pattern: UNSIGNED, wide: false };
const INT64: Integer = Integer {
    format: "int64",
    least: "-9223372036854775808",
    most: "9223372036854775807",
    pattern: SIGNED_WIDE,
    wide: true,
};
const UINT64: Integer = Integer {
    format: "uint64",
    least: "0",
    most: "18446744073709551615",
    pattern: UNSIGNED_WIDE,
    wide: true,
};

/// Either base64 alphabet, padded or not.
const BASE64: &str = "^(([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}(==)?|[A-Za-z0-9+/]{3}=?)?|([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2}(==)?|[A-Za-z0-9_-]{3}=?)?)$";

fn integer(scalar: Scalar) -> Option<&'static Integer> {
    Some(match scalar {
        Scalar::Int32 | Scalar::Sint32 | Scalar::Sfixed32 => &INT32,
        Scalar::Uint32 | Scalar::Fixed32 => &UINT32,
        Scalar::Int64 | Scalar::Sint64 | Scalar::Sfixed64 => &INT64,
        Scalar::Uint64 | Scalar::Fixed64 => &UINT64,
        _ => return None,
    })
}

fn number(text: &'static str) -> Json {
    Json::Number(Cow::Borrowed(text))
}

/// A scalar in JSON; `numbers` when 64-bit integers are written as numbers where a double holds them.
pub(super) fn schema(scalar: Scalar, side: Side, numbers: bool) -> Object {
    if let Some(integer) = integer(scalar) {
        return of_integer(integer, side, numbers);
    }
    match scalar {
        Scalar::Bool => Object::new().with("type", "boolean"),
        Scalar::String => Object::new().with("type", "string"),
        Scalar::Float => float("float", "^(NaN|-?Infinity|-?(0|[1-9][0-9]{0,30})(\\.[0-9]+)?)$", side),
        Scalar::Double => float(
            "double",
            "^(NaN|-?Infinity|-?(0|[1-9][0-9]{0,30})(\\.[0-9]+)?([eE][+-]?[0-9]{1,2})?)$",
            side,
        ),
        _ => {
            let bytes =
                Object::new().with("type", "string").with("format", "byte").with("contentEncoding", "base64");
            bytes.with_some("pattern", (side == Side::Input).then_some(BASE64))
        }
    }
}

fn of_integer(integer: &Integer, side: Side, numbers: bool) -> Object {
    let Integer { format, least, most, pattern, wide } = integer;
    let both = || Object::new().with("type", texts(["integer", "string"])).with("format", *format);
    match (side, wide, numbers) {
        (Side::Output, false, _) => Object::new().with("type", "integer").with("format", *format),
        (Side::Output, true, false) => {
            Object::new().with("type", "string").with("format", *format).with("pattern", *pattern)
        }
        (Side::Output, true, true) => both().with("pattern", *pattern),
        (Side::Input, ..) => {
            both().with("minimum", number(least)).with("maximum", number(most)).with("pattern", *pattern)
        }
    }
}

fn float(format: &'static str, text: &'static str, side: Side) -> Object {
    let number = Object::new().with("type", "number").with("format", format);
    let other = match side {
        Side::Output => {
            Object::new().with("type", "string").with("enum", texts(["NaN", "Infinity", "-Infinity"]))
        }
        Side::Input => Object::new().with("type", "string").with("pattern", text),
    };
    Object::new().with("anyOf", Json::List(vec![number.into(), other.into()]))
}

/// A scalar in a path or a query.
pub(super) fn parameter(scalar: Scalar) -> Object {
    if let Some(Integer { format, least, most, .. }) = integer(scalar) {
        return Object::new()
            .with("type", "integer")
            .with("format", *format)
            .with("minimum", number(least))
            .with("maximum", number(most));
    }
    match scalar {
        Scalar::Float => Object::new().with("type", "number").with("format", "float"),
        Scalar::Double => Object::new().with("type", "number").with("format", "double"),
        other => schema(other, Side::Input, false),
    }
}

/// The names that a map's members have; nothing when every text is one.
pub(super) fn key(scalar: Scalar) -> Option<Object> {
    if let Some(integer) = integer(scalar) {
        return Some(Object::new().with("format", integer.format).with("pattern", integer.pattern));
    }
    (scalar == Scalar::Bool).then(|| Object::new().with("enum", texts(["true", "false"])))
}
