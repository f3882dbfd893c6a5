//! The parts of every message: its name and schema as constants, the list of types that it reaches, serde's
//! traits.

use super::consts::{field_encoding, list, number, option, reserved, text, type_name};
use super::{constraint, place};
use crate::model::{Example, Failure};
use crate::rust::item::{Choice, Head, Tag};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Ident;

/// A field in the schema: its tag, and its type with its trait, such as `<i32 as __p::Field>` or
/// `<Circle as __p::Member>`.
pub(super) struct Entry<'a> {
    pub(super) tag: &'a Tag,
    pub(super) held: TokenStream,
}

/// `<i32 as __p::Field>`, `<i32 as __p::Field<{ __p::ZIGZAG }>>`
pub(super) fn as_field(ty: &impl ToTokens, tag: &Tag) -> TokenStream {
    let choice = field_encoding(tag);
    let place = place(ty);
    quote_spanned!(place=> <#ty as __p::Field #choice>)
}

/// `<Option<Choice> as __p::Choice>`
pub(super) fn as_choice(Choice { ty, .. }: &Choice) -> TokenStream {
    let place = place(ty);
    quote_spanned!(place=> <#ty as __p::Choice>)
}

/// The name and the schema of a message, and the function that registers the types of its fields.
///
/// ```text
/// const NAME: __p::model::TypeName = __p::model::TypeName::local("Book");
/// const SCHEMA: &'static __p::model::Message = &__p::model::Message { name: <Self as __p::Message>::NAME, fields: …, … };
/// fn register_fields(definitions: &mut __p::model::Definitions) { <i32 as __p::Field<…>>::register(definitions); … }
/// ```
pub(super) fn constants(
    head: &Head,
    oneof: Option<&str>,
    entries: &[Entry<'_>],
    choices: &[Choice],
) -> TokenStream {
    let name = type_name(&head.name);
    let docs = text(&head.docs);
    let (oneof, reserved) = (option(oneof.map(text)), reserved(&head.reserved));
    let deprecated = head.deprecated;
    let fields = match choices {
        [] => list(entries.iter().map(field)),
        _ => with_choices(entries, choices),
    };
    let own = entries.iter().map(|entry| entry.held.clone());
    let register = own.chain(choices.iter().map(as_choice));
    quote! {
        const NAME: __p::model::TypeName = #name;
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: #docs,
            fields: #fields,
            oneof: #oneof,
            reserved: #reserved,
            deprecated: #deprecated,
        };
        fn register_fields(definitions: &mut __p::model::Definitions) {
            #(#register::register(definitions);)*
        }
    }
}

/// The fields, with the members of `oneof`s, which only the compiler knows.
///
/// ```text
/// { const __OWN: &[__p::model::Field] = …; const __CHOICES: … = &[("choice", <Option<Choice> as __p::Choice>::MEMBERS)]; … }
/// ```
fn with_choices(entries: &[Entry<'_>], choices: &[Choice]) -> TokenStream {
    let own = entries.iter().map(field);
    let choices = choices.iter().map(|choice| {
        let (name, held) = (&choice.name, as_choice(choice));
        quote!((#name, #held::MEMBERS))
    });
    quote!({
        const __OWN: &[__p::model::Field] = &[#(#own),*];
        const __CHOICES: &[(&str, &[__p::model::Field])] = &[#(#choices),*];
        const __ALL: &[__p::model::Field] = &__p::choice::concat::<{ __p::choice::count(__OWN, __CHOICES) }>(__OWN, __CHOICES);
        __p::Cow::Borrowed(__ALL)
    })
}

fn field(entry: &Entry<'_>) -> TokenStream {
    let (number, unpacked, deprecated) = (number(entry.tag.number), entry.tag.unpacked, entry.tag.deprecated);
    let (name, json, docs) = (text(&entry.tag.name), text(&entry.tag.json), text(&entry.tag.docs));
    let (field, constraints) = (&entry.held, constraint::constants(entry.tag));
    let examples = list(entry.tag.examples.iter().map(example));
    let failure = option(entry.tag.failure.as_ref().map(failure));
    let default = option(entry.tag.default_shown.as_ref().map(example));
    let json_written = entry.tag.json_written;
    quote! {
        __p::model::Field {
            name: #name,
            json: #json,
            number: #number,
            ty: #field::TYPE,
            unpacked: #unpacked,
            docs: #docs,
            deprecated: #deprecated,
            examples: #examples,
            oneof: ::core::option::Option::None,
            constraints: #constraints,
            failure: #failure,
            default: #default,
            json_written: #json_written,
        }
    }
}

/// `__p::model::Failure { code: __p::model::Code::NotFound, message: … }`
fn failure(failure: &Failure) -> TokenStream {
    let (code, message) = (format_ident!("{}", failure.code.variant()), text(&failure.message));
    quote!(__p::model::Failure { code: __p::model::Code::#code, message: #message })
}

fn example(example: &Example) -> TokenStream {
    match example {
        Example::Text(value) => {
            let value = text(value);
            quote!(__p::model::Example::Text(#value))
        }
        Example::Number(value) => {
            let value = text(value);
            quote!(__p::model::Example::Number(#value))
        }
        Example::Bool(value) => quote!(__p::model::Example::Bool(#value)),
    }
}

/// serde's traits for a message, in proto3 JSON.
pub(super) fn serde(ident: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl __p::serde::Serialize for #ident {
            fn serialize<__S: __p::serde::Serializer>(&self, out: __S) -> ::core::result::Result<__S::Ok, __S::Error> {
                __p::write_message(self, out)
            }
        }
        #[automatically_derived]
        impl<'de> __p::serde::Deserialize<'de> for #ident {
            fn deserialize<__D: __p::serde::Deserializer<'de>>(input: __D) -> ::core::result::Result<Self, __D::Error> {
                __p::read_message(input)
            }
        }
    }
}
