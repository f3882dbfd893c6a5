//! Constraints of one value that exclude each other.

use super::Rule;
use super::word::word;
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
                format!("{subject}: `{first}` appears twice; keep one")
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

/// The end of a range that a constraint bounds.
enum Bounds {
    Least(Range, End),
    Most(Range, End),
    /// Both ends of the length.
    Length,
    /// No end.
    Nothing,
}

/// The range that has two ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Range {
    Value,
    Length,
    Items,
    Pairs,
}

/// The value at the end of a range.
#[derive(Clone, Copy)]
enum End {
    Count(u64),
    /// The number belongs to the range.
    Closed(Number),
    /// The number does not belong to the range.
    Open(Number),
    /// The clock of whoever checks.
    Now,
}

const fn bounds(constraint: &Constraint) -> Bounds {
    use Constraint::*;
    match constraint {
        Min(bound) => Bounds::Least(Range::Value, End::Closed(*bound)),
        ExclusiveMin(bound) => Bounds::Least(Range::Value, End::Open(*bound)),
        Future => Bounds::Least(Range::Value, End::Now),
        Max(bound) => Bounds::Most(Range::Value, End::Closed(*bound)),
        ExclusiveMax(bound) => Bounds::Most(Range::Value, End::Open(*bound)),
        Past => Bounds::Most(Range::Value, End::Now),
        Len(_) => Bounds::Length,
        MinLen(count) => Bounds::Least(Range::Length, End::Count(*count)),
        MaxLen(count) => Bounds::Most(Range::Length, End::Count(*count)),
        MinItems(count) => Bounds::Least(Range::Items, End::Count(*count)),
        MaxItems(count) => Bounds::Most(Range::Items, End::Count(*count)),
        MinPairs(count) => Bounds::Least(Range::Pairs, End::Count(*count)),
        MaxPairs(count) => Bounds::Most(Range::Pairs, End::Count(*count)),
        Required | Finite | OneOf(_) | Pattern(_) | Prefix(_) | Suffix(_) | Contains(_) | Format(_)
        | Defined | Within(_) | Unique | Each(_) | Keys(_) | Values(_) => Bounds::Nothing,
    }
}

const fn is_of_now(constraint: &Constraint) -> bool {
    matches!(bounds(constraint), Bounds::Least(_, End::Now) | Bounds::Most(_, End::Now))
}

/// Whether both rules bound the same end, or are the same rule.
fn rival(a: &Constraint, b: &Constraint) -> bool {
    use Bounds::{Least, Length, Most, Nothing};
    match (bounds(a), bounds(b)) {
        (Least(a, _), Least(b, _)) | (Most(a, _), Most(b, _)) => a == b,
        (Length, Least(range, _) | Most(range, _)) | (Least(range, _) | Most(range, _), Length) => {
            range == Range::Length
        }
        (Length, Length) => true,
        (Least(..), Most(..)) | (Most(..), Least(..)) => false,
        (Nothing, _) | (_, Nothing) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// Whether no value is within both rules.
fn is_empty(a: &Constraint, b: &Constraint) -> bool {
    use End::{Closed, Count, Now, Open};
    let (least, most) = match (bounds(a), bounds(b)) {
        (Bounds::Least(of, least), Bounds::Most(same, most))
        | (Bounds::Most(of, most), Bounds::Least(same, least))
            if of == same =>
        {
            (least, most)
        }
        (Bounds::Least(..) | Bounds::Most(..) | Bounds::Length | Bounds::Nothing, _) => return false,
    };
    match (least, most) {
        (Count(least), Count(most)) => least > most,
        (Closed(least), Closed(most)) => order(least, most) == Ordering::Greater,
        (Closed(least) | Open(least), Closed(most) | Open(most)) => order(least, most) != Ordering::Less,
        (Now, Now) => true,
        // Only the clock tells. Counts meet counts alone.
        (Now, Count(_) | Closed(_) | Open(_)) | (Count(_) | Closed(_) | Open(_), Now) => false,
        (Count(_), Closed(_) | Open(_)) | (Closed(_) | Open(_), Count(_)) => false,
    }
}

/// The order of two numbers, both finite, as the parser reads no others.
pub(super) fn order(a: Number, b: Number) -> Ordering {
    match (a, b) {
        (Number::Integer(a), Number::Integer(b))
        | (Number::Span(a), Number::Span(b))
        | (Number::Point(a), Number::Point(b)) => a.cmp(&b),
        (Number::Integer(_) | Number::Real(_) | Number::Span(_) | Number::Point(_), _) => {
            a.as_f64().total_cmp(&b.as_f64())
        }
    }
}
