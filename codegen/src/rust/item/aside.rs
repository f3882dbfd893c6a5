//! Fields of a struct that are not fields of the message: `#[field(skip)]`, and `#[unknown_fields]`.

use crate::rust::attrs::{self, Arg};
use crate::rust::errors::Errors;
use crate::rust::types;
use syn::punctuated::Punctuated;
use syn::{Ident, Token};

/// The fields of a struct that are not in its message.
#[derive(Clone, Default)]
pub(crate) struct Asides {
    /// Fields that are never on the wire. When read, they have the default of their type.
    pub(crate) skipped: Vec<Ident>,
    /// The field that keeps unknown fields.
    pub(crate) unknown: Option<Ident>,
}

/// Takes these fields out of `fields`, so that they do not count when numbers follow from position.
pub(super) fn take(fields: &mut Punctuated<syn::Field, Token![,]>, errors: &mut Errors) -> Asides {
    let mut asides = Asides::default();
    let all = std::mem::take(fields).into_iter();
    fields.extend(all.filter(|field| {
        let Some(member) = &field.ident else { return true };
        if attrs::own(&field.attrs, attrs::Own::UnknownFields).next().is_some() {
            check_unknown(field, member, asides.unknown.as_ref(), errors);
            asides.unknown = Some(member.clone());
            return false;
        }
        let skips = skips(field, member, errors);
        if skips {
            asides.skipped.push(member.clone());
        }
        !skips
    }));
    asides
}

fn check_unknown(field: &syn::Field, member: &Ident, earlier: Option<&Ident>, errors: &mut Errors) {
    if let Some(earlier) = earlier {
        let text = format!(
            "field `{member}`: field `{earlier}` already keeps the unknown fields; keep one of the two"
        );
        errors.push(member, text);
    }
    if attrs::own(&field.attrs, attrs::Own::Field).next().is_some() {
        let text = format!(
            "field `{member}`: the field that keeps unknown fields has no number or name; remove `#[field(…)]`"
        );
        errors.push(member, text);
    }
    if !types::is(&field.ty, "UnknownFields") {
        let text = format!(
            "field `{member}`: unknown fields are kept as bytes; make the field a `polywire::UnknownFields`"
        );
        errors.push(&field.ty, text);
    }
}

fn skips(field: &syn::Field, member: &Ident, errors: &mut Errors) -> bool {
    // The field parser reports an attribute that cannot be read.
    let args: Vec<Arg> = attrs::own(&field.attrs, attrs::Own::Field)
        .filter_map(|attr| attrs::args(attr).ok())
        .flatten()
        .collect();
    let skips = args.iter().any(|arg| matches!(arg, Arg::Word(word) if word == "skip"));
    if skips && let Some(more) = args.iter().find(|arg| !matches!(arg, Arg::Word(word) if word == "skip")) {
        let text = format!("field `{member}`: a skipped field is never on the wire; remove this, or `skip`");
        errors.push(more, text);
    }
    skips
}
