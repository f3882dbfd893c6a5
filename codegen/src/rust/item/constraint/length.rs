//! The length that a type sets: `[f64; 3]` is read only from a list of three, `[u8; 32]` only from 32 bytes.
//!
//! Decoding checks it in any case, so no check is generated, and a field without another rule is not given to
//! the checker. The documents show the length as a constraint. Only a length in digits is shown: the build
//! door does not know the value of a constant or an expression.

use super::{Rule, word};
use crate::model::Constraint;
use crate::rust::errors::Errors;
use crate::rust::types;
use std::borrow::Cow;
use syn::{Expr, Lit, Type, TypeArray};

/// The constraints that the type implies.
pub(in crate::rust::item) fn of(ty: &Type) -> Vec<Constraint> {
    if let Type::Array(array) = types::peel(ty) {
        return of_array(array);
    }
    let Some((ident, arguments)) = types::last(ty) else { return Vec::new() };
    match (ident.to_string().as_str(), arguments.as_slice()) {
        ("Option" | "Box" | "Arc", [inner]) => of(inner),
        ("Vec", [inner]) => inside(Constraint::Each, of(inner)),
        ("HashMap" | "BTreeMap" | "IndexMap", [_, value, ..]) => inside(Constraint::Values, of(value)),
        _ => Vec::new(),
    }
}

fn of_array(array: &TypeArray) -> Vec<Constraint> {
    let length = number(&array.len);
    if types::is(&array.elem, "u8") {
        return length.map(Constraint::Len).into_iter().collect();
    }
    let items = length.map(|length| [Constraint::MinItems(length), Constraint::MaxItems(length)]);
    items.into_iter().flatten().chain(inside(Constraint::Each, of(&array.elem))).collect()
}

fn inside(kind: fn(Cow<'static, [Constraint]>) -> Constraint, rules: Vec<Constraint>) -> Vec<Constraint> {
    if rules.is_empty() { rules } else { vec![kind(rules.into())] }
}

fn number(length: &Expr) -> Option<u64> {
    match length {
        Expr::Group(group) => number(&group.expr),
        Expr::Paren(paren) => number(&paren.expr),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(count) => count.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// The written rules, then those of the type. Rules for elements or values are joined in one place.
pub(in crate::rust::item) fn joined(written: &[Rule], of_type: &[Constraint]) -> Vec<Constraint> {
    let mut all: Vec<Constraint> = written.iter().map(|rule| rule.constraint.clone()).collect();
    for constraint in of_type {
        let place = all.iter_mut().find_map(|other| match (other, constraint) {
            (Constraint::Each(rules), Constraint::Each(more))
            | (Constraint::Values(rules), Constraint::Values(more)) => Some((rules, more)),
            _ => None,
        });
        match place {
            Some((rules, more)) => rules.to_mut().extend_from_slice(more),
            None => all.push(constraint.clone()),
        }
    }
    all
}

/// Reports a rule for a length that the type sets already.
pub(super) fn check(rules: &[Rule], of_type: &[Constraint], subject: &str, errors: &mut Errors) {
    for rule in rules {
        if of_type.iter().any(|own| again(own, &rule.constraint)) {
            let word = word::word(&rule.constraint);
            let fix = match rule.constraint.inner() {
                Some(_) => format!("say nothing of it in `{word}`"),
                None => format!("remove `{word}`"),
            };
            let text = format!("{subject}: an array has one length, given by its type; {fix}");
            errors.push(&rule.at, text);
        }
    }
}

fn again(own: &Constraint, rule: &Constraint) -> bool {
    use Constraint::*;
    let inside = |rules: &[Constraint]| {
        let own = own.inner().unwrap_or_default();
        own.iter().any(|own| rules.iter().any(|rule| again(own, rule)))
    };
    match rule {
        Each(rules) => matches!(own, Each(_)) && inside(rules),
        Values(rules) => matches!(own, Values(_)) && inside(rules),
        Len(_) | MinLen(_) | MaxLen(_) => matches!(own, Len(_)),
        MinItems(_) => matches!(own, MinItems(_)),
        MaxItems(_) => matches!(own, MaxItems(_)),
        Required | Min(_) | Max(_) | ExclusiveMin(_) | ExclusiveMax(_) | Finite | OneOf(_) | Pattern(_)
        | Prefix(_) | Suffix(_) | Contains(_) | Format(_) | Defined | Past | Future | Within(_) | Unique
        | MinPairs(_) | MaxPairs(_) | Keys(_) => false,
    }
}
