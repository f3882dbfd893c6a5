//! `polywire::Message` for structs, and for the messages made for methods and variants.

use super::alias::{aliased, suspect};
use super::constraint;
use super::consts::{encoding, number};
use super::schema::{self, Entry, as_field};
use crate::rust::item::{Choice, Field, FieldDefault, Message, Sight, Tag};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;

/// The implementations for a struct: `Message`, and serde's traits.
pub(super) fn implement(message: &Message) -> TokenStream {
    let ident = &message.head.ident;
    let message_impl = implement_message(message);
    let serde = schema::serde(ident);
    quote!(#message_impl #serde)
}

/// A struct that the user did not write, and its implementation.
pub(super) fn define(message: &Message) -> TokenStream {
    let ident = &message.head.ident;
    let members = message.fields.iter().map(|Field { member, ty, .. }| quote!(#member: #ty));
    let message_impl = implement_message(message);
    quote! {
        struct #ident { #(#members),* }
        const _: () = { #message_impl };
    }
}

/// Only `Message`.
fn implement_message(message: &Message) -> TokenStream {
    let (message, aliases) = aliased(message);
    let message = &message;
    let ident = &message.head.ident;
    let (definition, slots) = slots(message);
    let constants = schema::constants(&message.head, None, &entries(&message.fields), &message.choices);
    let parts = [encode(message), decode(message), json(message), finish(message)];
    let check = check(message);
    quote! {
        #aliases
        #definition
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for #ident {
            #constants
            #slots
            #(#parts)*
            #check
        }
    }
}

/// `fn check_fields(&self, __check: &mut __p::Checker) { … }`
fn check(message: &Message) -> Option<TokenStream> {
    let body = constraint::checks(&message.head.ident, &message.fields, &message.choices, &quote!(&self.))?;
    Some(quote! {
        fn check_fields(&self, __check: &mut __p::Checker) {
            #body
        }
    })
}

pub(super) fn entries(fields: &[Field]) -> Vec<Entry<'_>> {
    fields.iter().map(|field| Entry { tag: &field.tag, ty: read_as(field) }).collect()
}

/// The type of a field as it is read; with a default it may be absent.
fn read_as(Field { tag, ty, .. }: &Field) -> TokenStream {
    match tag.default {
        Some(_) => quote!(::core::option::Option<#ty>),
        None => quote!(#ty),
    }
}

/// `<i32 as __p::Field>`; with a default `<Option<i32> as __p::Field>`
fn reader(field: &Field) -> TokenStream {
    as_field(&read_as(field), &field.tag)
}

/// `<i32 as __p::Member>`, which writes the default of its type too.
fn as_member(ty: &syn::Type, tag: &Tag) -> TokenStream {
    let (encoding, place) = (encoding(tag.encoding), super::place(ty));
    quote_spanned!(place=> <#ty as __p::Member #encoding>)
}

/// The struct of the slots, and what it is for this message. What a field cannot hold is then told of once, at its type: a struct that named
/// that itself would be at fault wherever it is mentioned.
///
/// ```text
/// pub struct __Slots<__T0, __T1> { id: __T0, choice: __T1 }
/// type Slots = __Slots<<i32 as __p::Field>::Slot, Option<<Option<Choice> as __p::Choice>::Oneof>>;
/// ```
fn slots(message: &Message) -> (TokenStream, TokenStream) {
    let fields = message.fields.iter().map(|field| {
        let (reader, place) = (reader(field), super::place(&field.ty));
        (&field.member, quote_spanned!(place=> #reader::Slot))
    });
    let choices = message.choices.iter().map(|choice| {
        let held = as_choice(choice);
        let place = super::place(&choice.ty);
        (&choice.member, quote_spanned!(place=> ::core::option::Option<#held::Oneof>))
    });
    let unknown = message.asides.unknown.iter().map(|member| (member, quote!(__p::UnknownFields)));
    let (members, types): (Vec<_>, Vec<_>) = fields.chain(choices).chain(unknown).unzip();
    if message.sight == Sight::Fewer {
        // An associated type may not show a private one.
        let definition = quote! {
            #[derive(Default)]
            pub struct __Slots { #(#members: #types),* }
        };
        return (
            definition,
            quote!(
                type Slots = __Slots;
            ),
        );
    }
    let names: Vec<_> = (0..members.len()).map(|index| format_ident!("__T{index}")).collect();
    let generics = (!names.is_empty()).then(|| quote!(<#(#names),*>));
    let suspect = suspect(&message.fields);
    let arguments = (!names.is_empty()).then(|| quote_spanned!(suspect=> <#(#types),*>));
    let definition = quote! {
        #[derive(Default)]
        pub struct __Slots #generics { #(#members: #names),* }
    };
    (definition, quote_spanned!(suspect=> type Slots = __Slots #arguments;))
}

/// `<Option<Choice> as __p::Choice>`
fn as_choice(Choice { ty, .. }: &Choice) -> TokenStream {
    let place = super::place(ty);
    quote_spanned!(place=> <#ty as __p::Choice>)
}

/// `<Option<Choice> as __p::Choice>::members_len(&self.choice)`
fn of_choices(
    message: &Message,
    function: TokenStream,
    more: TokenStream,
) -> impl Iterator<Item = TokenStream> {
    message.choices.iter().map(move |choice| {
        let (member, choice) = (&choice.member, as_choice(choice));
        quote!(#choice::#function(&self.#member #more))
    })
}

fn encode(message: &Message) -> TokenStream {
    let lens = message.fields.iter().map(|field| len(field, &quote!(&self.)));
    let puts = message.fields.iter().map(|field| put(field, &quote!(&self.)));
    let lens = lens.chain(of_choices(message, quote!(members_len), quote!()));
    let puts = puts.chain(of_choices(message, quote!(put_members), quote!(, out)).map(|put| quote!(#put;)));
    let unknown = message.asides.unknown.iter();
    let lens = lens.chain(unknown.clone().map(|member| quote!(__p::unknown::len(&self.#member))));
    let puts = puts.chain(unknown.map(|member| quote!(__p::unknown::put(&self.#member, out);)));
    quote! {
        fn fields_len(&self) -> usize {
            0 #(+ #lens)*
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            #(#puts)*
        }
    }
}

/// `<i32 as __p::Field>::field_len(&self.id, 1)`
pub(super) fn len(field: &Field, of: &TokenStream) -> TokenStream {
    let Field { member, tag, ty } = field;
    let number = number(tag.number);
    if tag.default.is_some() {
        let value = as_member(ty, tag);
        return quote!(#value::member_len(#of #member, #number));
    }
    let field = as_field(ty, tag);
    quote!(#field::field_len(#of #member, #number))
}

/// `<i32 as __p::Field>::put_field(&self.id, 1, out);`
pub(super) fn put(field: &Field, of: &TokenStream) -> TokenStream {
    let Field { member, tag, ty } = field;
    let number = number(tag.number);
    if tag.default.is_some() {
        let value = as_member(ty, tag);
        return quote!(#value::put_member(#of #member, #number, out););
    }
    let field = as_field(ty, tag);
    quote!(#field::put_field(#of #member, #number, out);)
}

/// `<i64 as __p::Field>::write_field(&self.order_id, out, "orderId", "order_id")?;`
pub(super) fn write(field: &Field, of: &TokenStream) -> TokenStream {
    let Field { member, tag, ty } = field;
    let (json, name) = (&tag.json, tag.snake());
    if tag.default.is_some() {
        let value = as_member(ty, tag);
        return quote!(#value::write_member(#of #member, out, #json, #name)?;);
    }
    let field = as_field(ty, tag);
    quote!(#field::write_field(#of #member, out, #json, #name)?;)
}

/// `slots.id`, where the type of the field stands.
fn slot(field: &Field, member: &Ident) -> TokenStream {
    let mut member = member.clone();
    member.set_span(super::place(&field.ty));
    quote!(slots.#member)
}

fn decode(message: &Message) -> TokenStream {
    let arms = message.fields.iter().map(|field| {
        let (member, reader, number) = (&field.member, reader(field), number(field.tag.number));
        let slot = slot(field, member);
        quote!(#number => #reader::merge_field(&mut #slot, wire, input),)
    });
    let choices = message.choices.iter().map(|choice| {
        let (member, choice) = (&choice.member, as_choice(choice));
        quote!(_ if #choice::has(number) => #choice::merge_members(&mut slots.#member, number, wire, input),)
    });
    let arms = arms.chain(choices);
    let other = match &message.asides.unknown {
        Some(member) => quote!(__p::unknown::keep(&mut slots.#member, number, wire, input)),
        None => quote!(input.skip(number, wire)),
    };
    let merge = quote!(match number { #(#arms)* _ => #other, });
    let merge = match &message.asides.unknown {
        Some(member) => quote! {
            let merged = #merge;
            __p::unknown::keep_left_out(&mut slots.#member, number, input);
            merged
        },
        None => merge,
    };
    let suspect = suspect(&message.fields);
    let (of, slots) = (quote_spanned!(suspect=> fn), quote_spanned!(suspect=> &mut Self::Slots));
    let gives = quote_spanned!(suspect=> -> ::core::result::Result<(), __p::DecodeError>);
    let body = quote_spanned!(suspect=> { #merge });
    quote! {
        #of merge_field(
            slots: #slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) #gives #body
    }
}

fn json(message: &Message) -> TokenStream {
    let writes = message.fields.iter().map(|field| write(field, &quote!(&self.)));
    let writes =
        writes.chain(of_choices(message, quote!(write_members), quote!(, out)).map(|write| quote!(#write?;)));
    let choices = json_choices(message);
    let arms = message.fields.iter().enumerate().map(|(index, field)| {
        let (member, reader, index) = (&field.member, reader(field), number(index as u32));
        let slot = slot(field, member);
        quote!(#index => #reader::merge_field_json(&mut #slot, value),)
    });
    let suspect = suspect(&message.fields);
    let put = quote! {
        fn put_json<__S: __p::serde::ser::SerializeStruct>(&self, out: &mut __S) -> ::core::result::Result<(), __S::Error> {
            #(#writes)*
            ::core::result::Result::Ok(())
        }
    };
    let (of, slots) = (quote_spanned!(suspect=> fn), quote_spanned!(suspect=> &mut Self::Slots));
    let rest = quote!(#choices ::core::result::Result::Ok(()));
    let gives = quote_spanned!(suspect=> -> ::core::result::Result<(), __D::Error>);
    let body = quote!(match index { #(#arms)* _ => { #rest } });
    let body = quote_spanned!(suspect=> { #body });
    let merge = quote! {
        #of merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: #slots,
            index: usize,
            value: __D,
        ) #gives #body
    };
    quote!(#put #merge)
}

/// The members of the `oneof`s follow the fields.
///
/// `let Some(index) = index.checked_sub(<Option<Choice> as __p::Choice>::MEMBERS.len()) else { return …::merge_members_json(…) };`
fn json_choices(message: &Message) -> Option<TokenStream> {
    let first = message.fields.len();
    let choices = message.choices.iter().map(|choice| {
        let (member, choice) = (&choice.member, as_choice(choice));
        quote! {
            let ::core::option::Option::Some(index) = index.checked_sub(#choice::MEMBERS.len()) else {
                return #choice::merge_members_json(&mut slots.#member, index, value);
            };
        }
    });
    (!message.choices.is_empty()).then(|| quote!(let index = index - #first; #(#choices)* let _ = index;))
}

/// `id: <i32 as __p::Field>::finish(slots.id, "id")?, …`
fn finish(message: &Message) -> TokenStream {
    let members = message.fields.iter().map(|whole| {
        let Field { member, tag, ty } = whole;
        if let Some(default) = &tag.default {
            let default = default_of(default);
            return quote!(#member: slots.#member.unwrap_or_else(|| #default));
        }
        let (field, name) = (as_field(ty, tag), &tag.name);
        let slot = slot(whole, member);
        quote!(#member: #field::finish(#slot, #name)?)
    });
    let choices = message.choices.iter().map(|choice| {
        let (member, name, choice) = (&choice.member, &choice.name, as_choice(choice));
        quote!(#member: #choice::finish(slots.#member).ok_or(__p::Unfit::absent(#name))?)
    });
    let unknown = message.asides.unknown.iter().map(|member| quote!(#member: slots.#member));
    let skipped =
        message.asides.skipped.iter().map(|member| quote!(#member: ::core::default::Default::default()));
    let members = members.chain(choices).chain(unknown).chain(skipped);
    let suspect = suspect(&message.fields);
    let (of, slots) = (quote_spanned!(suspect=> fn), quote_spanned!(suspect=> Self::Slots));
    let gives = quote_spanned!(suspect=> -> ::core::result::Result<Self, __p::Unfit>);
    let whole = quote!(::core::result::Result::Ok(Self { #(#members),* }));
    let body = quote_spanned!(suspect=> { #whole });
    quote!(#of finish(slots: #slots) #gives #body)
}

/// `20`, `"en".into()`, `Default::default()`
fn default_of(default: &FieldDefault) -> TokenStream {
    match default {
        FieldDefault::OfType => quote!(::core::default::Default::default()),
        FieldDefault::Value(text @ syn::Lit::Str(_)) => quote!(::core::convert::Into::into(#text)),
        FieldDefault::Value(value) => quote!(#value),
    }
}
