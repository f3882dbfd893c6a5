//! Checks that constraints suit the type of their field. When tokens do not tell, an assertion leaves it to
//! the compiler.

use super::Rule;
use super::word::word;
use crate::model::{Constraint, Element, Number, Scalar, Type as Kind};
use crate::rust::errors::Errors;
use crate::rust::item::Encoding;
use crate::rust::known::known;
use crate::rust::types;
use syn::Type;

/// Reports the constraints that do not suit `ty`. Those that only the compiler can judge keep the text of
/// their fault.
pub(super) fn check(rules: &mut [Rule], ty: Option<&Type>, subject: &str, errors: &mut Errors) {
    for rule in rules {
        let Some(ty) = ty else {
            let text = format!(
                "{subject}: `{}` needs a value to check, and this variant does not hold exactly one; put it on a field",
                word(&rule.constraint)
            );
            errors.push(&rule.at, text);
            continue;
        };
        match kind(ty).map(|kind| rule.constraint.fits(&kind)) {
            Some(true) => {}
            Some(false) => errors.push(&rule.at, misfit(&rule.constraint, ty, subject)),
            None => rule.misfit = Some(misfit(&rule.constraint, ty, subject)),
        }
    }
}

/// The text of a fault: `field `title`: `min` bounds a number, which `String` is not; …`.
fn misfit(constraint: &Constraint, ty: &Type, subject: &str) -> String {
    let (word, printed) = (word(constraint), types::printed(ty));
    let (rule, fix) = match constraint {
        Constraint::Min(Number::Span(_))
        | Constraint::Max(Number::Span(_))
        | Constraint::ExclusiveMin(Number::Span(_))
        | Constraint::ExclusiveMax(Number::Span(_)) => {
            let fix = "bound a number by a number and a point in time by one such as `\"2026-01-02T03:04:05Z\"`, or make the \
                       field a `Duration`";
            ("bounds a span of time here", fix)
        }
        Constraint::Min(Number::Point(_))
        | Constraint::Max(Number::Point(_))
        | Constraint::ExclusiveMin(Number::Point(_))
        | Constraint::ExclusiveMax(Number::Point(_)) => {
            let fix = "bound a number by a number and a span of time by one such as `\"1s\"`, or make the field a `SystemTime`";
            ("bounds a point in time here", fix)
        }
        Constraint::Min(_)
        | Constraint::Max(_)
        | Constraint::ExclusiveMin(_)
        | Constraint::ExclusiveMax(_)
            if is_number(ty) =>
        {
            (
                "bounds a number, and this one cannot have the value",
                "write a bound within its range, or remove it",
            )
        }
        Constraint::Required => ("asks for an optional value", "make the field an `Option`"),
        Constraint::Min(_)
        | Constraint::Max(_)
        | Constraint::ExclusiveMin(_)
        | Constraint::ExclusiveMax(_) => (
            "bounds a number, and this one cannot have the value",
            "bound text with `min_len` and `max_len`, a list with `items`, a span of time with text such as \
             `\"1s\"`, a point in time with text such as `\"2026-01-02T03:04:05Z\"`",
        ),
        Constraint::Finite => ("is for `f32` and `f64`", "remove it"),
        Constraint::OneOf(_) => ("lists values of the field's own type", "list such, or remove it"),
        Constraint::Len(_) | Constraint::MinLen(_) | Constraint::MaxLen(_) => (
            "measures text or bytes",
            "count a list with `items` and a map with `pairs`, bound a number with `min` and `max`",
        ),
        Constraint::Pattern(_)
        | Constraint::Prefix(_)
        | Constraint::Suffix(_)
        | Constraint::Contains(_)
        | Constraint::Format(_) => ("is for text", "make the field a `String`, or remove it"),
        Constraint::Defined => ("is for an enum", "remove it"),
        Constraint::Past | Constraint::Future | Constraint::Within(_) => {
            ("is for a point in time", "make the field one, or remove it")
        }
        Constraint::MinItems(_) | Constraint::MaxItems(_) => {
            ("counts the elements of a list", "measure text with `len`, count a map with `pairs`")
        }
        Constraint::Unique => ("is for a list of scalars or enums", "remove it"),
        Constraint::MinPairs(_) | Constraint::MaxPairs(_) => {
            ("counts the entries of a map", "count a list with `items`")
        }
        Constraint::Each(_) => {
            ("holds rules that suit every element of a list", "make each of them suit, or remove it")
        }
        Constraint::Keys(_) => {
            ("holds rules that suit every key of a map", "make each of them suit, or remove it")
        }
        Constraint::Values(_) => {
            ("holds rules that suit every value of a map", "make each of them suit, or remove it")
        }
    };
    format!("{subject}: `{word}` {rule}, and the type here is `{printed}`; {fix}")
}

/// The kind of a type, as far as tokens tell.
fn kind(ty: &Type) -> Option<Kind> {
    if let Some(item) = types::item(ty) {
        return element(item).map(Kind::Repeated);
    }
    let (ident, arguments) = types::last(ty)?;
    match (ident.to_string().as_str(), arguments.as_slice()) {
        ("Option", [inner]) => element(inner).map(Kind::Optional),
        ("HashMap" | "BTreeMap" | "IndexMap", [key, value, ..]) => match (element(key)?, element(value)?) {
            (Element::Scalar(key), value) => Some(Kind::Map(key, value)),
            _ => None,
        },
        _ => element(ty).map(Kind::Singular),
    }
}

fn is_number(ty: &Type) -> bool {
    let no_number = [Scalar::Bool, Scalar::String, Scalar::Bytes];
    matches!(kind(ty), Some(Kind::Singular(Element::Scalar(scalar)) | Kind::Optional(Element::Scalar(scalar)))
        if !no_number.contains(&scalar))
}

fn element(ty: &Type) -> Option<Element> {
    let (ident, arguments) = types::last(ty)?;
    let name = ident.to_string();
    let scalar = match (name.as_str(), arguments.as_slice()) {
        ("Box" | "Arc" | "Cow", [inner]) if types::is(inner, "str") => Scalar::String,
        ("Vec", [inner]) if types::is(inner, "u8") => Scalar::Bytes,
        (name, []) => known(name)?.kind.scalar(Encoding::Natural)?,
        _ => return None,
    };
    Some(Element::Scalar(scalar))
}
