//! Typed errors: an enum whose variants travel as details of a status, and one fallback that holds any other status.

use super::oneof::{self, Variant};
use super::{Body, Head, constraint};
use crate::model::{Code, Failure};
use crate::rust::attrs::{self, Arg};
use crate::rust::errors::Errors;
use crate::rust::root::Root;
use crate::rust::types;
use proc_macro2::TokenStream;
use std::borrow::Cow;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, DataEnum, DeriveInput, Fields, Ident, LitBool, LitStr, Token};

/// The name of the `oneof` of a typed error.
const ERROR: &str = "error";

/// An enum with `#[derive(Error)]`.
pub(crate) struct ErrorItem {
    /// The type and the name.
    pub(crate) head: Head,
    /// The name of the `oneof`.
    pub(crate) oneof: String,
    /// The variants that travel, without the fallback.
    pub(crate) variants: Vec<ErrorVariant>,
    /// The variant that holds any other status.
    pub(crate) fallback: Ident,
}

/// A variant that travels.
pub(crate) struct ErrorVariant {
    /// The member of the `oneof`.
    pub(crate) variant: Variant,
    /// The code of the status.
    pub(crate) code: Ident,
    /// Whether a task that failed with it is tried again, if the variant says so.
    pub(crate) retry: Option<bool>,
    /// The message of the status, as `format!` accepts it.
    pub(crate) text: LitStr,
    /// The arguments of the message, besides the fields that it names.
    pub(crate) arguments: TokenStream,
}

/// The content of `#[error(NotFound, "no book {id}")]` or `#[error(transparent)]`.
enum Marker {
    Variant { code: Ident, retry: Option<bool>, failure: Failure, text: LitStr, arguments: TokenStream },
    Fallback,
}

impl Parse for Marker {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let code: Ident = input.parse()?;
        if code == "transparent" && input.is_empty() {
            return Ok(Self::Fallback);
        }
        let Some(known) = Code::ALL.into_iter().find(|known| code == known.variant()) else {
            let codes = Code::ALL.map(Code::variant).join(", ");
            return Err(syn::Error::new(
                code.span(),
                format!("`{code}` is not a code; the codes are {codes}"),
            ));
        };
        input.parse::<Token![,]>()?;
        let retry = retry(input)?;
        let text: LitStr = input.parse()?;
        let failure = Failure { code: known, message: Cow::Owned(text.value()) };
        Ok(Self::Variant { code, retry, failure, text, arguments: input.parse()? })
    }
}

/// Reads `retry,` or `retry = false,` before the message.
fn retry(input: ParseStream<'_>) -> syn::Result<Option<bool>> {
    if !input.peek(Ident) {
        return Ok(None);
    }
    let word: Ident = input.parse()?;
    if word != "retry" {
        let text = format!("unknown word `{word}`; known here: `retry`, `retry = false`, and the message");
        return Err(syn::Error::new(word.span(), text));
    }
    let retry = match input.parse::<Option<Token![=]>>()? {
        Some(_) => input.parse::<LitBool>()?.value,
        None => true,
    };
    input.parse::<Token![,]>()?;
    Ok(Some(retry))
}

/// Reads `#[error(crate = "…")]` on the enum.
pub(super) fn options(input: &DeriveInput, errors: &mut Errors) {
    let subject = format!("enum `{}`", input.ident);
    for attr in attrs::own(&input.attrs, attrs::Own::Error) {
        let args = errors.explain(attrs::args(attr), &subject, "write it as in `#[error(crate = \"wire\")]`");
        for arg in args.unwrap_or_default() {
            match &arg {
                Arg::Set(key, value) if key == "crate" => drop(Root::parse(value, &subject, errors)),
                other => {
                    other.refuse(&subject, "`crate`; a code and a message stand before a variant", errors)
                }
            }
        }
    }
}

/// Reads an enum with `#[derive(Error)]`.
pub(super) fn parse(head: Head, data: &DataEnum, errors: &mut Errors) -> Option<ErrorItem> {
    let (mut variants, mut fallback, mut sound) = (Vec::new(), None, true);
    for variant in &data.variants {
        match marker(variant, errors) {
            None => sound = false,
            Some(Marker::Fallback) => {
                check_fallback(variant, errors);
                if fallback.replace(variant.ident.clone()).is_some() {
                    let text = format!("enum `{}`: one variant is the fallback; remove this one", head.ident);
                    errors.push(&variant.ident, text);
                }
            }
            Some(Marker::Variant { code, retry, failure, text, arguments }) => {
                let position = variants.len() as u32 + 1;
                let variant = oneof::parse_variant(&head, variant, position, errors);
                variant.iter().for_each(|variant| refuse_constraints(variant, errors));
                sound &= variant.is_some();
                variants.extend(variant.map(|mut variant| {
                    variant.tag.failure = Some(failure);
                    ErrorVariant { variant, code, retry, text, arguments }
                }));
            }
        }
    }
    let oneof = oneof::finish(&head, ERROR, variants.iter().map(|error| &error.variant), errors);
    if fallback.is_none() {
        report_no_fallback(&head, errors);
    }
    sound.then_some(ErrorItem { head, oneof: oneof?, variants, fallback: fallback? })
}

fn refuse_constraints(variant: &Variant, errors: &mut Errors) {
    let subject = format!("variant `{}`", variant.ident);
    constraint::refuse_of_answer(&variant.tag, &subject, errors);
    if let Body::Struct(message) = &variant.body {
        message.fields.iter().for_each(|field| constraint::refuse_of_answer(&field.tag, &subject, errors));
    }
}

fn marker(variant: &syn::Variant, errors: &mut Errors) -> Option<Marker> {
    let found: Vec<&Attribute> = attrs::own(&variant.attrs, attrs::Own::Error).collect();
    let [attr] = found[..] else {
        let text = format!(
            "variant `{}`: each variant has one `#[error(Code, \"message\")]`, such as `#[error(NotFound, \"no book {{id}}\")]`",
            variant.ident
        );
        errors.push(&variant.ident, text);
        return None;
    };
    let fix = "write it as in `#[error(NotFound, \"no book {id}\")]` or `#[error(transparent)]`";
    errors.explain(attr.parse_args(), format!("variant `{}`", variant.ident), fix)
}

fn check_fallback(variant: &syn::Variant, errors: &mut Errors) {
    let holds_status = match &variant.fields {
        Fields::Unnamed(fields) => fields.unnamed.len() == 1 && types::is(&fields.unnamed[0].ty, "Status"),
        _ => false,
    };
    if !holds_status {
        let text = format!(
            "variant `{0}`: `transparent` is for the variant that holds any other status; write `{0}(polywire::Status)`",
            variant.ident
        );
        errors.push(&variant.fields, text);
    }
}

fn report_no_fallback(head: &Head, errors: &mut Errors) {
    let text = format!(
        "enum `{}`: a call can fail in ways that no variant names (connection lost, deadline, a newer server), and a \
         client must be able to hold these; add `#[error(transparent)] Other(polywire::Status)`",
        head.ident
    );
    errors.push(&head.ident, text);
}

impl ErrorVariant {
    /// Whether the message formats the one value of a newtype variant by position, as `{0}` or `{}`.
    pub(crate) fn positional(&self) -> bool {
        let text = self.text.value().replace("{{", "");
        let placeholder = |part: &str| part.starts_with(['}', ':', '0']);
        matches!(self.variant.body, Body::Newtype(_))
            && self.arguments.is_empty()
            && text.split('{').skip(1).any(placeholder)
    }
}
