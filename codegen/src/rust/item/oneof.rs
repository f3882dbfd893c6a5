//! Enums with data. Each is a message with one `oneof`, which has a member for each variant.

use super::field::{self, Place, Tag};
use super::{Head, Message};
use crate::names;
use crate::rust::errors::Errors;
use crate::rust::{attrs, types};
use std::borrow::Cow;
use syn::ext::IdentExt;
use syn::{DataEnum, Fields, Ident, Type};

/// The name of the `oneof` of an enum with data.
const KIND: &str = "kind";

/// An enum with data.
pub(crate) struct Oneof {
    /// The type and the name.
    pub(crate) head: Head,
    /// The name of the `oneof`.
    pub(crate) oneof: String,
    /// The variants, in the order of the item.
    pub(crate) variants: Vec<Variant>,
}

/// A variant of an enum with data: a member of the `oneof`.
#[derive(Clone)]
pub(crate) struct Variant {
    /// The Rust variant.
    pub(crate) ident: Ident,
    /// The form of the member on the wire.
    pub(crate) tag: Tag,
    /// The content.
    pub(crate) body: Body,
}

/// The content of a variant.
#[derive(Clone)]
pub(crate) enum Body {
    /// No content: `google.protobuf.Empty`.
    Unit,
    /// One value.
    Newtype(Type),
    /// A message of its own, nested inside of the enum's message.
    Struct(Message),
}

/// Reads an enum with data.
pub(super) fn parse(head: Head, data: &DataEnum, errors: &mut Errors) -> Option<Oneof> {
    let mut variants = Vec::new();
    for (index, variant) in data.variants.iter().enumerate() {
        for attr in attrs::own(&variant.attrs, attrs::Own::Unknown) {
            let text = format!(
                "variant `{}`: `#[unknown]` keeps the number of an enum of unit variants; an unknown member of a `oneof` \
                 cannot be kept: remove it",
                variant.ident
            );
            errors.push(attr, text);
        }
        variants.extend(parse_variant(&head, variant, index as u32 + 1, errors));
    }
    let whole = variants.len() == data.variants.len();
    let oneof = finish(&head, KIND, variants.iter(), errors);
    whole.then_some(Oneof { head, oneof: oneof?, variants })
}

/// Checks the rules between the members. Returns the name of the `oneof`.
pub(super) fn finish<'a>(
    head: &Head,
    default: &str,
    variants: impl Iterator<Item = &'a Variant> + Clone,
    errors: &mut Errors,
) -> Option<String> {
    let subject = format!("enum `{}`", head.ident);
    field::unique(variants.clone().map(|variant| &variant.tag), &subject, errors);
    let oneof = match &head.oneof {
        Some(text) => super::word(text, &subject, errors)?,
        None => default.to_owned(),
    };
    if let Some(clash) = variants.clone().find(|variant| variant.tag.name == oneof) {
        let text = format!(
            "variant `{}`: its member would have the name of the `oneof`, `{oneof}`; name that with \
             `#[message(oneof = \"…\")]` or the member with `#[field(rename = \"…\")]`",
            clash.ident
        );
        errors.push(&clash.ident, text);
    }
    Some(oneof)
}

/// Reads one variant.
pub(super) fn parse_variant(
    head: &Head,
    variant: &syn::Variant,
    position: u32,
    errors: &mut Errors,
) -> Option<Variant> {
    let ident = &variant.ident;
    if let Some((_, number)) = &variant.discriminant {
        let text = format!(
            "variant `{ident}`: a variant with data is numbered with `#[field(n)]`; use that instead of `=`"
        );
        errors.push(number, text);
        return None;
    }
    let place = Place { ident, name: names::snake(&ident.unraw().to_string()), position };
    let (ty, body) = match &variant.fields {
        Fields::Unit => (None, Body::Unit),
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            refuse_inner(variant, errors)?;
            let ty = fields.unnamed[0].ty.clone();
            member_type(ident, &ty, errors)?;
            (Some(ty.clone()), Body::Newtype(ty))
        }
        Fields::Unnamed(fields) => {
            let text = format!(
                "variant `{ident}`: the fields of a message have names; name them: `{ident} {{ name: Type }}`"
            );
            errors.push(fields, text);
            return None;
        }
        Fields::Named(fields) => {
            let message = format!("variant `{ident}`");
            let fields = field::parse_all(&fields.named, &message, errors)?;
            let nested_name = nested_name(variant, ident);
            (None, Body::Struct(nested(head, ident, &nested_name, fields)))
        }
    };
    let tag = field::tag(&variant.attrs, &place, ty.as_ref(), errors)?;
    if tag.default.is_some() {
        let text = format!("variant `{ident}`: a member of a `oneof` is set or not; remove `default`");
        errors.push(ident, text);
        return None;
    }
    Some(Variant { ident: ident.clone(), tag, body })
}

/// Refuses attributes inside of a variant: those of a member stand before the variant.
pub(super) fn refuse_inner(variant: &syn::Variant, errors: &mut Errors) -> Option<()> {
    let inner = variant.fields.iter().flat_map(|field| attrs::own(&field.attrs, attrs::Own::Field)).next();
    let Some(attr) = inner else { return Some(()) };
    let rule = "the value in it is the member itself; write `#[field(…)]` before the variant";
    errors.push(attr, format!("variant `{}`: {rule}", variant.ident));
    None
}

/// The name of the message of a struct variant: the variant's name, or the member's name when protobuf does
/// not allow that.
fn nested_name(variant: &syn::Variant, ident: &Ident) -> String {
    let name = ident.unraw().to_string();
    if names::is_word(&name) {
        return name;
    }
    let args =
        attrs::own(&variant.attrs, attrs::Own::Field).filter_map(|attr| attrs::args(attr).ok()).flatten();
    let given = args.filter_map(|arg| match arg {
        attrs::Arg::Set(key, syn::Lit::Str(text)) if key == "rename" => Some(names::pascal(&text.value())),
        _ => None,
    });
    given.last().unwrap_or(name)
}

fn nested(head: &Head, ident: &Ident, name: &str, fields: Vec<field::Field>) -> Message {
    let name = names::nested(&head.name.name, name);
    let mut message = Message::made(names::hidden(ident), String::new(), fields);
    message.head.name = crate::model::TypeName { package: head.name.package.clone(), name: Cow::Owned(name) };
    message
}

fn member_type(variant: &Ident, ty: &Type, errors: &mut Errors) -> Option<()> {
    if types::is_many(ty) {
        let text = format!(
            "variant `{variant}`: a member of a `oneof` is one value; put a list, map or option in a message of its own"
        );
        errors.push(ty, text);
        return None;
    }
    if let Some((at, text)) = types::fault(ty) {
        errors.push(at, format!("variant `{variant}`: {text}"));
        return None;
    }
    Some(())
}
