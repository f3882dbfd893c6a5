//! The messages that protobuf ships, in the special JSON forms of the proto3 JSON mapping.

use super::{Variant, scalars};
use crate::model::{Scalar, TypeName, WellKnown};
use crate::schema::json::{Object, texts};

/// The schema of a well-known type. `None` for other types.
pub(super) fn schema(name: &TypeName, variant: Variant) -> Option<Object> {
    let known = WellKnown::of(name)?;
    let wrapped = |scalar| scalars::schema(scalar, variant.side, variant.numbers);
    let object = || Object::new().with("type", "object");
    Some(match known {
        WellKnown::Timestamp => Object::new().with("type", "string").with("format", "date-time"),
        WellKnown::Duration => Object::new()
            .with("description", "Seconds, such as `1.5s`.")
            .with("type", "string")
            .with("pattern", "^-?[0-9]{1,12}(\\.[0-9]{1,9})?s$"),
        WellKnown::FieldMask => Object::new()
            .with("description", "Paths of fields, with commas between: `title,author.name`.")
            .with("type", "string"),
        WellKnown::Empty => object(),
        WellKnown::Struct => object().with("additionalProperties", true),
        WellKnown::ListValue => Object::new().with("type", "array").with("items", Object::new()),
        // This accepts any JSON.
        WellKnown::Value => Object::new(),
        WellKnown::NullValue => Object::new().with("type", "null"),
        WellKnown::Any => object()
            .with("description", "A message of a type that `@type` names, its fields beside it.")
            .with("properties", Object::new().with("@type", Object::new().with("type", "string")))
            .with("required", texts(["@type"])),
        WellKnown::BoolValue => wrapped(Scalar::Bool),
        WellKnown::StringValue => wrapped(Scalar::String),
        WellKnown::BytesValue => wrapped(Scalar::Bytes),
        WellKnown::Int32Value => wrapped(Scalar::Int32),
        WellKnown::Int64Value => wrapped(Scalar::Int64),
        WellKnown::UInt32Value => wrapped(Scalar::Uint32),
        WellKnown::UInt64Value => wrapped(Scalar::Uint64),
        WellKnown::FloatValue => wrapped(Scalar::Float),
        WellKnown::DoubleValue => wrapped(Scalar::Double),
    })
}

/// Whether a query parameter or a path variable can have the type, because its JSON is one text or number.
pub(in crate::schema) fn is_text(name: &TypeName) -> bool {
    WellKnown::of(name).is_some_and(WellKnown::is_text)
}
