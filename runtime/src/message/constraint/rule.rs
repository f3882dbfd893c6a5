//! The meaning of each constraint, and the words of its violation.

use super::{Given, format};
use polywire_codegen::model::{About, Constraint, Format, Literal, Number};
use polywire_codegen::pattern;
use regex::Regex;
use std::cmp::Ordering;
use std::time::{Duration, SystemTime};

/// The most characters of a pattern that a description shows.
const SHOWN: usize = 200;

/// Compiles a pattern. The macros have compiled it already; a pattern that does not compile lets nothing through.
pub(super) fn compile(pattern: &str) -> Option<Regex> {
    Regex::new(&pattern::rewritten(pattern)).ok()
}

/// Whether one value keeps the constraint. Those of lists and maps count as kept, because they are checked elsewhere.
/// `patterns` gives the next compiled pattern.
pub(super) fn holds<'a>(
    constraint: &Constraint,
    given: &Given<'_>,
    patterns: &mut impl Iterator<Item = &'a Option<Regex>>,
) -> bool {
    use Ordering::{Equal, Greater, Less};
    match (constraint, given) {
        (Constraint::Min(bound), given) => matches!(order(given, *bound), Some(Greater | Equal)),
        (Constraint::Max(bound), given) => matches!(order(given, *bound), Some(Less | Equal)),
        (Constraint::ExclusiveMin(bound), given) => order(given, *bound) == Some(Greater),
        (Constraint::ExclusiveMax(bound), given) => order(given, *bound) == Some(Less),
        (Constraint::Finite, Given::Real(value)) => value.is_finite(),
        (Constraint::Finite, Given::Single(value)) => value.is_finite(),
        (Constraint::OneOf(literals), given) => literals.iter().any(|literal| is(given, literal)),
        (Constraint::Len(count), given) => length(given) == Some(*count),
        (Constraint::MinLen(count), given) => length(given).is_some_and(|length| length >= *count),
        (Constraint::MaxLen(count), given) => length(given).is_some_and(|length| length <= *count),
        (Constraint::Pattern(_), Given::Text(text)) => {
            matches!(patterns.next(), Some(Some(pattern)) if pattern.is_match(text))
        }
        (Constraint::Prefix(prefix), Given::Text(text)) => text.starts_with(prefix.as_ref()),
        (Constraint::Suffix(suffix), Given::Text(text)) => text.ends_with(suffix.as_ref()),
        (Constraint::Contains(part), Given::Text(text)) => text.contains(part.as_ref()),
        (Constraint::Format(format), Given::Text(text)) => format::is(*format, text),
        (Constraint::Defined, Given::Enum { is_defined, .. }) => *is_defined,
        (Constraint::Past, Given::Point(at)) => *at < now(),
        (Constraint::Future, Given::Point(at)) => *at > now(),
        (Constraint::Within(Number::Span(distance)), Given::Point(at)) => (at - now()).abs() <= *distance,
        // A value that is there keeps `Required`. The others are checked with the list or map around it. A rule of
        // values that does not suit this one is not kept; the compiler has seen that there is none.
        (other, _) => !matches!(other.about(), About::Value),
    }
}

/// Whether a list keeps the constraint, apart from its elements.
pub(super) fn holds_of_list(constraint: &Constraint, len: usize, are_unique: impl Fn() -> bool) -> bool {
    match constraint {
        Constraint::MinItems(count) => len as u64 >= *count,
        Constraint::MaxItems(count) => len as u64 <= *count,
        Constraint::Unique => are_unique(),
        other => !matches!(other.about(), About::List),
    }
}

/// Whether a map with this number of entries keeps the constraint.
pub(super) const fn holds_of_map(constraint: &Constraint, entries: usize) -> bool {
    match constraint {
        Constraint::MinPairs(count) => entries as u64 >= *count,
        Constraint::MaxPairs(count) => entries as u64 <= *count,
        other => !matches!(other.about(), About::Map),
    }
}

/// Compares a value with a bound; `None` for NaN, which is on neither side of any bound.
fn order(given: &Given<'_>, bound: Number) -> Option<Ordering> {
    match (given, bound) {
        (Given::Integer(value), Number::Integer(bound))
        | (Given::Span(value), Number::Span(bound))
        | (Given::Point(value), Number::Point(bound)) => Some(value.cmp(&bound)),
        (Given::Real(value), bound) => value.partial_cmp(&bound.as_f64()),
        (Given::Single(value), bound) => value.partial_cmp(&(bound.as_f64() as f32)),
        _ => None,
    }
}

/// Nanoseconds since 1970; negative before it.
fn now() -> i128 {
    let nanos = |time: Duration| i128::try_from(time.as_nanos()).unwrap_or(i128::MAX);
    match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => nanos(since),
        Err(before) => -nanos(before.duration()),
    }
}

fn is(given: &Given<'_>, literal: &Literal) -> bool {
    match (given, literal) {
        (Given::Text(text), Literal::Text(literal)) => text == literal,
        (given, Literal::Number(number)) => order(given, *number) == Some(Ordering::Equal),
        _ => false,
    }
}

/// The length of text in Unicode characters, or of bytes.
fn length(given: &Given<'_>) -> Option<u64> {
    match given {
        Given::Text(text) => Some(text.chars().count() as u64),
        Given::Bytes(bytes) => Some(bytes.len() as u64),
        _ => None,
    }
}

/// The text of a violation, which follows the field's name (`google.rpc.BadRequest.FieldViolation.description`).
pub(super) fn describe(constraint: &Constraint, given: &Given<'_>) -> String {
    let unit = |count: u64| match (given, count) {
        (Given::Bytes(_), 1) => "byte",
        (Given::Bytes(_), _) => "bytes",
        (_, 1) => "character",
        (_, _) => "characters",
    };
    let items = |count: u64| if count == 1 { "item" } else { "items" };
    let entries = |count: u64| if count == 1 { "entry" } else { "entries" };
    match constraint {
        Constraint::Required => "is required".to_owned(),
        Constraint::Min(at @ Number::Point(_)) => format!("must not be before {at}"),
        Constraint::Max(at @ Number::Point(_)) => format!("must not be after {at}"),
        Constraint::ExclusiveMin(at @ Number::Point(_)) => format!("must be after {at}"),
        Constraint::ExclusiveMax(at @ Number::Point(_)) => format!("must be before {at}"),
        Constraint::Min(bound) => format!("must be at least {bound}"),
        Constraint::Max(bound) => format!("must be at most {bound}"),
        Constraint::ExclusiveMin(bound) => format!("must be more than {bound}"),
        Constraint::ExclusiveMax(bound) => format!("must be less than {bound}"),
        Constraint::Finite => "must be finite".to_owned(),
        Constraint::OneOf(literals) => format!("must be one of {}", listed(literals)),
        Constraint::Len(n) => format!("must have exactly {n} {}", unit(*n)),
        Constraint::MinLen(n) => format!("must have at least {n} {}", unit(*n)),
        Constraint::MaxLen(n) => format!("must have at most {n} {}", unit(*n)),
        Constraint::Pattern(pattern) => format!("must match `{}`", shown(pattern)),
        Constraint::Prefix(text) => format!("must begin with `{}`", shown(text)),
        Constraint::Suffix(text) => format!("must end with `{}`", shown(text)),
        Constraint::Contains(text) => format!("must contain `{}`", shown(text)),
        Constraint::Format(format) => format!("must be {}", named(*format)),
        Constraint::Defined => "must be a value that the enum defines".to_owned(),
        Constraint::Past => "must be in the past".to_owned(),
        Constraint::Future => "must be in the future".to_owned(),
        Constraint::Within(distance) => format!("must be within {distance} of now"),
        Constraint::MinItems(n) => format!("must have at least {n} {}", items(*n)),
        Constraint::MaxItems(n) => format!("must have at most {n} {}", items(*n)),
        Constraint::Unique => "must not have an item twice".to_owned(),
        Constraint::MinPairs(n) => format!("must have at least {n} {}", entries(*n)),
        Constraint::MaxPairs(n) => format!("must have at most {n} {}", entries(*n)),
        Constraint::Each(_) | Constraint::Keys(_) | Constraint::Values(_) => String::new(),
    }
}

fn listed(literals: &[Literal]) -> String {
    let all: Vec<String> = literals
        .iter()
        .map(|literal| match literal {
            Literal::Number(number) => number.to_string(),
            Literal::Text(text) => format!("`{text}`"),
        })
        .collect();
    shown(&all.join(", "))
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

const fn named(format: Format) -> &'static str {
    match format {
        Format::Email => "an email address",
        Format::Uuid => "a UUID",
        Format::Uri => "an absolute URI",
        Format::Hostname => "a host name",
        Format::Ip => "an IP address",
        Format::Ipv4 => "an IPv4 address",
        Format::Ipv6 => "an IPv6 address",
    }
}

/// The word by which a program may tell violations apart (`google.rpc.BadRequest.FieldViolation.reason`).
pub(in crate::message) const fn reason(constraint: &Constraint) -> &'static str {
    match constraint {
        Constraint::Required => "REQUIRED",
        Constraint::Min(_) => "MIN",
        Constraint::Max(_) => "MAX",
        Constraint::ExclusiveMin(_) => "EXCLUSIVE_MIN",
        Constraint::ExclusiveMax(_) => "EXCLUSIVE_MAX",
        Constraint::Finite => "FINITE",
        Constraint::OneOf(_) => "ONE_OF",
        Constraint::Len(_) => "LEN",
        Constraint::MinLen(_) => "MIN_LEN",
        Constraint::MaxLen(_) => "MAX_LEN",
        Constraint::Pattern(_) => "PATTERN",
        Constraint::Prefix(_) => "PREFIX",
        Constraint::Suffix(_) => "SUFFIX",
        Constraint::Contains(_) => "CONTAINS",
        Constraint::Format(format) => match format {
            Format::Email => "EMAIL",
            Format::Uuid => "UUID",
            Format::Uri => "URI",
            Format::Hostname => "HOSTNAME",
            Format::Ip => "IP_ADDRESS",
            Format::Ipv4 => "IPV4",
            Format::Ipv6 => "IPV6",
        },
        Constraint::Defined => "DEFINED",
        Constraint::Past => "PAST",
        Constraint::Future => "FUTURE",
        Constraint::Within(_) => "WITHIN",
        Constraint::MinItems(_) => "MIN_ITEMS",
        Constraint::MaxItems(_) => "MAX_ITEMS",
        Constraint::Unique => "UNIQUE",
        Constraint::MinPairs(_) => "MIN_PAIRS",
        Constraint::MaxPairs(_) => "MAX_PAIRS",
        Constraint::Each(_) => "EACH",
        Constraint::Keys(_) => "KEYS",
        Constraint::Values(_) => "VALUES",
    }
}
