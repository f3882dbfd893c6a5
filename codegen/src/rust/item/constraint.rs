//! The constraints of a field: `#[field(min = 1, max_len = 100, pattern = "…", items = 1..=50, email)]`.
//!
//! The content of a rule is checked here. When tokens do not tell whether a rule suits the type, the compiler
//! checks it later.

mod clash;
pub(super) mod length;
mod shown;
mod suit;

use super::field::Tag;
use crate::model::{Constraint, Format, Literal, Number};
use crate::rust::attrs::{self, Arg, Range};
use crate::rust::errors::Errors;
use quote::ToTokens;
use std::borrow::Cow;
use syn::{Lit, LitFloat, Type};

/// A constraint and its place.
#[derive(Clone)]
pub(crate) struct Rule {
    /// The constraint.
    pub(crate) constraint: Constraint,
    /// The word, for faults.
    pub(crate) at: proc_macro2::TokenStream,
    /// The compiler's message when the constraint does not suit the type. `None` when it is known to suit.
    pub(crate) misfit: Option<String>,
}

/// The words that begin a constraint. [`is_one`] adds `values` and the words of [`Format`].
const WORDS: [&str; 23] = [
    "required",
    "min",
    "max",
    "exclusive_min",
    "exclusive_max",
    "finite",
    "one_of",
    "len",
    "min_len",
    "max_len",
    "pattern",
    "prefix",
    "suffix",
    "contains",
    "defined",
    "past",
    "future",
    "within",
    "items",
    "unique",
    "pairs",
    "each",
    "keys",
];

/// Whether an argument of `#[field(…)]` is a constraint.
pub(super) fn is_one(arg: &Arg) -> bool {
    let is_format = |word: &str| Format::ALL.iter().any(|(format, _)| *format == word);
    arg.key().is_some_and(|key| {
        let word = key.to_string();
        WORDS.contains(&word.as_str()) || word == "values" || is_format(&word)
    })
}

/// Reads one argument. Most give one rule, a range gives two.
pub(super) fn parse(arg: &Arg, subject: &str, errors: &mut Errors) -> Option<Vec<Rule>> {
    let found = match arg {
        Arg::Word(word) => vec![of_word(&word.to_string()).or_else(|| refuse(arg, subject, errors))?],
        Arg::Set(key, value) => of_value(&key.to_string(), value, arg, subject, errors)?,
        Arg::Range(key, range) => of_range(&key.to_string(), range, arg, subject, errors)?,
        Arg::Array(key, values) if key == "one_of" => vec![one_of(values, arg, subject, errors)?],
        Arg::List(key, args) => vec![inner(&key.to_string(), args, arg, subject, errors)?],
        Arg::Array(..) | Arg::Literal(_) => refuse(arg, subject, errors)?,
    };
    let rule = |constraint| Rule { constraint, at: arg.to_token_stream(), misfit: None };
    Some(found.into_iter().map(rule).collect())
}

/// Checks the rules between the constraints of one field, and whether they suit its type.
pub(super) fn check(tag: &mut Tag, ty: Option<&Type>, subject: &str, errors: &mut Errors) {
    clash::check(&tag.constraints, subject, errors);
    suit::check(&mut tag.constraints, ty, subject, errors);
    length::check(&tag.constraints, &tag.lengths, subject, errors);
    shown::check(tag, subject, errors);
}

/// Reports constraints in an error: the server checks requests alone.
pub(super) fn refuse_of_answer(tag: &Tag, subject: &str, errors: &mut Errors) {
    for rule in &tag.constraints {
        let word = clash::word(&rule.constraint);
        let text = format!("{subject}: requests are held to constraints, errors are not; remove `{word}`");
        errors.push(&rule.at, text);
    }
}

fn of_word(word: &str) -> Option<Constraint> {
    Some(match word {
        "required" => Constraint::Required,
        "finite" => Constraint::Finite,
        "defined" => Constraint::Defined,
        "past" => Constraint::Past,
        "future" => Constraint::Future,
        "unique" => Constraint::Unique,
        word => {
            let (_, format) = Format::ALL.iter().find(|(format, _)| *format == word)?;
            Constraint::Format(*format)
        }
    })
}

fn of_value(
    key: &str,
    value: &Lit,
    arg: &Arg,
    subject: &str,
    errors: &mut Errors,
) -> Option<Vec<Constraint>> {
    let subject_of = format!("{subject}: `{key}`");
    let constraint = match key {
        "min" => Constraint::Min(number(value, &subject_of, errors)?),
        "max" => Constraint::Max(number(value, &subject_of, errors)?),
        "exclusive_min" => Constraint::ExclusiveMin(number(value, &subject_of, errors)?),
        "exclusive_max" => Constraint::ExclusiveMax(number(value, &subject_of, errors)?),
        "within" => Constraint::Within(distance(value, &subject_of, errors)?),
        "len" => Constraint::Len(attrs::number(value, &subject_of, errors)?),
        "min_len" => Constraint::MinLen(attrs::number(value, &subject_of, errors)?),
        "max_len" => Constraint::MaxLen(attrs::number(value, &subject_of, errors)?),
        "items" | "pairs" => {
            let range = Range { from: Some(value.clone()), to: Some(value.clone()) };
            return of_range(key, &range, arg, subject, errors);
        }
        "pattern" => Constraint::Pattern(pattern(value, &subject_of, errors)?),
        "prefix" => Constraint::Prefix(text(value, &subject_of, errors)?),
        "suffix" => Constraint::Suffix(text(value, &subject_of, errors)?),
        "contains" => Constraint::Contains(text(value, &subject_of, errors)?),
        _ => refuse(arg, subject, errors)?,
    };
    Some(vec![constraint])
}

/// A function that makes a constraint from a count.
type Counted = fn(u64) -> Constraint;

fn of_range(
    key: &str,
    range: &Range,
    arg: &Arg,
    subject: &str,
    errors: &mut Errors,
) -> Option<Vec<Constraint>> {
    let (min, max): (Counted, Counted) = match key {
        "len" => (Constraint::MinLen, Constraint::MaxLen),
        "items" => (Constraint::MinItems, Constraint::MaxItems),
        "pairs" => (Constraint::MinPairs, Constraint::MaxPairs),
        _ => refuse(arg, subject, errors)?,
    };
    let subject = format!("{subject}: `{key}`");
    let mut end = |end: &Option<Lit>| match end {
        None => Some(None),
        Some(value) => attrs::number::<u64>(value, &subject, errors).map(Some),
    };
    let (from, to) = (end(&range.from)?, end(&range.to)?);
    Some(from.map(min).into_iter().chain(to.map(max)).collect())
}

fn one_of(values: &[Lit], arg: &Arg, subject: &str, errors: &mut Errors) -> Option<Constraint> {
    if values.is_empty() {
        errors.push(arg, format!("{subject}: `one_of` names no value, so that none fits; name one"));
        return None;
    }
    let subject = format!("{subject}: `one_of`");
    let literal = |value: &Lit| match value {
        Lit::Str(text) => Some(Literal::Text(Cow::Owned(text.value()))),
        other => number(other, &subject, errors).map(Literal::Number),
    };
    let literals: Option<Vec<Literal>> = values.iter().map(literal).collect();
    literals.map(|literals| Constraint::OneOf(literals.into()))
}

/// Reads `each(…)`, `keys(…)` or `values(…)`.
fn inner(key: &str, args: &[Arg], arg: &Arg, subject: &str, errors: &mut Errors) -> Option<Constraint> {
    let make: fn(crate::model::List<Constraint>) -> Constraint = match key {
        "each" => Constraint::Each,
        "keys" => Constraint::Keys,
        "values" => Constraint::Values,
        _ => refuse(arg, subject, errors)?,
    };
    let subject = format!("{subject}: `{key}`");
    let mut rules = Vec::new();
    for arg in args {
        if !is_one(arg) {
            arg.refuse(&subject, "constraints, such as `min_len = 1`", errors);
            return None;
        }
        rules.extend(parse(arg, &subject, errors)?);
    }
    if rules.is_empty() {
        errors
            .push(arg, format!("{subject} has no constraint in it; write one, such as `{key}(min_len = 1)`"));
        return None;
    }
    clash::check(&rules, &subject, errors);
    Some(make(rules.into_iter().map(|rule| rule.constraint).collect()))
}

fn number(value: &Lit, subject: &str, errors: &mut Errors) -> Option<Number> {
    let number = match value {
        Lit::Int(number) => number.base10_parse().ok().map(Number::Integer),
        Lit::Float(number) => {
            LitFloat::base10_parse::<f64>(number).ok().filter(|number| number.is_finite()).map(Number::real)
        }
        Lit::Str(text) => Number::span(&text.value()).or_else(|| Number::point(&text.value())),
        _ => None,
    };
    if number.is_none() {
        let text = format!(
            "{subject}: `{}` is no number; write one such as `5` or `0.5`, a span of time such as `\"1.5s\"`, or a point in \
             time such as `\"2026-01-02T03:04:05Z\"`",
            value.to_token_stream()
        );
        errors.push(value, text);
    }
    number
}

/// Reads a distance to now, as a span of time.
fn distance(value: &Lit, subject: &str, errors: &mut Errors) -> Option<Number> {
    let span = match value {
        Lit::Str(text) => Number::span(&text.value()),
        _ => None,
    };
    let span = span.filter(|span| matches!(span, Number::Span(1..)));
    if span.is_none() {
        let text = format!(
            "{subject}: `{}` is no span of time that a point can be away from now; write one such as `\"1h\"`",
            value.to_token_stream()
        );
        errors.push(value, text);
    }
    span
}

fn text(value: &Lit, subject: &str, errors: &mut Errors) -> Option<Cow<'static, str>> {
    let text = attrs::text(value, subject, errors)?.value();
    if text.is_empty() {
        errors.push(
            value,
            format!("{subject}: every text has the empty one in it; write some, or remove this"),
        );
        return None;
    }
    Some(Cow::Owned(text))
}

fn pattern(value: &Lit, subject: &str, errors: &mut Errors) -> Option<Cow<'static, str>> {
    let text = attrs::text(value, subject, errors)?;
    if let Err(fault) = crate::pattern::check(&text.value()) {
        errors.push(&text, format!("{subject}: {fault}"));
        return None;
    }
    Some(Cow::Owned(text.value()))
}

/// Reports that the word does not accept the value behind it.
fn refuse<T>(arg: &Arg, subject: &str, errors: &mut Errors) -> Option<T> {
    let word = arg.key().map(ToString::to_string).unwrap_or_default();
    let fix = match word.as_str() {
        "min" | "max" | "exclusive_min" | "exclusive_max" => format!("{word} = 1"),
        "min_len" | "max_len" => format!("{word} = 1"),
        "len" => "len = 1..=100".to_owned(),
        "items" | "pairs" => format!("{word} = 1..=50"),
        "pattern" => "pattern = \"^[a-z]+$\"".to_owned(),
        "prefix" | "suffix" | "contains" => format!("{word} = \"…\""),
        "one_of" => "one_of = [1, 2]".to_owned(),
        "within" => "within = \"1h\"".to_owned(),
        "each" | "keys" | "values" => format!("{word}(min_len = 1)"),
        _ => word.clone(),
    };
    errors.push(arg, format!("{subject}: `{word}` is not written so; write `{fix}`"));
    None
}
