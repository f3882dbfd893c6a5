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

/// The schema of a scalar in JSON. With `numbers`, 64-bit integers are written as numbers where a double
/// holds them.
pub(super) fn schema(scalar: Scalar, side: Side, numbers: bool) -> Object {
    if let Some(integer) = integer(scalar) {
        return of_integer(integer, side, numbers);
    }
    match scalar {
        Scalar::Bool => Object::new().with("type", "boolean"),
        Scalar::String => Object::new().with("type", "string"),
        Scalar::Float => float("float", side),
        Scalar::Double => float("double", side),
        _ => bytes().with_some("pattern", (side == Side::Input).then_some(BASE64)),
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
    match scalar {
        _ if rules.is_empty() => schema(scalar, Side::Input, false),
        Scalar::String => limits::text(rules),
        Scalar::Float | Scalar::Double => ruled_float(scalar.keyword(), rules),
        Scalar::Bytes => {
            let (least, most) = limits::bytes(rules);
            bytes().with("pattern", base64(least, most))
        }
        _ => match integer(scalar) {
            Some(integer) => either(vec![
                ruled_number(integer, rules),
                Object::new().with("type", "string").with("pattern", decimal(integer, rules)),
            ]),
            None => schema(scalar, Side::Input, false),
        },
    }
}

/// The number of an integer type within the bounds of `rules`. The type's range applies where there are none.
fn ruled_number(integer: &Integer, rules: &[Constraint]) -> Object {
    let whole = Object::new().with("type", "integer").with("format", integer.format);
    bounded(whole, rules, Some((integer.least, integer.most)))
}

/// Adds the bounds of `rules`, and those of `range` where `rules` have none.
fn bounded(mut schema: Object, rules: &[Constraint], range: Option<(&'static str, &'static str)>) -> Object {
    let json = |bound: &Number| Json::Number(bound.to_string().into());
    let (mut lower, mut upper) = range.unzip();
    for rule in rules {
        match rule {
            Constraint::Min(bound) => schema.add("minimum", json(bound)),
            Constraint::ExclusiveMin(bound) => schema.add("exclusiveMinimum", json(bound)),
            Constraint::Max(bound) => schema.add("maximum", json(bound)),
            Constraint::ExclusiveMax(bound) => schema.add("exclusiveMaximum", json(bound)),
            Constraint::OneOf(literals) => {
                schema.add("enum", limits::listed(literals, |number| json(&number)));
            }
            _ => {}
        }
        let (is_list, is_lower) = (
            matches!(rule, Constraint::OneOf(_)),
            matches!(rule, Constraint::Min(_) | Constraint::ExclusiveMin(_)),
        );
        let is_upper = matches!(rule, Constraint::Max(_) | Constraint::ExclusiveMax(_));
        lower = lower.filter(|_| !is_list && !is_lower);
        upper = upper.filter(|_| !is_list && !is_upper);
    }
    schema.with_some("minimum", lower.map(number)).with_some("maximum", upper.map(number))
}

/// The pattern for the decimal texts of an integer within `rules`.
fn decimal(integer: &Integer, rules: &[Constraint]) -> String {
    let (Ok(least), Ok(most)) = (integer.least.parse::<i128>(), integer.most.parse::<i128>()) else {
        return integer.pattern.to_owned();
    };
    // At the ends of the type any text with that many digits will do, as the format gives the range.
    let nines = 10_i128.pow(integer.most.len() as u32) - 1;
    let (mut low, mut high) = (if least < 0 { -nines } else { 0 }, nines);
    let mut listed: Option<Vec<i128>> = None;
    for rule in rules {
        match rule {
            Constraint::Min(Number::Integer(bound)) if *bound > least => low = *bound,
            Constraint::ExclusiveMin(Number::Integer(bound)) => low = bound.saturating_add(1),
            Constraint::Max(Number::Integer(bound)) if *bound < most => high = *bound,
            Constraint::ExclusiveMax(Number::Integer(bound)) => high = bound.saturating_sub(1),
            Constraint::OneOf(literals) => {
                let number = |literal: &Literal| match literal {
                    Literal::Number(Number::Integer(value)) => Some(*value),
                    _ => None,
                };
                listed = Some(literals.iter().filter_map(number).collect());
            }
            _ => {}
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
    let lower = rules.iter().any(|rule| matches!(rule, Constraint::Min(_) | Constraint::ExclusiveMin(_)));
    let upper = rules.iter().any(|rule| matches!(rule, Constraint::Max(_) | Constraint::ExclusiveMax(_)));
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
    if let Some(integer) = integer(scalar) {
        return ruled_number(integer, rules);
    }
    match scalar {
        Scalar::Float | Scalar::Double => {
            bounded(Object::new().with("type", "number").with("format", scalar.keyword()), rules, None)
        }
        other => ruled(other, rules),
    }
}

/// The schema for the names of a map's members. `None` when every text is a name.
pub(super) fn key(scalar: Scalar, rules: &[Constraint]) -> Option<Object> {
    match (scalar, integer(scalar)) {
        (Scalar::String, _) if !rules.is_empty() => Some(limits::text(rules)),
        (_, Some(integer)) if rules.is_empty() => {
            Some(Object::new().with("format", integer.format).with("pattern", integer.pattern))
        }
        (_, Some(integer)) => Some(Object::new().with("pattern", decimal(integer, rules))),
        (Scalar::Bool, _) => Some(Object::new().with("enum", texts(["true", "false"]))),
        _ => None,
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
