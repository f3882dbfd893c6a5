//! Constraints of one value that exclude each other.

use super::Rule;
use crate::model::{Constraint, Number};
use crate::rust::errors::Errors;
use std::cmp::Ordering;

/// Reports rules that are there twice, and bounds that leave no value.
pub(super) fn check(rules: &[Rule], subject: &str, errors: &mut Errors) {
    for (index, rule) in rules.iter().enumerate() {
        let before = &rules[..index];
        if let Some(first) = before.iter().find(|first| rival(&first.constraint, &rule.constraint)) {
            let of_now = is_of_now(&first.constraint) || is_of_now(&rule.constraint);
            let (first, second) = (word(&first.constraint), word(&rule.constraint));
            let text = if first == second {
                format!("{subject}: `{first}` is there twice; keep one")
            } else if of_now {
                format!(
                    "{subject}: `{first}` and `{second}` bound the same end, which has one bound; keep one"
                )
            } else if matches!(rule.constraint, Constraint::Format(_)) {
                format!("{subject}: `{first}` and `{second}`: a text has one format; keep one")
            } else {
                format!("{subject}: `{first}` and `{second}` say the same thing in two ways; keep one")
            };
            errors.push(&rule.at, text);
        } else if let Some(first) = before.iter().find(|first| is_empty(&first.constraint, &rule.constraint))
        {
            let (first, second) = (word(&first.constraint), word(&rule.constraint));
            let text = if first == second {
                format!("{subject}: the range of `{first}` is empty; write the lower end first")
            } else {
                format!("{subject}: no value is within both `{first}` and `{second}`; widen one of them")
            };
            errors.push(&rule.at, text);
        }
    }
}

const fn is_of_now(constraint: &Constraint) -> bool {
    matches!(constraint, Constraint::Past | Constraint::Future)
}

/// Whether both rules bound the same end, or both are formats.
fn rival(a: &Constraint, b: &Constraint) -> bool {
    use Constraint as C;
    let lower = |c: &C| matches!(c, C::Min(_) | C::ExclusiveMin(_) | C::Future);
    let upper = |c: &C| matches!(c, C::Max(_) | C::ExclusiveMax(_) | C::Past);
    let length = |c: &C| matches!(c, C::MinLen(_) | C::MaxLen(_));
    (lower(a) && lower(b))
        || (upper(a) && upper(b))
        || matches!((a, b), (C::Len(_), other) | (other, C::Len(_)) if length(other))
        || std::mem::discriminant(a) == std::mem::discriminant(b)
}

fn is_empty(a: &Constraint, b: &Constraint) -> bool {
    use Constraint as C;
    match (a, b) {
        (C::Past, C::Future) | (C::Future, C::Past) => true,
        (C::MinLen(min), C::MaxLen(max)) | (C::MaxLen(max), C::MinLen(min)) => min > max,
        (C::MinItems(min), C::MaxItems(max)) | (C::MaxItems(max), C::MinItems(min)) => min > max,
        (C::MinPairs(min), C::MaxPairs(max)) | (C::MaxPairs(max), C::MinPairs(min)) => min > max,
        (C::Min(min), C::Max(max)) | (C::Max(max), C::Min(min)) => order(*min, *max) == Ordering::Greater,
        (C::Min(min) | C::ExclusiveMin(min), C::Max(max) | C::ExclusiveMax(max))
        | (C::Max(max) | C::ExclusiveMax(max), C::Min(min) | C::ExclusiveMin(min)) => {
            order(*min, *max) != Ordering::Less
        }
        _ => false,
    }
}

/// The order of two numbers, both finite, as the parser reads no others.
pub(super) fn order(a: Number, b: Number) -> Ordering {
    match (a, b) {
        (Number::Integer(a), Number::Integer(b))
        | (Number::Span(a), Number::Span(b))
        | (Number::Point(a), Number::Point(b)) => a.cmp(&b),
        _ => a.as_f64().total_cmp(&b.as_f64()),
    }
}

/// The word that stands for a constraint in an attribute.
pub(super) fn word(constraint: &Constraint) -> &'static str {
    match constraint {
        Constraint::Required => "required",
        Constraint::Min(_) => "min",
        Constraint::Max(_) => "max",
        Constraint::ExclusiveMin(_) => "exclusive_min",
        Constraint::ExclusiveMax(_) => "exclusive_max",
        Constraint::Finite => "finite",
        Constraint::OneOf(_) => "one_of",
        Constraint::Len(_) => "len",
        Constraint::MinLen(_) => "min_len",
        Constraint::MaxLen(_) => "max_len",
        Constraint::Pattern(_) => "pattern",
        Constraint::Prefix(_) => "prefix",
        Constraint::Suffix(_) => "suffix",
        Constraint::Contains(_) => "contains",
        Constraint::Format(format) => format.word(),
        Constraint::Defined => "defined",
        Constraint::Past => "past",
        Constraint::Future => "future",
        Constraint::Within(_) => "within",
        Constraint::MinItems(_) | Constraint::MaxItems(_) => "items",
        Constraint::Unique => "unique",
        Constraint::MinPairs(_) | Constraint::MaxPairs(_) => "pairs",
        Constraint::Each(_) => "each",
        Constraint::Keys(_) => "keys",
        Constraint::Values(_) => "values",
    }
}
