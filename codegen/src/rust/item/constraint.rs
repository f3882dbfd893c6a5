//! The constraints of a field: `#[field(min = 1, max_len = 100, pattern = "…", items = 1..=50, email)]`.
//!
//! The content of a rule is checked here. When tokens do not tell whether a rule suits the type, the compiler
//! checks it later.

mod clash;
pub(super) mod length;
mod shown;
mod suit;
mod word;

use super::field::Tag;
use crate::model::{Constraint, List, Literal, Number};
use crate::rust::attrs::{self, Arg};
use crate::rust::errors::Errors;
use quote::ToTokens;
use std::borrow::Cow;
use syn::{Lit, LitFloat, Type};
use word::{Form, Word};

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

/// Whether an argument of `#[field(…)]` is a constraint.
pub(super) fn is_one(arg: &Arg) -> bool {
    word_of(arg).is_some()
}

fn word_of(arg: &Arg) -> Option<Word> {
    arg.key().and_then(|key| Word::read(&key.to_string()))
}

/// Reads one argument. Most give one rule, a range gives two.
pub(super) fn parse(arg: &Arg, subject: &str, errors: &mut Errors) -> Option<Vec<Rule>> {
    let word = word_of(arg)?;
    let of = format!("{subject}: `{}`", word.text());
    let found = match (word.form(), arg) {
        (Form::Alone(constraint), Arg::Word(_)) => vec![constraint],
        (Form::Bound(make), Arg::Set(_, value)) => vec![make(number(value, &of, errors)?)],
        (Form::Distance(make), Arg::Set(_, value)) => vec![make(distance(value, &of, errors)?)],
        (Form::Count(make) | Form::Length(make, ..), Arg::Set(_, value)) => {
            vec![make(attrs::number(value, &of, errors)?)]
        }
        (Form::Size(least, most), Arg::Set(_, value)) => {
            let count = attrs::number(value, &of, errors)?;
            vec![least(count), most(count)]
        }
        (Form::Length(_, least, most) | Form::Size(least, most), Arg::Range(_, range)) => {
            let (from, to) = (end(&range.from, &of, errors)?, end(&range.to, &of, errors)?);
            from.map(least).into_iter().chain(to.map(most)).collect()
        }
        (Form::Pattern(make), Arg::Set(_, value)) => vec![make(pattern(value, &of, errors)?)],
        (Form::Part(make), Arg::Set(_, value)) => vec![make(text(value, &of, errors)?)],
        (Form::OneOf, Arg::Array(_, values)) => vec![one_of(values, arg, &of, errors)?],
        (Form::Rules(make), Arg::List(_, args)) => vec![make(inner(word, args, arg, &of, errors)?)],
        (Form::Alone(_) | Form::Bound(_) | Form::Distance(_) | Form::Count(_) | Form::Length(..), _)
        | (Form::Size(..) | Form::Pattern(_) | Form::Part(_) | Form::OneOf | Form::Rules(_), _) => {
            errors.push(arg, format!("{of} is not written so; write `{}`", word.example()));
            return None;
        }
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
        let word = word::word(&rule.constraint);
        let text = format!("{subject}: constraints are checked in requests, not in errors; remove `{word}`");
        errors.push(&rule.at, text);
    }
}

/// Reads one end of a range. `Some(None)` when it is open.
fn end(end: &Option<Lit>, subject: &str, errors: &mut Errors) -> Option<Option<u64>> {
    match end {
        None => Some(None),
        Some(value) => attrs::number(value, subject, errors).map(Some),
    }
}

fn one_of(values: &[Lit], arg: &Arg, subject: &str, errors: &mut Errors) -> Option<Constraint> {
    if values.is_empty() {
        errors.push(arg, format!("{subject} names no value, so that none fits; name one"));
        return None;
    }
    let literal = |value: &Lit| match value {
        Lit::Str(text) => Some(Literal::Text(Cow::Owned(text.value()))),
        other => number(other, subject, errors).map(Literal::Number),
    };
    let literals: Option<Vec<Literal>> = values.iter().map(literal).collect();
    literals.map(|literals| Constraint::OneOf(literals.into()))
}

/// Reads the rules inside of `each(…)`, `keys(…)` or `values(…)`.
fn inner(
    word: Word,
    args: &[Arg],
    arg: &Arg,
    subject: &str,
    errors: &mut Errors,
) -> Option<List<Constraint>> {
    let mut rules = Vec::new();
    for arg in args {
        if !is_one(arg) {
            arg.refuse(subject, "constraints, such as `min_len = 1`", errors);
            return None;
        }
        rules.extend(parse(arg, subject, errors)?);
    }
    if rules.is_empty() {
        let text = format!("{subject} holds no constraint; write one, such as `{}`", word.example());
        errors.push(arg, text);
        return None;
    }
    clash::check(&rules, subject, errors);
    Some(rules.into_iter().map(|rule| rule.constraint).collect())
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
            "{subject}: `{}` is not a number; write one such as `5` or `0.5`, a span of time such as `\"1.5s\"`, or a point in \
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
            "{subject}: `{}` is not a distance in time from now; write one such as `\"1h\"`",
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
            format!("{subject}: every text contains the empty text; write some text, or remove this"),
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
