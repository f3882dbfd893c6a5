//! A `oneof` among other fields: `#[field(oneof)] choice: Option<Choice>`.
//!
//! `Choice` is an enum with data, and its variants have numbers of their own.

use crate::rust::attrs::{self, Arg};
use crate::rust::errors::Errors;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Ident, Token, Type};

/// A field that is a `oneof`.
#[derive(Clone)]
pub(crate) struct Choice {
    /// The member of the Rust struct.
    pub(crate) member: Ident,
    /// The name of the `oneof`.
    pub(crate) name: String,
    /// The enum with data, or an `Option` of it.
    pub(crate) ty: Type,
}

/// Takes the fields that are a `oneof` out of `fields`.
pub(super) fn take(fields: &mut Punctuated<syn::Field, Token![,]>, errors: &mut Errors) -> Vec<Choice> {
    let (own, others): (Vec<_>, Vec<_>) = std::mem::take(fields).into_iter().partition(is_choice);
    fields.extend(others);
    own.iter().filter_map(|field| parse(field, errors)).collect()
}

fn is_choice(field: &syn::Field) -> bool {
    let is_word = |arg: &Arg| matches!(arg, Arg::Word(word) if word == "oneof");
    attrs::own(&field.attrs, attrs::Own::Field)
        .any(|attr| attrs::args(attr).is_ok_and(|args| args.iter().any(is_word)))
}

fn parse(field: &syn::Field, errors: &mut Errors) -> Option<Choice> {
    let member = field.ident.clone()?;
    let subject = format!("field `{member}`");
    attrs::refuse_cfg(&field.attrs, &subject, errors);
    let mut name = member.unraw().to_string();
    for attr in attrs::own(&field.attrs, attrs::Own::Field) {
        for arg in errors.explain(attrs::args(attr), &subject, "write it as in `#[field(oneof)]`")? {
            match &arg {
                Arg::Word(word) if word == "oneof" => {}
                Arg::Set(key, value) if key == "rename" => {
                    name = super::word(&attrs::text(value, &subject, errors)?, &subject, errors)?;
                }
                other => {
                    other.refuse(&subject, "`oneof`, `rename = \"…\"`; the variants have the numbers", errors)
                }
            }
        }
    }
    if !crate::names::is_word(&name) {
        errors.push(&member, super::no_word(&subject, &name, "#[field(oneof, rename = \"…\")]"));
    }
    Some(Choice { member, name, ty: field.ty.clone() })
}
