//! Enums of unit variants. They are protobuf enums, with the zero value that proto3 asks for.

use super::Head;
use crate::model::{self, EnumValue};
use crate::names;
use crate::rust::attrs::{self, Arg};
use crate::rust::errors::Errors;
use crate::rust::types;
use std::borrow::Cow;
use std::collections::BTreeMap;
use syn::ext::IdentExt;
use syn::{DataEnum, Expr, Fields, Ident, Lit, UnOp};

/// An enum of unit variants.
pub(crate) struct Enumeration {
    /// The type and the name.
    pub(crate) head: Head,
    /// The variants in the order of the item, without the variant for unknown numbers.
    pub(crate) variants: Vec<Variant>,
    /// The variant for unknown numbers: `#[unknown] Other(i32)`.
    pub(crate) unknown: Option<Ident>,
    /// The name of a value 0 that the schema has and the Rust enum does not.
    pub(crate) unspecified: Option<String>,
}

/// A variant with its number.
pub(crate) struct Variant {
    /// The Rust variant.
    pub(crate) ident: Ident,
    /// The protobuf name.
    pub(crate) name: String,
    /// Other names of the same number.
    pub(crate) aliases: Vec<String>,
    /// The number.
    pub(crate) number: i32,
    /// The doc comment.
    pub(crate) docs: String,
    /// Whether it is `#[deprecated]`.
    pub(crate) deprecated: bool,
}

/// Whether a variant may belong to an enum of unit variants.
pub(super) fn is_value(variant: &syn::Variant) -> bool {
    matches!(variant.fields, Fields::Unit) || attrs::own(&variant.attrs, attrs::Own::Unknown).next().is_some()
}

/// Reads an enum of unit variants.
pub(super) fn parse(head: Head, data: &DataEnum, errors: &mut Errors) -> Option<Enumeration> {
    let (mut variants, mut unknown) = (Vec::new(), None);
    let mut next = 1;
    let known = data
        .variants
        .iter()
        .filter(|variant| attrs::own(&variant.attrs, attrs::Own::Unknown).next().is_none());
    let expected = known.clone().count();
    for variant in known {
        let parsed = parse_variant(&head, variant, next, errors);
        next = parsed.as_ref().map_or(next, |variant| variant.number).saturating_add(1);
        variants.extend(parsed);
    }
    for variant in data.variants.iter().filter(|v| attrs::own(&v.attrs, attrs::Own::Unknown).next().is_some())
    {
        if unknown.replace(variant.ident.clone()).is_some() {
            let text =
                format!("enum `{}`: one variant keeps unknown numbers; remove this `#[unknown]`", head.ident);
            errors.push(&variant.ident, text);
        }
        check_unknown(variant, errors);
    }
    let whole = variants.len() == expected;
    check_numbers(&head, &variants, errors);
    let unspecified = unspecified(&head, &variants, errors);
    (whole && !variants.is_empty()).then_some(Enumeration { head, variants, unknown, unspecified })
}

fn parse_variant(head: &Head, variant: &syn::Variant, next: i32, errors: &mut Errors) -> Option<Variant> {
    let ident = &variant.ident;
    let subject = format!("variant `{ident}`");
    attrs::refuse_cfg(&variant.attrs, &subject, errors);
    let mut name = names::enum_value(last_word(&head.name.name), &ident.unraw().to_string());
    let mut aliases = Vec::new();
    let mut number = match &variant.discriminant {
        Some((_, value)) => discriminant(value, &subject, errors)?,
        None => next,
    };
    for attr in attrs::own(&variant.attrs, attrs::Own::Field) {
        for arg in errors.explain(attrs::args(attr), &subject, "write it as in `#[field(3)]`")? {
            match &arg {
                Arg::Literal(value) => number = attrs::number(value, &subject, errors)?,
                Arg::Set(key, value) if key == "rename" => {
                    name = super::word(&attrs::text(value, &subject, errors)?, &subject, errors)?;
                }
                Arg::Set(key, value) if key == "alias" => {
                    aliases.push(super::word(&attrs::text(value, &subject, errors)?, &subject, errors)?);
                }
                other => other.refuse(&subject, "a number, `rename = \"…\"`, `alias = \"…\"`", errors),
            }
        }
    }
    if !names::is_word(&name) {
        errors.push(ident, super::no_word(&subject, &name, "#[field(rename = \"…\")]"));
    }
    let (docs, deprecated) = (attrs::docs(&variant.attrs), attrs::deprecated(&variant.attrs));
    Some(Variant { ident: ident.clone(), name, aliases, number, docs, deprecated })
}

/// The last word of a name: `Outer.Inner` gives `Inner`.
fn last_word(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default()
}

fn discriminant(value: &Expr, subject: &str, errors: &mut Errors) -> Option<i32> {
    let number = match value {
        Expr::Lit(literal) => integer(&literal.lit, ""),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match &*unary.expr {
            Expr::Lit(literal) => integer(&literal.lit, "-"),
            _ => None,
        },
        _ => None,
    };
    if number.is_none() {
        let text =
            format!("{subject}: the number of an enum value is part of the schema; write an `i32` literal");
        errors.push(value, text);
    }
    number
}

fn integer(literal: &Lit, sign: &str) -> Option<i32> {
    match literal {
        Lit::Int(number) => format!("{sign}{}", number.base10_digits()).parse().ok(),
        _ => None,
    }
}

fn check_unknown(variant: &syn::Variant, errors: &mut Errors) {
    let holds_number = match &variant.fields {
        Fields::Unnamed(fields) => fields.unnamed.len() == 1 && types::is(&fields.unnamed[0].ty, "i32"),
        _ => false,
    };
    if !holds_number {
        let text = format!(
            "variant `{0}`: it keeps numbers that the enum does not know, and these are `i32`; write `{0}(i32)`",
            variant.ident
        );
        errors.push(&variant.fields, text);
    }
    let inner = variant.fields.iter().flat_map(|field| attrs::own(&field.attrs, attrs::Own::Field)).next();
    if let Some(attr) = inner {
        let rule = "the number in it takes no attribute; remove this";
        errors.push(attr, format!("variant `{}`: {rule}", variant.ident));
    }
}

fn check_numbers(head: &Head, variants: &[Variant], errors: &mut Errors) {
    let (mut numbers, mut values) = (BTreeMap::new(), BTreeMap::new());
    for variant in variants {
        if let Some(first) = numbers.insert(variant.number, &variant.ident) {
            let text = format!(
                "enum `{}`: variants `{first}` and `{}` both have number {}, and a number is decoded to one variant; \
                 give one of them another",
                head.ident, variant.ident, variant.number
            );
            errors.push(&variant.ident, text);
        }
        if let Some(first) = values.insert(&variant.name, &variant.ident) {
            let text = format!(
                "enum `{}`: variants `{first}` and `{}` are both `{}` in the schema; rename one of them",
                head.ident, variant.ident, variant.name
            );
            errors.push(&variant.ident, text);
        }
    }
}

/// The zero value that proto3 asks for, when no variant is 0.
fn unspecified(head: &Head, variants: &[Variant], errors: &mut Errors) -> Option<String> {
    if variants.iter().any(|variant| variant.number == 0) {
        return None;
    }
    let name = names::enum_unspecified(last_word(&head.name.name));
    if let Some(variant) = variants.iter().find(|variant| variant.name == name) {
        let text = format!(
            "variant `{}`: `{name}` is the zero value that the schema gets when no variant is 0; write `{} = 0`, or remove it",
            variant.ident, variant.ident
        );
        errors.push(&variant.ident, text);
    }
    Some(name)
}

impl Enumeration {
    /// The enum as data.
    pub(crate) fn model(&self) -> model::Enum {
        let docs = Cow::Owned(self.head.docs.clone());
        let reserved = self.head.reserved.clone();
        let others = if self.unknown.is_some() { model::Others::Kept } else { model::Others::Refused };
        let zero = if self.unspecified.is_some() { model::Zero::Added } else { model::Zero::Own };
        model::Enum {
            name: self.head.name.clone(),
            docs,
            values: self.values().into(),
            reserved,
            others,
            zero,
            deprecated: self.head.deprecated,
        }
    }

    /// The values of the schema, the zero value first.
    fn values(&self) -> Vec<EnumValue> {
        let unspecified = self.unspecified.iter().map(|name| (name.as_str(), 0, "", false));
        let variants = self.variants.iter().flat_map(|variant| {
            let aliases =
                variant.aliases.iter().map(|name| (name.as_str(), variant.number, "", variant.deprecated));
            let own = (variant.name.as_str(), variant.number, variant.docs.as_str(), variant.deprecated);
            [own].into_iter().chain(aliases)
        });
        let mut values: Vec<EnumValue> = unspecified
            .chain(variants)
            .map(|(name, number, docs, deprecated)| EnumValue {
                name: Cow::Owned(name.to_owned()),
                number,
                docs: Cow::Owned(docs.to_owned()),
                deprecated,
            })
            .collect();
        values.sort_by_key(|value| value.number != 0);
        values
    }
}
