//! The messages that protobuf ships, in the special JSON forms of the proto3 JSON mapping.

use super::{Variant, scalars};
use crate::model::{Scalar, TypeName};
use crate::schema::json::{Object, texts};

const GOOGLE: &str = "google.protobuf";

/// The schema of a well-known type. `None` for other types.
pub(super) fn schema(name: &TypeName, variant: Variant) -> Option<Object> {
    if !is(name) {
        return None;
    }
    let wrapped = |scalar| scalars::schema(scalar, variant.side, variant.numbers);
    let object = || Object::new().with("type", "object");
    Some(match name.name.as_ref() {
        "Timestamp" => Object::new().with("type", "string").with("format", "date-time"),
        "Duration" => Object::new()
            .with("description", "Seconds, such as `1.5s`.")
            .with("type", "string")
            .with("pattern", "^-?[0-9]{1,12}(\\.[0-9]{1,9})?s$"),
        "FieldMask" => Object::new()
            .with("description", "Paths of fields, with commas between: `title,author.name`.")
            .with("type", "string"),
        "Empty" => object(),
        "Struct" => object().with("additionalProperties", true),
        "ListValue" => Object::new().with("type", "array").with("items", Object::new()),
        // This accepts any JSON.
        "Value" => Object::new(),
        "NullValue" => Object::new().with("type", "null"),
        "Any" => object()
            .with("description", "A message of a type that `@type` names, its fields beside it.")
            .with("properties", Object::new().with("@type", Object::new().with("type", "string")))
            .with("required", texts(["@type"])),
        "BoolValue" => wrapped(Scalar::Bool),
        "StringValue" => wrapped(Scalar::String),
        "BytesValue" => wrapped(Scalar::Bytes),
        "Int32Value" => wrapped(Scalar::Int32),
        "Int64Value" => wrapped(Scalar::Int64),
        "UInt32Value" => wrapped(Scalar::Uint32),
        "UInt64Value" => wrapped(Scalar::Uint64),
        "FloatValue" => wrapped(Scalar::Float),
        "DoubleValue" => wrapped(Scalar::Double),
        _ => return None,
    })
}

/// Whether it is one of these types.
pub(in crate::schema) fn is(name: &TypeName) -> bool {
    name.package.as_deref() == Some(GOOGLE)
}

/// Whether a query parameter or a path variable can have the type, because its JSON is one text or number.
pub(in crate::schema) fn is_text(name: &TypeName) -> bool {
    let apart = ["Empty", "Struct", "ListValue", "Value", "NullValue", "Any"];
    is(name) && !apart.contains(&name.name.as_ref())
}
