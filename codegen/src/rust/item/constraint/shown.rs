//! Checks that the literals of a field keep its constraints: its default, and the examples that the documents
//! show.

use super::clash::order;
use super::word::word;
use crate::model::{Constraint, Example, Literal, Number};
use crate::pattern;
use crate::rust::errors::Errors;
use crate::rust::item::field::{Default, Tag};
use std::cmp::Ordering;
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

/// Whether a literal keeps a rule. One that does not suit the rule is reported elsewhere.
fn keeps(constraint: &Constraint, value: &Literal) -> bool {
    use Constraint::*;
    let time = as_time(constraint, value).map(Literal::Number);
    let value = time.as_ref().unwrap_or(value);
    let compared = |bound: &Number, fits: fn(Ordering) -> bool| match value {
        Literal::Number(value) => fits(order(*value, *bound)),
        Literal::Text(_) => true,
    };
    let text = match value {
        Literal::Text(text) => Some(text),
        Literal::Number(_) => None,
    };
    let length = || text.map(|text| text.chars().count() as u64);
    match constraint {
        Min(bound) => compared(bound, Ordering::is_ge),
        Max(bound) => compared(bound, Ordering::is_le),
        ExclusiveMin(bound) => compared(bound, Ordering::is_gt),
        ExclusiveMax(bound) => compared(bound, Ordering::is_lt),
        OneOf(literals) => literals.iter().any(|literal| same(literal, value)),
        Len(count) => length().is_none_or(|length| length == *count),
        MinLen(count) => length().is_none_or(|length| length >= *count),
        MaxLen(count) => length().is_none_or(|length| length <= *count),
        Pattern(pattern) => text.is_none_or(|text| pattern::matches(pattern, text)),
        Prefix(part) => text.is_none_or(|text| text.starts_with(part.as_ref())),
        Suffix(part) => text.is_none_or(|text| text.ends_with(part.as_ref())),
        Contains(part) => text.is_none_or(|text| text.contains(part.as_ref())),
        // The runtime checks formats, the enum knows its names, and now is not yet.
        Format(_) | Defined | Past | Future | Within(_) => true,
        // A literal is finite, and it is one value.
        Required | Finite | MinItems(_) | MaxItems(_) | Unique | MinPairs(_) | MaxPairs(_) | Each(_)
        | Keys(_) | Values(_) => true,
    }
}

fn same(a: &Literal, b: &Literal) -> bool {
    match (a, b) {
        (Literal::Number(a), Literal::Number(b)) => order(*a, *b).is_eq(),
        (a, b) => a == b,
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
