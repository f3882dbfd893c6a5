//! `#[example(…)]` on fields and arguments: a literal that the documents show. A list has one for each
//! element.

use crate::model::{Example, Scalar};
use crate::rust::attrs;
use crate::rust::errors::Errors;
use crate::rust::known::{self, known};
use crate::rust::types;
use std::borrow::Cow;
use syn::punctuated::Punctuated;
use syn::{Attribute, Lit, Token, Type};

/// Reads the attribute. The list is empty when it is absent. `None` when it reported a fault.
pub(super) fn read(
    attrs: &[Attribute],
    ty: Option<&Type>,
    subject: &str,
    errors: &mut Errors,
) -> Option<Vec<Example>> {
    let mut examples = Vec::new();
    for attr in attrs::own(attrs, attrs::Own::Example) {
        let literals = attr.parse_args_with(Punctuated::<Lit, Token![,]>::parse_terminated);
        let fix = "write it as in `#[example(7)]`";
        for literal in errors.explain(literals, subject, fix)? {
            examples.push(example(&literal, ty, subject, errors)?);
        }
    }
    let is_list = ty.and_then(types::item).is_some();
    if let (Some(attr), false, 2..) = (attrs::own(attrs, attrs::Own::Example).last(), is_list, examples.len())
    {
        errors
            .push(attr, format!("{subject}: one value has one example; keep one, or make the field a `Vec`"));
        return None;
    }
    Some(examples)
}

fn example(literal: &Lit, ty: Option<&Type>, subject: &str, errors: &mut Errors) -> Option<Example> {
    let (example, kind) = match literal {
        Lit::Str(text) => (Example::Text(Cow::Owned(text.value())), Kind::Text),
        Lit::Bool(value) => (Example::Bool(value.value), Kind::Bool),
        Lit::Int(number) if number.suffix().is_empty() => {
            (Example::Number(Cow::Owned(number.base10_digits().to_owned())), Kind::Integer)
        }
        Lit::Float(number) if number.suffix().is_empty() => {
            let zero = if number.base10_digits().ends_with('.') { "0" } else { "" };
            (Example::Number(Cow::Owned(format!("{}{zero}", number.base10_digits()))), Kind::Real)
        }
        other => {
            errors.push(
                other,
                format!("{subject}: an example is text, a number without suffix, `true` or `false`"),
            );
            return None;
        }
    };
    let one = ty.map(|ty| types::item(ty).or_else(|| types::argument_of(ty, "Option")).unwrap_or(ty));
    let wanted = one.and_then(types::last).map(|(ident, _)| ident.to_string()).unwrap_or_default();
    if fits(kind, &wanted) {
        return Some(example);
    }
    errors.push(literal, format!("{subject}: the example is not a `{wanted}`; write it as in JSON"));
    None
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Integer,
    Real,
    Bool,
}

/// Whether a type can have this form in JSON. A type that only the compiler knows can have any form.
fn fits(kind: Kind, ty: &str) -> bool {
    let Some(known) = known(ty) else { return true };
    match known.kind {
        known::Kind::Scalar(Scalar::Bool) => kind == Kind::Bool,
        known::Kind::Scalar(Scalar::Float | Scalar::Double) => matches!(kind, Kind::Integer | Kind::Real),
        known::Kind::Scalar(Scalar::String | Scalar::Bytes) | known::Kind::Text(_) | known::Kind::Time(_) => {
            kind == Kind::Text
        }
        known::Kind::Scalar(_) => kind == Kind::Integer,
        known::Kind::Container | known::Kind::Wrapper | known::Kind::Unsure | known::Kind::Never(_) => true,
    }
}
