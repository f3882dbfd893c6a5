//! Scalars: the form that the proto3 JSON mapping writes, and the forms that it reads. Formats are from the
//! OpenAPI format registry.

use super::{Side, digits, limits};
use crate::model::{Constraint, Literal, Number, Scalar, TextForm};
use crate::schema::json::{Json, Object, texts};
use std::borrow::Cow;

/// An integer type.
struct Integer {
    format: &'static str,
    least: &'static str,
    most: &'static str,
    /// The pattern of the decimal text, in JSON's spelling. The format gives the range.
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

/// Any bytes in either base64 alphabet, padded or not.
const BASE64: &str = "^(([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}(==)?|[A-Za-z0-9+/]{3}=?)?|([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2}(==)?|[A-Za-z0-9_-]{3}=?)?)$";

/// The form that scalars share in JSON.
enum Form {
    Integer(&'static Integer),
    /// The word is the format.
    Float(&'static str),
    Bool,
    Text,
    Bytes,
}

const fn form(scalar: Scalar) -> Form {
    match scalar {
        Scalar::Int32 | Scalar::Sint32 | Scalar::Sfixed32 => Form::Integer(&INT32),
        Scalar::Uint32 | Scalar::Fixed32 => Form::Integer(&UINT32),
        Scalar::Int64 | Scalar::Sint64 | Scalar::Sfixed64 => Form::Integer(&INT64),
        Scalar::Uint64 | Scalar::Fixed64 => Form::Integer(&UINT64),
        Scalar::Float | Scalar::Double => Form::Float(scalar.keyword()),
        Scalar::Bool => Form::Bool,
        Scalar::String => Form::Text,
        Scalar::Bytes => Form::Bytes,
    }
}

fn number(text: &'static str) -> Json {
    Json::Number(Cow::Borrowed(text))
}

/// The schema of a scalar in JSON. With `numbers`, 64-bit integers are written as numbers where a double
/// holds them.
pub(super) fn schema(scalar: Scalar, side: Side, numbers: bool) -> Object {
    match form(scalar) {
        Form::Integer(integer) => of_integer(integer, side, numbers),
        Form::Float(format) => float(format, side),
        Form::Bool => Object::new().with("type", "boolean"),
        Form::Text => Object::new().with("type", "string"),
        Form::Bytes => bytes().with_some("pattern", (side == Side::Input).then_some(BASE64)),
    }
}

fn bytes() -> Object {
    Object::new().with("type", "string").with("format", "byte").with("contentEncoding", "base64")
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

/// The pattern of finite numbers as text, within the range of the type.
fn finite(format: &str) -> &'static str {
    match format {
        "float" => "-?(0|[1-9][0-9]{0,30})(\\.[0-9]+)?",
        _ => "-?(0|[1-9][0-9]{0,30})(\\.[0-9]+)?([eE][+-]?[0-9]{1,2})?",
    }
}

fn float(format: &'static str, side: Side) -> Object {
    let number = Object::new().with("type", "number").with("format", format);
    let other = match side {
        Side::Output => {
            Object::new().with("type", "string").with("enum", texts(["NaN", "Infinity", "-Infinity"]))
        }
        Side::Input => {
            let pattern = format!("^(NaN|-?Infinity|{})$", finite(format));
            Object::new().with("type", "string").with("pattern", pattern)
        }
    };
    either(vec![number, other])
}

fn either(choices: Vec<Object>) -> Object {
    Object::new().with("anyOf", Json::List(choices.into_iter().map(Json::from).collect()))
}

/// The input schema of a scalar that keeps `rules`.
pub(super) fn ruled(scalar: Scalar, rules: &[Constraint]) -> Object {
    if rules.is_empty() {
        return schema(scalar, Side::Input, false);
    }
    match form(scalar) {
        Form::Integer(integer) => either(vec![
            ruled_number(integer, rules),
            Object::new().with("type", "string").with("pattern", decimal(integer, rules)),
        ]),
        Form::Float(format) => ruled_float(format, rules),
        Form::Bool => schema(scalar, Side::Input, false),
        Form::Text => limits::text(rules),
        Form::Bytes => {
            let (least, most) = limits::bytes(rules);
            bytes().with("pattern", base64(least, most))
        }
    }
}

/// The number of an integer type within the bounds of `rules`. The type's range applies where there are none.
fn ruled_number(integer: &Integer, rules: &[Constraint]) -> Object {
    let whole = Object::new().with("type", "integer").with("format", integer.format);
    bounded(whole, rules, Some((integer.least, integer.most)))
}

/// Adds the bounds of `rules`, and those of `range` where `rules` have none.
fn bounded(mut schema: Object, rules: &[Constraint], range: Option<(&'static str, &'static str)>) -> Object {
    use Constraint::*;
    let json = |bound: &Number| Json::Number(bound.to_string().into());
    let (mut lower, mut upper) = range.unzip();
    for rule in rules {
        let (word, bound) = match rule {
            Min(bound) => ("minimum", bound),
            ExclusiveMin(bound) => ("exclusiveMinimum", bound),
            Max(bound) => ("maximum", bound),
            ExclusiveMax(bound) => ("exclusiveMaximum", bound),
            OneOf(literals) => {
                (lower, upper) = (None, None);
                schema.add("enum", limits::listed(literals, |number| json(&number)));
                continue;
            }
            Required | Finite | Len(_) | MinLen(_) | MaxLen(_) | Pattern(_) | Prefix(_) | Suffix(_)
            | Contains(_) | Format(_) | Defined | Past | Future | Within(_) | MinItems(_) | MaxItems(_)
            | Unique | MinPairs(_) | MaxPairs(_) | Each(_) | Keys(_) | Values(_) => continue,
        };
        lower = lower.filter(|_| !bounds_below(rule));
        upper = upper.filter(|_| !bounds_above(rule));
        schema.add(word, json(bound));
    }
    schema.with_some("minimum", lower.map(number)).with_some("maximum", upper.map(number))
}

const fn bounds_below(rule: &Constraint) -> bool {
    matches!(rule, Constraint::Min(_) | Constraint::ExclusiveMin(_))
}

const fn bounds_above(rule: &Constraint) -> bool {
    matches!(rule, Constraint::Max(_) | Constraint::ExclusiveMax(_))
}

/// The pattern for the decimal texts of an integer within `rules`.
fn decimal(integer: &Integer, rules: &[Constraint]) -> String {
    use Constraint::*;
    let (Ok(least), Ok(most)) = (integer.least.parse::<i128>(), integer.most.parse::<i128>()) else {
        return integer.pattern.to_owned();
    };
    // At the ends of the type any text with that many digits will do, as the format gives the range.
    let nines = 10_i128.pow(integer.most.len() as u32) - 1;
    let (mut low, mut high) = (if least < 0 { -nines } else { 0 }, nines);
    let mut listed: Option<Vec<i128>> = None;
    for rule in rules {
        match rule {
            Min(bound) => low = bound.as_integer().filter(|bound| *bound > least).unwrap_or(low),
            ExclusiveMin(bound) => low = bound.as_integer().map_or(low, |bound| bound.saturating_add(1)),
            Max(bound) => high = bound.as_integer().filter(|bound| *bound < most).unwrap_or(high),
            ExclusiveMax(bound) => high = bound.as_integer().map_or(high, |bound| bound.saturating_sub(1)),
            OneOf(literals) => listed = Some(literals.iter().filter_map(Literal::as_integer).collect()),
            Required | Finite | Len(_) | MinLen(_) | MaxLen(_) | Pattern(_) | Prefix(_) | Suffix(_)
            | Contains(_) | Format(_) | Defined | Past | Future | Within(_) | MinItems(_) | MaxItems(_)
            | Unique | MinPairs(_) | MaxPairs(_) | Each(_) | Keys(_) | Values(_) => {}
        }
    }
    match listed {
        None => digits::between(low, high),
        Some(values) => {
            let kept = values.into_iter().filter(|value| (low..=high).contains(value));
            format!("^({})$", kept.map(|value| value.to_string()).collect::<Vec<_>>().join("|"))
        }
    }
}

/// The schema of a float within `rules`. Its texts are those that a pattern can check: any finite number, or
/// a name such as `Infinity`.
fn ruled_float(format: &'static str, rules: &[Constraint]) -> Object {
    let is_listed = rules.iter().any(|rule| matches!(rule, Constraint::OneOf(_)));
    let is_finite = rules.contains(&Constraint::Finite);
    let (lower, upper) = (rules.iter().any(bounds_below), rules.iter().any(bounds_above));
    let number = bounded(Object::new().with("type", "number").with("format", format), rules, None);
    if is_listed {
        return number;
    }
    let text = || Object::new().with("type", "string");
    match (lower, upper) {
        (false, false) => either(vec![number, text().with("pattern", format!("^({})$", finite(format)))]),
        (true, false) if !is_finite => either(vec![number, text().with("enum", texts(["Infinity"]))]),
        (false, true) if !is_finite => either(vec![number, text().with("enum", texts(["-Infinity"]))]),
        _ => number,
    }
}

/// The pattern for texts of a number of bytes, in either base64 alphabet, padded or not.
fn base64(least: u64, most: Option<u64>) -> String {
    let alphabets = ["[A-Za-z0-9+/]", "[A-Za-z0-9_-]"].map(|letter| {
        let mut choices = Vec::new();
        for (rest, tail) in ["", "{2}(==)?", "{3}=?"].into_iter().enumerate() {
            let rest = rest as u64;
            let from = least.saturating_sub(rest).div_ceil(3);
            let to = match most {
                Some(most) if most < rest => continue,
                Some(most) => Some((most - rest) / 3),
                None => None,
            };
            if to.is_some_and(|to| to < from) {
                continue;
            }
            let mut choice = match to {
                Some(0) => String::new(),
                Some(to) => format!("({letter}{{4}}){{{from},{to}}}"),
                None => format!("({letter}{{4}}){{{from},}}"),
            };
            if rest > 0 {
                choice.push_str(letter);
                choice.push_str(tail);
            }
            choices.push(choice);
        }
        choices.join("|")
    });
    format!("^({})$", alphabets.join("|"))
}

/// Text in a form of its own. When the constraint has a format too, that one is narrower and wins.
pub(super) fn formed(form: TextForm, rules: &[Constraint]) -> Object {
    let text = limits::text(rules);
    match form.formats() {
        _ if text.contains("format") || text.contains("anyOf") => text,
        [format] => text.with("format", *format),
        several => text.with("anyOf", limits::one_of_formats(several)),
    }
}

/// A scalar in a path or a query.
pub(super) fn parameter(scalar: Scalar, rules: &[Constraint]) -> Object {
    match form(scalar) {
        Form::Integer(integer) => ruled_number(integer, rules),
        Form::Float(format) => {
            bounded(Object::new().with("type", "number").with("format", format), rules, None)
        }
        Form::Bool | Form::Text | Form::Bytes => ruled(scalar, rules),
    }
}

/// The schema for the names of a map's members. `None` when every text is a name.
pub(super) fn key(scalar: Scalar, rules: &[Constraint]) -> Option<Object> {
    match form(scalar) {
        Form::Integer(integer) if rules.is_empty() => {
            Some(Object::new().with("format", integer.format).with("pattern", integer.pattern))
        }
        Form::Integer(integer) => Some(Object::new().with("pattern", decimal(integer, rules))),
        Form::Bool => Some(Object::new().with("enum", texts(["true", "false"]))),
        Form::Text => (!rules.is_empty()).then(|| limits::text(rules)),
        // protobuf has no such keys.
        Form::Float(_) | Form::Bytes => None,
    }
}

/// The key of a map as it stands between the brackets of a parameter's name. It holds no bracket.
pub(super) fn bracketed(scalar: Scalar, rules: &[Constraint]) -> Object {
    let plain = || Object::new().with("pattern", r"^[^\[\]]*$");
    match (scalar, key(scalar, rules)) {
        (_, None) => plain(),
        (Scalar::String, Some(ruled)) => {
            Object::new().with("allOf", Json::List(vec![ruled.into(), plain().into()]))
        }
        (_, Some(ruled)) => ruled,
    }
}

#[cfg(test)]
mod tests {
    use super::base64;
    use regex::Regex;

    #[test]
    fn texts_of_bytes_are_told_by_their_length() {
        let texts = ["", "AA", "AA==", "AAA", "AAA=", "AAAA", "AAAAAA", "AAAAAAA=", "AAAAAAAA", "_-AA"];
        let sizes = [0, 1, 1, 2, 2, 3, 4, 5, 6, 3];
        for least in 0..7 {
            for most in (least..8).map(Some).chain([None]) {
                let pattern = Regex::new(&base64(least, most)).expect("a pattern");
                for (text, size) in texts.iter().zip(sizes) {
                    let fits = least <= size && most.is_none_or(|most| size <= most);
                    assert_eq!(pattern.is_match(text), fits, "{text:?} {least}..={most:?} {pattern}");
                }
            }
        }
    }
}
