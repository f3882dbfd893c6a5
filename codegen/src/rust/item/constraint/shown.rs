//! Checks that the literals of a field keep its constraints: its default, and the examples that the documents
//! show.

use super::clash::{order, word};
use crate::model::{Constraint, Example, Literal, Number, Text};
use crate::pattern;
use crate::rust::errors::Errors;
use crate::rust::item::field::{Default, Tag};
use std::cmp::Ordering::{Equal, Greater, Less};
use syn::Lit;

/// Reports a default or an example that the server would refuse.
pub(super) fn check(tag: &Tag, subject: &str, errors: &mut Errors) {
    let mut faults = Vec::new();
    for rule in &tag.constraints {
        let of_elements = match &rule.constraint {
            Constraint::Each(rules) => rules.as_ref(),
            _ => std::slice::from_ref(&rule.constraint),
        };
        for constraint in of_elements {
            let breaks = |value: &Literal| !keeps(constraint, value);
            if let Some(Default::Value(value)) = &tag.default
                && of_default(value).as_ref().is_some_and(breaks)
            {
                faults.push((rule, format!("the default breaks `{}`; choose another", word(constraint))));
            }
            if let Some(example) = tag.examples.iter().filter_map(of_example).find(breaks) {
                let text =
                    format!("the example {} breaks `{}`; show another", shown(&example), word(constraint));
                faults.push((rule, text));
            }
        }
    }
    for (rule, fault) in faults {
        errors.push(&rule.at, format!("{subject}: {fault}"));
    }
}

fn keeps(constraint: &Constraint, value: &Literal) -> bool {
    let time = as_time(constraint, value).map(Literal::Number);
    match (constraint, time.as_ref().unwrap_or(value)) {
        (Constraint::Min(bound), Literal::Number(value)) => order(*value, *bound) != Less,
        (Constraint::Max(bound), Literal::Number(value)) => order(*value, *bound) != Greater,
        (Constraint::ExclusiveMin(bound), Literal::Number(value)) => order(*value, *bound) == Greater,
        (Constraint::ExclusiveMax(bound), Literal::Number(value)) => order(*value, *bound) == Less,
        (Constraint::OneOf(literals), value) => literals.iter().any(|literal| match (literal, value) {
            (Literal::Number(a), Literal::Number(b)) => order(*a, *b) == Equal,
            (a, b) => a == b,
        }),
        (Constraint::Len(count), Literal::Text(text)) => length(text) == *count,
        (Constraint::MinLen(count), Literal::Text(text)) => length(text) >= *count,
        (Constraint::MaxLen(count), Literal::Text(text)) => length(text) <= *count,
        (Constraint::Pattern(pattern), Literal::Text(text)) => pattern::matches(pattern, text),
        (Constraint::Prefix(part), Literal::Text(text)) => text.starts_with(part.as_ref()),
        (Constraint::Suffix(part), Literal::Text(text)) => text.ends_with(part.as_ref()),
        (Constraint::Contains(part), Literal::Text(text)) => text.contains(part.as_ref()),
        // The runtime checks formats. A literal that does not suit the type is reported elsewhere.
        _ => true,
    }
}

/// The span or point in time in a text, when the constraint bounds one.
fn as_time(constraint: &Constraint, value: &Literal) -> Option<Number> {
    use Constraint::{ExclusiveMax, ExclusiveMin, Max, Min};
    let (Min(bound) | Max(bound) | ExclusiveMin(bound) | ExclusiveMax(bound), Literal::Text(text)) =
        (constraint, value)
    else {
        return None;
    };
    match bound {
        Number::Span(_) => Number::span(text),
        Number::Point(_) => Number::point(text),
        Number::Integer(_) | Number::Real(_) => None,
    }
}

fn length(text: &Text) -> u64 {
    text.chars().count() as u64
}

fn of_default(value: &Lit) -> Option<Literal> {
    match value {
        Lit::Str(text) => Some(Literal::Text(text.value().into())),
        Lit::Int(number) => number.base10_parse().ok().map(Number::Integer).map(Literal::Number),
        Lit::Float(number) => number.base10_parse().ok().map(Number::real).map(Literal::Number),
        _ => None,
    }
}

fn of_example(example: &Example) -> Option<Literal> {
    match example {
        Example::Text(text) => Some(Literal::Text(text.clone())),
        Example::Number(text) => {
            let whole = text.parse().ok().map(Number::Integer);
            whole.or_else(|| text.parse().ok().map(Number::real)).map(Literal::Number)
        }
        Example::Bool(_) => None,
    }
}

fn shown(value: &Literal) -> String {
    match value {
        Literal::Text(text) => format!("{text:?}"),
        Literal::Number(number) => format!("`{number}`"),
    }
}
