//! Constraints in JSON Schema: text, lists and maps, and absence. Numbers are in [`super::scalars`].
//!
//! A schema accepts no more than the waist does. It may accept less: a bounded float is accepted as a number,
//! not as text. Rules about time, and patterns that only RE2 can run, are in the description alone. Schema
//! and waist both measure text in code points.
//!
//! Constraints are shown where they are checked: on input. The waist checks requests, and nobody checks an answer.
//! So the `-Input` schema of a type has the constraints, and the other schema has none. Absence counts: a field whose
//! zero breaks its constraints is `required` and never `null`.
//!
//! A number may be text in proto3 JSON, and JSON Schema has no bounds for text. So a range is also a pattern of its
//! decimal texts, and a length of bytes is a pattern of base64. Where JSON Schema has no word for a rule, the schema
//! takes less rather than more: no text of a bounded float, no zone of an IPv6 address.
//!
//! `tests/peers/constraint_rows.py` is one table on which the server, protovalidate for Python and the schema must
//! all agree.

use super::ecma;
use crate::model::{About, Constraint, Element, Format, Literal, Number, Scalar, TextForm, Type};
use crate::schema::json::{Json, Object};

/// Whether an absent field keeps its constraints. Absence means that it is empty, zero, or without a value.
pub(super) fn takes_absence(rules: &[Constraint], ty: &Type) -> bool {
    let holds = |rule: &Constraint| match rule.about() {
        About::Value if !matches!(ty, Type::Singular(_)) => true,
        About::Presence | About::Value | About::List | About::Map | About::Parts => {
            absence_keeps(rule, ty.element())
        }
    };
    rules.iter().all(holds)
}

/// Whether zero keeps a rule of values, and an empty list or map one of theirs.
fn absence_keeps(rule: &Constraint, element: &Element) -> bool {
    use Constraint::*;
    let is_text = element.scalar() == Some(Scalar::String);
    match rule {
        Required => false,
        Min(bound) => bound.as_f64() <= 0.0,
        Max(bound) => bound.as_f64() >= 0.0,
        ExclusiveMin(bound) => bound.as_f64() < 0.0,
        ExclusiveMax(bound) => bound.as_f64() > 0.0,
        OneOf(literals) => literals.iter().any(|literal| match literal {
            Literal::Number(number) => number.as_f64() == 0.0,
            Literal::Text(text) => is_text && text.is_empty(),
        }),
        Len(count) | MinLen(count) => *count == 0,
        Pattern(pattern) => crate::pattern::matches(pattern, ""),
        // None of these texts is empty, and no format accepts empty text.
        Prefix(_) | Suffix(_) | Contains(_) | Format(_) => false,
        MinItems(count) | MinPairs(count) => *count == 0,
        // The enum knows whether it has a zero. A point in time that is absent is not checked.
        Defined | Past | Future | Within(_) => true,
        Finite | MaxLen(_) | MaxItems(_) | Unique | MaxPairs(_) | Each(_) | Keys(_) | Values(_) => true,
    }
}

/// The schema of text that keeps `rules`.
pub(super) fn text(rules: &[Constraint]) -> Object {
    use Constraint::*;
    let (mut schema, mut patterns, mut unsaid) =
        (Object::new().with("type", "string"), Vec::new(), Vec::new());
    for rule in rules {
        match rule {
            Len(count) => {
                schema.add("minLength", *count);
                schema.add("maxLength", *count);
            }
            MinLen(count) => schema.add("minLength", *count),
            MaxLen(count) => schema.add("maxLength", *count),
            OneOf(literals) => schema.add("enum", listed(literals, |_| Json::Null)),
            Pattern(pattern) => match ecma::translated(pattern) {
                Some(pattern) => patterns.push(pattern),
                None => unsaid.push(format!("Matches `{pattern}` (RE2).")),
            },
            Prefix(text) => patterns.push(format!("^{}", ecma::escaped(text))),
            Suffix(text) => patterns.push(format!("{}$", ecma::escaped(text))),
            Contains(text) => patterns.push(ecma::escaped(text)),
            Format(format) => formatted(*format, &mut schema, &mut patterns),
            Required | Min(_) | Max(_) | ExclusiveMin(_) | ExclusiveMax(_) | Finite | Defined | Past
            | Future | Within(_) | MinItems(_) | MaxItems(_) | Unique | MinPairs(_) | MaxPairs(_)
            | Each(_) | Keys(_) | Values(_) => {}
        }
    }
    // Most readers take a format as a remark.
    if rules.iter().any(|rule| matches!(rule, Constraint::Format(_))) && !schema.contains("minLength") {
        schema.add("minLength", 1);
    }
    let mut patterns = patterns.into_iter();
    let first = patterns.next();
    let more = patterns.map(|pattern| Object::new().with("pattern", pattern).into()).collect();
    schema.with_some("pattern", first).with_list("allOf", more).with_text("description", &unsaid.join(" "))
}

/// Adds a format, and the pattern that narrows it to what the waist accepts.
fn formatted(format: Format, schema: &mut Object, patterns: &mut Vec<String>) {
    match format {
        Format::Ip => schema.add("anyOf", one_of_formats(TextForm::Ip.formats())),
        Format::Email | Format::Uuid | Format::Uri | Format::Ipv4 | Format::Ipv6 => {
            schema.add("format", format.word());
        }
        Format::Hostname => {
            schema.add("format", format.word());
            // With digits alone in its last label it would be an address.
            patterns.push("[A-Za-z-][0-9A-Za-z-]*$".to_owned());
        }
    }
}

/// A span or a point in time. JSON Schema cannot bound them, so the description holds the text of `rules`.
pub(super) fn time(mut schema: Object, rules: &[Constraint]) -> Object {
    let mut said: Vec<String> = Vec::new();
    if let Some(Json::Text(own)) = schema.get("description") {
        said.push(own.to_string());
    }
    said.extend(rules.iter().filter_map(said_of_time));
    schema.remove("description");
    let mut head = Object::new().with_text("description", &said.join(" "));
    head.extend(schema);
    head
}

/// The sentence for a rule of a span or a point in time. `None` for other rules.
fn said_of_time(rule: &Constraint) -> Option<String> {
    use Constraint::*;
    match rule {
        Min(at @ Number::Point(_)) => Some(format!("Not before {at}.")),
        Max(at @ Number::Point(_)) => Some(format!("Not after {at}.")),
        ExclusiveMin(at @ Number::Point(_)) => Some(format!("After {at}.")),
        ExclusiveMax(at @ Number::Point(_)) => Some(format!("Before {at}.")),
        Min(bound) => Some(format!("At least {bound}.")),
        Max(bound) => Some(format!("At most {bound}.")),
        ExclusiveMin(bound) => Some(format!("More than {bound}.")),
        ExclusiveMax(bound) => Some(format!("Less than {bound}.")),
        Past => Some("In the past.".to_owned()),
        Future => Some("In the future.".to_owned()),
        Within(distance) => Some(format!("Within {distance} of now.")),
        Required | Finite | OneOf(_) | Len(_) | MinLen(_) | MaxLen(_) | Pattern(_) | Prefix(_)
        | Suffix(_) | Contains(_) | Format(_) | Defined | MinItems(_) | MaxItems(_) | Unique
        | MinPairs(_) | MaxPairs(_) | Each(_) | Keys(_) | Values(_) => None,
    }
}

/// The least and the greatest number of bytes that `rules` allow.
pub(super) fn bytes(rules: &[Constraint]) -> (u64, Option<u64>) {
    use Constraint::*;
    let (mut least, mut most) = (0, None);
    for rule in rules {
        match rule {
            Len(count) => (least, most) = (*count, Some(*count)),
            MinLen(count) => least = *count,
            MaxLen(count) => most = Some(*count),
            Required | Min(_) | Max(_) | ExclusiveMin(_) | ExclusiveMax(_) | Finite | OneOf(_)
            | Pattern(_) | Prefix(_) | Suffix(_) | Contains(_) | Format(_) | Defined | Past | Future
            | Within(_) | MinItems(_) | MaxItems(_) | Unique | MinPairs(_) | MaxPairs(_) | Each(_)
            | Keys(_) | Values(_) => {}
        }
    }
    (least, most)
}

/// The schema of a list or map, with the bounds of its size.
pub(super) fn sized(mut schema: Object, rules: &[Constraint]) -> Object {
    use Constraint::*;
    for rule in rules {
        match rule {
            MinItems(count) => schema.add("minItems", *count),
            MaxItems(count) => schema.add("maxItems", *count),
            Unique => schema.add("uniqueItems", true),
            MinPairs(count) => schema.add("minProperties", *count),
            MaxPairs(count) => schema.add("maxProperties", *count),
            Required | Min(_) | Max(_) | ExclusiveMin(_) | ExclusiveMax(_) | Finite | OneOf(_) | Len(_)
            | MinLen(_) | MaxLen(_) | Pattern(_) | Prefix(_) | Suffix(_) | Contains(_) | Format(_)
            | Defined | Past | Future | Within(_) | Each(_) | Keys(_) | Values(_) => {}
        }
    }
    schema
}

/// The rules for the elements, the keys or the values.
pub(super) fn inner(rules: &[Constraint], of: fn(&Constraint) -> bool) -> &[Constraint] {
    rules.iter().filter(|rule| of(rule)).find_map(Constraint::inner).unwrap_or_default()
}

/// The literals as JSON.
pub(super) fn listed(literals: &[Literal], number: impl Fn(Number) -> Json) -> Json {
    let json = |literal: &Literal| match literal {
        Literal::Number(found) => number(*found),
        Literal::Text(text) => text.to_string().into(),
    };
    Json::List(literals.iter().map(json).collect())
}
/// The choice between text formats.
pub(super) fn one_of_formats(formats: &[&'static str]) -> Json {
    Json::List(formats.iter().map(|format| Object::new().with("format", *format).into()).collect())
}
