//! Items with `#[derive(Message)]` or `#[derive(Error)]`, parsed into types that hold only valid content.

mod aside;
mod choice;
mod constraint;
mod enumeration;
mod error;
mod example;
mod field;
mod newtype;
mod oneof;
mod reserved;

pub(crate) use aside::Asides;
pub(crate) use choice::Choice;
pub(crate) use constraint::Rule;
pub(crate) use enumeration::{Enumeration, Variant as EnumVariant};
pub(crate) use error::{ErrorItem, ErrorVariant};
pub(crate) use field::{Default as FieldDefault, Encoding, Field, Tag, parse_parameter, unique};
pub(crate) use newtype::Newtype;
pub(crate) use oneof::{Body, Oneof, Variant};

use super::attrs::{self, Arg};
use super::errors::Errors;
use super::root::Root;
use crate::model::{MAX_FIELD_NUMBER, Reserved, TypeName};
use crate::names;
use std::borrow::Cow;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, Ident, LitStr};

/// An item that the derive accepts.
pub(crate) enum Item {
    /// A struct: a message.
    Message(Message),
    /// An enum of unit variants: a protobuf enum.
    Enumeration(Enumeration),
    /// An enum with data: a message with one `oneof`.
    Oneof(Oneof),
    /// A struct of one field without a name, which is the same as that field.
    Newtype(Newtype),
}

/// The parts that every item has.
#[derive(Clone)]
pub(crate) struct Head {
    /// The Rust type.
    pub(crate) ident: Ident,
    /// The protobuf name.
    pub(crate) name: TypeName,
    /// The doc comment.
    pub(crate) docs: String,
    /// Whether it is `#[deprecated]`.
    pub(crate) deprecated: bool,
    /// `#[message(oneof = "…")]`.
    oneof: Option<LitStr>,
    /// `#[message(reserved = "…")]`.
    pub(crate) reserved: Reserved,
}

/// A message with named fields.
#[derive(Clone)]
pub(crate) struct Message {
    /// The type and the name.
    pub(crate) head: Head,
    /// The fields, in the order of the item.
    pub(crate) fields: Vec<Field>,
    /// The `oneof`s, in the order of the item.
    pub(crate) choices: Vec<Choice>,
    /// The parts of the struct that are not in the message.
    pub(crate) asides: Asides,
}

impl Message {
    /// A message that no item declares: a request, a response, a struct variant.
    pub(crate) fn made(ident: Ident, name: String, fields: Vec<Field>) -> Self {
        let name = TypeName { package: None, name: Cow::Owned(name) };
        let head = Head {
            ident,
            name,
            docs: String::new(),
            deprecated: false,
            oneof: None,
            reserved: Reserved::NONE,
        };
        Self { head, fields, choices: Vec::new(), asides: Asides::default() }
    }
}

/// Reads an item with `#[derive(Message)]`. `None` when it reported a fault.
pub(crate) fn parse(input: &DeriveInput, errors: &mut Errors) -> Option<Item> {
    let head = head(input, errors)?;
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                newtype::parse(input, &fields.unnamed[0], errors).map(Item::Newtype)
            }
            _ => {
                let mut own = data.fields.clone();
                let (asides, choices) = match &mut own {
                    Fields::Named(named) => {
                        (aside::take(&mut named.named, errors), choice::take(&mut named.named, errors))
                    }
                    _ => Default::default(),
                };
                fields(&head, &own, errors)
                    .map(|fields| Item::Message(Message { head, fields, choices, asides }))
            }
        },
        Data::Enum(data) if data.variants.is_empty() => {
            let text =
                format!("enum `{}`: it has no variant, so it has no value to send; add one", head.ident);
            errors.push(&head.ident, text);
            None
        }
        Data::Enum(data) if data.variants.iter().all(enumeration::is_value) => {
            enumeration::parse(head, data, errors).map(Item::Enumeration)
        }
        Data::Enum(data) => oneof::parse(head, data, errors).map(Item::Oneof),
        Data::Union(_) => {
            let text = format!(
                "union `{}`: a union does not say which field is set; use an enum with data, which becomes a `oneof`",
                head.ident
            );
            errors.push(&head.ident, text);
            None
        }
    }
}

/// Reads an enum with `#[derive(Error)]`. `None` when it reported a fault.
pub(crate) fn parse_error(input: &DeriveInput, errors: &mut Errors) -> Option<ErrorItem> {
    let head = head(input, errors)?;
    error::options(input, errors);
    match &input.data {
        Data::Enum(data) => error::parse(head, data, errors),
        _ => {
            let text = format!("`{}`: a typed error is an enum, one variant a case; make it one", head.ident);
            errors.push(&head.ident, text);
            None
        }
    }
}

fn fields(head: &Head, fields: &Fields, errors: &mut Errors) -> Option<Vec<Field>> {
    match fields {
        Fields::Named(named) => field::parse_all(&named.named, &format!("message `{}`", head.ident), errors),
        Fields::Unit => Some(Vec::new()),
        Fields::Unnamed(unnamed) => {
            let text = format!(
                "struct `{}`: the fields of a message have names; write `struct {} {{ name: Type }}`",
                head.ident, head.ident
            );
            errors.push(unnamed, text);
            None
        }
    }
}

fn head(input: &DeriveInput, errors: &mut Errors) -> Option<Head> {
    let ident = &input.ident;
    let subject = format!("`{ident}`");
    if !input.generics.params.is_empty() {
        let text = format!(
            "{subject}: a generic type would need a protobuf message, and a name, for each of its arguments; \
             write one type for each use"
        );
        errors.push(&input.generics.params, text);
        return None;
    }
    let mut name = TypeName { package: None, name: Cow::Owned(ident.unraw().to_string()) };
    let (mut oneof, mut reserved) = (None, Reserved::NONE);
    for attr in attrs::own(&input.attrs, attrs::Own::Message) {
        for arg in errors
            .explain(attrs::args(attr), &subject, "write it as in `#[message(package = \"books.v1\")]`")
            .unwrap_or_default()
        {
            match &arg {
                Arg::Set(key, value) if key == "package" => {
                    let text = attrs::text(value, &subject, errors)?;
                    name.package = attrs::package(&text, errors).map(Cow::Owned);
                }
                Arg::Set(key, value) if key == "name" => {
                    let text = attrs::text(value, &subject, errors)?;
                    name.name = Cow::Owned(words(&text, &subject, errors)?);
                }
                Arg::Set(key, value) if key == "crate" => drop(Root::parse(value, &subject, errors)?),
                Arg::Set(key, value) if key == "oneof" => oneof = attrs::text(value, &subject, errors),
                Arg::Set(key, value) if key == "reserved" => {
                    let text = attrs::text(value, &subject, errors)?;
                    let values = matches!(&input.data, Data::Enum(data) if data.variants.iter().all(enumeration::is_value));
                    let max = if values { i32::MAX } else { MAX_FIELD_NUMBER };
                    reserved = reserved::parse(&text, max, &subject, errors)?;
                }
                other => other.refuse(&subject, "`package`, `name`, `oneof`, `reserved`, `crate`", errors),
            }
        }
    }
    let has_name = !matches!(&input.data, Data::Struct(data) if matches!(&data.fields, Fields::Unnamed(_)));
    if has_name && !name.name.split('.').all(names::is_word) {
        errors.push(ident, no_word(&subject, &name.name, "#[message(name = \"…\")]"));
    }
    let (docs, deprecated) = (attrs::docs(&input.attrs), attrs::deprecated(&input.attrs));
    Some(Head { ident: ident.clone(), name, docs, deprecated, oneof, reserved })
}

/// Checks that text is the name of a message or enum. A nested one is `Outer.Inner`.
fn words(text: &LitStr, subject: &str, errors: &mut Errors) -> Option<String> {
    let name = text.value();
    if name.contains('.') && names::is_package(&name) { Some(name) } else { word(text, subject, errors) }
}

/// The fault of a Rust name that protobuf does not allow, and how to give another one.
pub(crate) fn no_word(subject: &str, name: &str, fix: &str) -> String {
    format!(
        "{subject}: `{name}` is not a protobuf name, which has the letters a to z, digits and `_`, a letter first; give it one with `{fix}`"
    )
}

/// Checks that text is one protobuf identifier.
pub(crate) fn word(text: &LitStr, subject: &str, errors: &mut Errors) -> Option<String> {
    let word = text.value();
    if names::is_word(&word) {
        return Some(word);
    }
    let text_of =
        format!("{subject}: `{word}` is not a protobuf name; use letters, digits and `_`, a letter first");
    errors.push(text, text_of);
    None
}
