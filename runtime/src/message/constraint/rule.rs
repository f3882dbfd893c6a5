//! The meaning of each constraint, and the words of its violation.

use super::{Given, format};
use polywire_codegen::model::{Constraint, Format, Literal, Number};
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
///
/// A rule that does not suit the value is not kept; the compiler has seen that there is none.
pub(super) fn holds<'a>(
    constraint: &Constraint,
    given: &Given<'_>,
    patterns: &mut impl Iterator<Item = &'a Option<Regex>>,
) -> bool {
    use Constraint::*;
    use Ordering::{Equal, Greater, Less};
    match constraint {
        Min(bound) => matches!(order(given, *bound), Some(Greater | Equal)),
        Max(bound) => matches!(order(given, *bound), Some(Less | Equal)),
        ExclusiveMin(bound) => order(given, *bound) == Some(Greater),
        ExclusiveMax(bound) => order(given, *bound) == Some(Less),
        Finite => match given {
            Given::Real(value) => value.is_finite(),
            Given::Single(value) => value.is_finite(),
            Given::Integer(_) | Given::Bool(_) | Given::Text(_) | Given::Bytes(_) | Given::Enum { .. } => {
                false
            }
            Given::Span(_) | Given::Point(_) | Given::Nothing => false,
        },
        OneOf(literals) => literals.iter().any(|literal| is(given, literal)),
        Len(count) => length(given) == Some(*count),
        MinLen(count) => length(given).is_some_and(|length| length >= *count),
        MaxLen(count) => length(given).is_some_and(|length| length <= *count),
        Pattern(_) => {
            let pattern = patterns.next().and_then(Option::as_ref);
            given.text().zip(pattern).is_some_and(|(text, pattern)| pattern.is_match(text))
        }
        Prefix(prefix) => given.text().is_some_and(|text| text.starts_with(prefix.as_ref())),
        Suffix(suffix) => given.text().is_some_and(|text| text.ends_with(suffix.as_ref())),
        Contains(part) => given.text().is_some_and(|text| text.contains(part.as_ref())),
        Format(format) => given.text().is_some_and(|text| format::is(*format, text)),
        Defined => matches!(given, Given::Enum { is_defined: true, .. }),
        Past => given.point().is_some_and(|at| at < now()),
        Future => given.point().is_some_and(|at| at > now()),
        Within(distance) => {
            given.point().zip(distance.as_span()).is_some_and(|(at, distance)| (at - now()).abs() <= distance)
        }
        // A value that is there keeps `required`. The others are checked with the list or map around it.
        Required | MinItems(_) | MaxItems(_) | Unique | MinPairs(_) | MaxPairs(_) | Each(_) | Keys(_)
        | Values(_) => true,
    }
}

/// Whether a list keeps the constraint, apart from its elements.
pub(super) fn holds_of_list(constraint: &Constraint, len: usize, are_unique: impl Fn() -> bool) -> bool {
    use Constraint::*;
    match constraint {
        MinItems(count) => len as u64 >= *count,
        MaxItems(count) => len as u64 <= *count,
        Unique => are_unique(),
        Required | Min(_) | Max(_) | ExclusiveMin(_) | ExclusiveMax(_) | Finite | OneOf(_) | Len(_)
        | MinLen(_) | MaxLen(_) | Pattern(_) | Prefix(_) | Suffix(_) | Contains(_) | Format(_) | Defined
        | Past | Future | Within(_) | MinPairs(_) | MaxPairs(_) | Each(_) | Keys(_) | Values(_) => true,
    }
}

/// Whether a map with this number of entries keeps the constraint.
pub(super) const fn holds_of_map(constraint: &Constraint, entries: usize) -> bool {
    use Constraint::*;
    match constraint {
        MinPairs(count) => entries as u64 >= *count,
        MaxPairs(count) => entries as u64 <= *count,
        Required | Min(_) | Max(_) | ExclusiveMin(_) | ExclusiveMax(_) | Finite | OneOf(_) | Len(_)
        | MinLen(_) | MaxLen(_) | Pattern(_) | Prefix(_) | Suffix(_) | Contains(_) | Format(_) | Defined
        | Past | Future | Within(_) | MinItems(_) | MaxItems(_) | Unique | Each(_) | Keys(_) | Values(_) => {
            true
        }
    }
}

/// Compares a value with a bound; `None` for NaN, which is on neither side of any bound.
fn order(given: &Given<'_>, bound: Number) -> Option<Ordering> {
    match given {
        Given::Integer(value) => bound.as_integer().map(|bound| value.cmp(&bound)),
        Given::Span(value) => bound.as_span().map(|bound| value.cmp(&bound)),
        Given::Point(value) => bound.as_point().map(|bound| value.cmp(&bound)),
        Given::Real(value) => value.partial_cmp(&bound.as_f64()),
        Given::Single(value) => value.partial_cmp(&(bound.as_f64() as f32)),
        Given::Bool(_) | Given::Text(_) | Given::Bytes(_) | Given::Enum { .. } | Given::Nothing => None,
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
    match literal {
        Literal::Text(literal) => given.text() == Some(literal),
        Literal::Number(number) => order(given, *number) == Some(Ordering::Equal),
    }
}

/// The length of text in Unicode characters, or of bytes.
fn length(given: &Given<'_>) -> Option<u64> {
    match given {
        Given::Text(text) => Some(text.chars().count() as u64),
        Given::Bytes(bytes) => Some(bytes.len() as u64),
        Given::Integer(_) | Given::Real(_) | Given::Single(_) | Given::Bool(_) | Given::Enum { .. } => None,
        Given::Span(_) | Given::Point(_) | Given::Nothing => None,
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
        Constraint::Unique => "must not hold an item twice".to_owned(),
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
