//! Examples in JSON. A field's example comes from `#[example(…)]`, a message's example from its fields.

use super::{Schemas, Side, Variant, is_required};
use crate::model::{Definition, Element, Example, Field, Scalar, Type, TypeName};
use crate::schema::json::{Json, Object};

/// The depth to which messages are put together.
const DEPTH: usize = 8;

/// The example of a field.
pub(in crate::schema) fn of_field(field: &Field, variant: Variant) -> Option<Json> {
    if field.examples.is_empty() {
        return None;
    }
    let values = || field.examples.iter().map(|example| of_value(example, field.ty.element(), variant));
    match field.ty {
        Type::Repeated(_) => Some(Json::List(values().collect())),
        // A literal cannot be a map.
        Type::Map(..) => None,
        Type::Singular(_) | Type::Optional(_) => values().next(),
    }
}

/// The value of a field that does not arrive.
pub(in crate::schema) fn of_default(field: &Field, variant: Variant) -> Option<Json> {
    let default = field.default.as_ref()?;
    match (default, field.ty.element()) {
        (Example::Text(text), Element::Scalar(Scalar::Bytes)) => Some(base64(text.as_bytes()).into()),
        (default, element) => Some(of_value(default, element, variant)),
    }
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = char::from(ALPHABET[(bits >> (18 - 6 * at) & 63) as usize]);
            out.push(if at as usize <= three.len() { letter } else { '=' });
        }
    }
    out
}

fn of_value(example: &Example, element: &Element, variant: Variant) -> Json {
    match (example, element) {
        (Example::Number(number), Element::Scalar(scalar)) if is_wide(*scalar) && !variant.numbers => {
            number.to_string().into()
        }
        (Example::Number(number), _) => Json::Number(number.to_string().into()),
        (Example::Text(text), _) => text.to_string().into(),
        (Example::Bool(value), _) => (*value).into(),
    }
}

const fn is_wide(scalar: Scalar) -> bool {
    matches!(scalar, Scalar::Int64 | Scalar::Sint64 | Scalar::Sfixed64 | Scalar::Uint64 | Scalar::Fixed64)
}

/// The example of a parameter. It is text, so a wide number is written as it is.
pub(in crate::schema) fn of_parameter(field: &Field, variant: Variant) -> Option<Json> {
    of_field(field, variant.as_text())
}

/// See [`Schemas::example`].
pub(super) fn of_message(
    schemas: &Schemas<'_>,
    package: &str,
    name: &TypeName,
    variant: Variant,
) -> Option<Json> {
    nested(schemas, package, name, variant, DEPTH)
}

fn nested(
    schemas: &Schemas<'_>,
    package: &str,
    name: &TypeName,
    variant: Variant,
    depth: usize,
) -> Option<Json> {
    let Definition::Message(message) = schemas.api.definition(package, name)? else { return None };
    let fields = message.fields.as_ref();
    let one = |field: &Field| value(schemas, package, field, variant, depth);
    let mut object = Object::new();
    if message.oneof.is_some() {
        let (field, example) = fields.iter().find_map(|field| Some((field, one(field)?)))?;
        object.add(variant.name_of(field).to_owned(), example);
        return Some(object.into());
    }
    for field in fields {
        match one(field) {
            // The first member of a `oneof` with an example is shown. The others are absent.
            Some(_) if is_chosen(&object, field, fields, variant) => {}
            Some(example) => object.add(variant.name_of(field).to_owned(), example),
            None if is_required(field, variant.side, schemas.api, package) => return None,
            None => {}
        }
    }
    let says_nothing = object.is_empty() && variant.side == Side::Input && !fields.is_empty();
    (!says_nothing).then(|| object.into())
}

/// Whether another member of the field's `oneof` is there.
fn is_chosen(object: &Object, field: &Field, fields: &[Field], variant: Variant) -> bool {
    field.oneof.is_some()
        && fields.iter().any(|other| other.oneof == field.oneof && object.contains(variant.name_of(other)))
}

fn value(
    schemas: &Schemas<'_>,
    package: &str,
    field: &Field,
    variant: Variant,
    depth: usize,
) -> Option<Json> {
    let inner = || match field.ty.element() {
        Element::Message(name) if depth > 0 => nested(schemas, package, name, variant, depth - 1),
        Element::Message(_) | Element::Scalar(_) | Element::Text(_) | Element::Enum(_) => None,
    };
    of_field(field, variant).or_else(|| match field.ty {
        Type::Singular(_) | Type::Optional(_) => inner(),
        Type::Repeated(_) => inner().map(|item| Json::List(vec![item])),
        Type::Map(..) => None,
    })
}
