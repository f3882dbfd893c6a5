//! Constraints as options of protovalidate, extension 1159 of `google.protobuf.FieldOptions`.
//!
//! It writes them as text of a `.proto` and as bytes of a descriptor (`buf/validate/validate.proto`,
//! bufbuild/protovalidate 1.0 and later).

use crate::model::{Constraint, Element, Field, File, Format, List, Literal, NANOS, Number, Scalar, Type};
use std::borrow::Cow;
use std::fmt::Write;

/// The file that defines the options.
pub const IMPORT: &str = "buf/validate/validate.proto";
/// The part of that file that these options need, for compilers that do not have the file.
pub const SUBSET: &str = include_str!("protovalidate/subset.proto");
/// The number of the extension `buf.validate.field`.
const EXTENSION: u32 = 1159;

/// The import that a file with constraints needs.
pub(super) fn import(file: &File) -> Option<&'static str> {
    file.definitions.iter().any(|definition| definition.has_constraints()).then_some(IMPORT)
}

/// The options of a field, as written between brackets: `(buf.validate.field).int32.gte = 1`.
pub(super) fn options(field: &Field) -> Vec<String> {
    let option = |rule: Rule<'_>| {
        let mut out = String::from("(buf.validate.field)");
        for step in &rule.path {
            out.push('.');
            out.push_str(step.name);
        }
        // Writing to a String never fails.
        let _ = write!(out, " = {}", rule.value.text());
        out
    };
    rules(field).into_iter().map(option).collect()
}

/// The bytes of the extension in `FieldOptions`. Empty without constraints.
pub(super) fn extension(field: &Field) -> Vec<u8> {
    let rules = rules(field);
    let mut out = Vec::new();
    if !rules.is_empty() {
        let steps: Vec<(&[Step], &Value<'_>)> =
            rules.iter().map(|rule| (rule.path.as_slice(), &rule.value)).collect();
        put_len(EXTENSION, &message(&steps), &mut out);
    }
    out
}

/// One scalar of `buf.validate.FieldRules`, and the path to it.
struct Rule<'a> {
    path: Vec<Step>,
    value: Value<'a>,
}

/// A field in a message of rules.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Step {
    name: &'static str,
    number: u32,
}

const fn step(name: &'static str, number: u32) -> Step {
    Step { name, number }
}

enum Value<'a> {
    True,
    /// A message without fields.
    Nothing,
    Count(u64),
    Text(&'a str),
    /// A number of the scalar's own type.
    Number(Number, Scalar),
}

fn rules(field: &Field) -> Vec<Rule<'_>> {
    let mut out = Vec::new();
    let element = field.ty.element();
    for constraint in field.constraints.iter() {
        match (constraint, &field.ty) {
            (Constraint::Required, _) => push(&mut out, &[], step("required", 25), Value::True),
            (Constraint::MinItems(n), _) => push(&mut out, &[LIST], step("min_items", 1), Value::Count(*n)),
            (Constraint::MaxItems(n), _) => push(&mut out, &[LIST], step("max_items", 2), Value::Count(*n)),
            (Constraint::Unique, _) => push(&mut out, &[LIST], step("unique", 3), Value::True),
            (Constraint::Each(rules), _) => each(&mut out, &[LIST, step("items", 4)], element, rules),
            (Constraint::MinPairs(n), _) => push(&mut out, &[MAP], step("min_pairs", 1), Value::Count(*n)),
            (Constraint::MaxPairs(n), _) => push(&mut out, &[MAP], step("max_pairs", 2), Value::Count(*n)),
            (Constraint::Keys(rules), Type::Map(key, _)) => {
                each(&mut out, &[MAP, step("keys", 4)], &Element::Scalar(*key), rules);
            }
            (Constraint::Values(rules), _) => each(&mut out, &[MAP, step("values", 5)], element, rules),
            (rule, _) => one(&mut out, &[], element, rule),
        }
    }
    out
}

const LIST: Step = step("repeated", 18);
const MAP: Step = step("map", 19);

fn push<'a>(out: &mut Vec<Rule<'a>>, path: &[Step], last: impl Into<Option<Step>>, value: Value<'a>) {
    out.push(Rule { path: path.iter().copied().chain(last.into()).collect(), value });
}

fn each<'a>(out: &mut Vec<Rule<'a>>, path: &[Step], element: &Element, rules: &'a List<Constraint>) {
    rules.iter().for_each(|rule| one(out, path, element, rule));
}

/// Adds the rules of one value, in the message of its type.
fn one<'a>(out: &mut Vec<Rule<'a>>, path: &[Step], element: &Element, rule: &'a Constraint) {
    let (of, scalar) = match element {
        Element::Scalar(scalar) => (of_scalar(*scalar), *scalar),
        Element::Text(_) => (of_scalar(Scalar::String), Scalar::String),
        Element::Enum(_) => (step("enum", 16), Scalar::Int32),
        Element::Message(_) => return of_time(out, path, rule),
    };
    let path: Vec<Step> = path.iter().copied().chain([of]).collect();
    let mut push = |last: Step, value: Value<'a>| push(out, &path, last, value);
    let is_text = scalar == Scalar::String;
    match rule {
        Constraint::ExclusiveMax(bound) => push(step("lt", 2), Value::Number(*bound, scalar)),
        Constraint::Max(bound) => push(step("lte", 3), Value::Number(*bound, scalar)),
        Constraint::ExclusiveMin(bound) => push(step("gt", 4), Value::Number(*bound, scalar)),
        Constraint::Min(bound) => push(step("gte", 5), Value::Number(*bound, scalar)),
        Constraint::Finite => push(step("finite", 8), Value::True),
        Constraint::OneOf(literals) => {
            for literal in literals.iter() {
                match literal {
                    Literal::Number(number) => push(step("in", 6), Value::Number(*number, scalar)),
                    Literal::Text(text) => push(step("in", 10), Value::Text(text)),
                }
            }
        }
        Constraint::Len(n) => push(step("len", if is_text { 19 } else { 13 }), Value::Count(*n)),
        Constraint::MinLen(n) => push(step("min_len", 2), Value::Count(*n)),
        Constraint::MaxLen(n) => push(step("max_len", 3), Value::Count(*n)),
        Constraint::Pattern(text) => push(step("pattern", 6), Value::Text(text)),
        Constraint::Prefix(text) => push(step("prefix", 7), Value::Text(text)),
        Constraint::Suffix(text) => push(step("suffix", 8), Value::Text(text)),
        Constraint::Contains(text) => push(step("contains", 9), Value::Text(text)),
        Constraint::Format(format) => push(step(format.word(), of_format(*format)), Value::True),
        Constraint::Defined => push(step("defined_only", 2), Value::True),
        Constraint::Required
        | Constraint::Past
        | Constraint::Future
        | Constraint::Within(_)
        | Constraint::MinItems(_)
        | Constraint::MaxItems(_)
        | Constraint::Unique
        | Constraint::MinPairs(_)
        | Constraint::MaxPairs(_)
        | Constraint::Each(_)
        | Constraint::Keys(_)
        | Constraint::Values(_) => {}
    }
}

/// Adds the rules of a span or a point in time. Other messages have only the rules of their own fields.
fn of_time<'a>(out: &mut Vec<Rule<'a>>, path: &[Step], rule: &Constraint) {
    let inside = |of: [Step; 2]| path.iter().copied().chain(of).collect::<Vec<Step>>();
    use Constraint::*;
    let (bound, last) = match rule {
        Past => return push(out, &inside([POINT, step("lt_now", 7)]), None, Value::True),
        Future => return push(out, &inside([POINT, step("gt_now", 8)]), None, Value::True),
        Within(distance) => return time(out, &inside([POINT, step("within", 9)]), *distance),
        ExclusiveMax(bound) => (*bound, step("lt", 3)),
        Max(bound) => (*bound, step("lte", 4)),
        ExclusiveMin(bound) => (*bound, step("gt", 5)),
        Min(bound) => (*bound, step("gte", 6)),
        Required | Finite | OneOf(_) | Len(_) | MinLen(_) | MaxLen(_) | Pattern(_) | Prefix(_)
        | Suffix(_) | Contains(_) | Format(_) | Defined | MinItems(_) | MaxItems(_) | Unique
        | MinPairs(_) | MaxPairs(_) | Each(_) | Keys(_) | Values(_) => return,
    };
    let of = if matches!(bound, Number::Point(_)) { POINT } else { SPAN };
    time(out, &inside([of, last]), bound);
}

/// Adds a `google.protobuf.Duration` or `Timestamp`.
fn time(out: &mut Vec<Rule<'_>>, path: &[Step], bound: Number) {
    let (seconds, nanos) = match bound {
        Number::Span(bound) => (bound / NANOS, bound % NANOS),
        Number::Point(bound) => (bound.div_euclid(NANOS), bound.rem_euclid(NANOS)),
        Number::Integer(_) | Number::Real(_) => return,
    };
    let parts = [(step("seconds", 1), seconds, Scalar::Int64), (step("nanos", 2), nanos, Scalar::Int32)];
    for (part, value, scalar) in parts.into_iter().filter(|(_, value, _)| *value != 0) {
        push(out, path, Some(part), Value::Number(Number::Integer(value), scalar));
    }
    if (seconds, nanos) == (0, 0) {
        push(out, path, None, Value::Nothing);
    }
}

const SPAN: Step = step("duration", 21);
const POINT: Step = step("timestamp", 22);

/// The member of `FieldRules` for a scalar type.
const fn of_scalar(scalar: Scalar) -> Step {
    let number = match scalar {
        Scalar::Float => 1,
        Scalar::Double => 2,
        Scalar::Int32 => 3,
        Scalar::Int64 => 4,
        Scalar::Uint32 => 5,
        Scalar::Uint64 => 6,
        Scalar::Sint32 => 7,
        Scalar::Sint64 => 8,
        Scalar::Fixed32 => 9,
        Scalar::Fixed64 => 10,
        Scalar::Sfixed32 => 11,
        Scalar::Sfixed64 => 12,
        Scalar::Bool => 13,
        Scalar::String => 14,
        Scalar::Bytes => 15,
    };
    step(scalar.keyword(), number)
}

/// The member of `StringRules` for a format.
const fn of_format(format: Format) -> u32 {
    match format {
        Format::Email => 12,
        Format::Hostname => 13,
        Format::Ip => 14,
        Format::Ipv4 => 15,
        Format::Ipv6 => 16,
        Format::Uri => 17,
        Format::Uuid => 22,
    }
}

impl Value<'_> {
    fn text(&self) -> Cow<'static, str> {
        match self {
            Self::True => "true".into(),
            Self::Nothing => "{}".into(),
            Self::Count(count) => count.to_string().into(),
            Self::Number(number, _) => number.to_string().into(),
            Self::Text(text) => quoted(text).into(),
        }
    }

    fn put(&self, field: u32, out: &mut Vec<u8>) {
        let tag = |wire: u32| u64::from(field << 3 | wire);
        match self {
            Self::True => put_varints([tag(0), 1], out),
            Self::Nothing => put_len(field, &[], out),
            Self::Count(count) => put_varints([tag(0), *count], out),
            Self::Text(text) => put_len(field, text.as_bytes(), out),
            Self::Number(number, scalar) => match (scalar, number) {
                (Scalar::Double, number) => put_fixed(tag(1), number.as_f64().to_le_bytes(), out),
                (Scalar::Float, number) => put_fixed(tag(5), (number.as_f64() as f32).to_le_bytes(), out),
                // The bounds of integers are integers in range.
                (_, Number::Real(_) | Number::Span(_) | Number::Point(_)) => {}
                (Scalar::Fixed64 | Scalar::Sfixed64, Number::Integer(value)) => {
                    put_fixed(tag(1), (*value as u64).to_le_bytes(), out);
                }
                (Scalar::Fixed32 | Scalar::Sfixed32, Number::Integer(value)) => {
                    put_fixed(tag(5), (*value as u32).to_le_bytes(), out);
                }
                (Scalar::Sint32 | Scalar::Sint64, Number::Integer(value)) => {
                    let value = *value as i64;
                    put_varints([tag(0), ((value << 1) ^ (value >> 63)) as u64], out);
                }
                (_, Number::Integer(value)) => put_varints([tag(0), *value as u64], out),
            },
        }
    }
}

/// A message made from the paths to its scalars, in the order of field numbers, as protoc writes it.
fn message(rules: &[(&[Step], &Value<'_>)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut numbers: Vec<u32> = rules.iter().map(|(path, _)| path[0].number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    for number in numbers {
        let own: Vec<_> = rules.iter().filter(|(path, _)| path[0].number == number).collect();
        if own.iter().any(|(path, _)| path.len() > 1) {
            let inner: Vec<_> = own.iter().map(|(path, value)| (&path[1..], *value)).collect();
            put_len(number, &message(&inner), &mut out);
        } else {
            own.iter().for_each(|(_, value)| value.put(number, &mut out));
        }
    }
    out
}

fn put_varints(values: [u64; 2], out: &mut Vec<u8>) {
    for mut value in values {
        while value >= 0x80 {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
    }
}

fn put_len(field: u32, bytes: &[u8], out: &mut Vec<u8>) {
    put_varints([u64::from(field << 3 | 2), bytes.len() as u64], out);
    out.extend_from_slice(bytes);
}

fn put_fixed<const N: usize>(tag: u64, bytes: [u8; N], out: &mut Vec<u8>) {
    // The tags of all rules fit into one byte.
    out.push(tag as u8);
    out.extend_from_slice(&bytes);
}

/// A string literal in a `.proto` file.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    // Writing to a String never fails.
                    let _ = write!(out, "\\x{byte:02x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
