//! JSON Schema of enums: by name, or by number when the number has a name.
//!
//! An enum with `#[unknown]` also reads and writes other numbers, as numbers. For every other enum they are a
//! fault, and so is the zero value that only protobuf asks for. When one number has several names, each is
//! read, and the first is written.

use super::Side;
use crate::model::{Constraint, Enum, EnumValue, Others, Zero};
use crate::schema::json::{Json, Object, texts};

/// The schema for the values that are read or written.
pub(super) fn schema(definition: &Enum, side: Side) -> Object {
    let values = match (side, definition.others) {
        (Side::Output, Others::Refused) => names(written(definition)),
        (Side::Output, Others::Kept) => {
            let unnamed = integer().with("not", Object::new().with("enum", Json::List(numbers(definition))));
            either(names(written(definition)), unnamed)
        }
        (Side::Input, Others::Refused) => named(definition),
        (Side::Input, Others::Kept) => either(names(read(definition)), integer()),
    };
    described(definition, values)
}

/// The input schema of a field with `defined`: only values that have a name.
pub(super) fn defined(definition: &Enum) -> Object {
    described(definition, named(definition))
}

/// The schema for values by name or by number.
fn named(definition: &Enum) -> Object {
    let names = read(definition).map(|value| Json::from(value.name.to_string()));
    Object::new().with("enum", Json::List(names.chain(numbers(definition)).collect()))
}

/// The schema of a path variable or a query parameter: a name, or a number without a name.
pub(super) fn parameter(definition: &Enum, rules: &[Constraint]) -> Object {
    let names = names(read(definition));
    match definition.others {
        Others::Kept if !rules.contains(&Constraint::Defined) => either(names, integer()),
        Others::Kept | Others::Refused => names,
    }
}

/// Whether an absent enum is read as its zero value.
pub(super) fn takes_zero(definition: &Enum) -> bool {
    read(definition).any(|value| value.number == 0)
}

/// The values that input may have.
fn read(definition: &Enum) -> impl Iterator<Item = &EnumValue> {
    let has_zero = definition.others == Others::Kept || definition.zero == Zero::Own;
    definition.values.iter().filter(move |value| has_zero || value.number != 0)
}

/// The values that output may have. An alias is never written.
fn written(definition: &Enum) -> impl Iterator<Item = &EnumValue> {
    let is_first = |value: &&EnumValue| {
        let first = definition.values.iter().find(|other| other.number == value.number);
        first.is_some_and(|first| first.name == value.name)
    };
    read(definition).filter(is_first)
}

fn numbers(definition: &Enum) -> Vec<Json> {
    let mut numbers: Vec<i32> = read(definition).map(|value| value.number).collect();
    numbers.dedup();
    numbers.into_iter().map(|number| Json::from(i64::from(number))).collect()
}

fn names<'a>(values: impl Iterator<Item = &'a EnumValue>) -> Object {
    Object::new().with("type", "string").with("enum", texts(values.map(|value| value.name.to_string())))
}

fn integer() -> Object {
    let (least, most) = (i64::from(i32::MIN), i64::from(i32::MAX));
    Object::new().with("type", "integer").with("format", "int32").with("minimum", least).with("maximum", most)
}

fn either(names: Object, numbers: Object) -> Object {
    Object::new().with("anyOf", Json::List(vec![names.into(), numbers.into()]))
}

fn described(definition: &Enum, values: Object) -> Object {
    let mut description = definition.docs.to_string();
    for value in definition.values.iter().filter(|value| !value.docs.is_empty() || value.deprecated) {
        if !description.is_empty() {
            description.push_str("\n\n");
        }
        // JSON Schema has no keyword that describes one value.
        let deprecated = if value.deprecated { "Deprecated. " } else { "" };
        let said = format!("{deprecated}{}", value.docs);
        description.push_str(&format!("`{}`: {}", value.name, said.trim_end()));
    }
    let mut schema = Object::new()
        .with_text("description", &description)
        .with_some("deprecated", definition.deprecated.then_some(true));
    schema.extend(values);
    schema
}
