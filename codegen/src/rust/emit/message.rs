//! Emits `polywire::Message` for structs, and for the messages made for methods and variants.

use super::alias::aliased;
use super::constraint;
use super::consts::{encoding, number};
use super::schema::{self, Entry, as_choice, as_field};
use crate::rust::item::{Choice, Field, FieldDefault, Message};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;

/// The implementations for a struct: `Message`, and serde's traits.
pub(super) fn implement(message: &Message) -> TokenStream {
    let ident = &message.head.ident;
    let message_impl = implement_message(message);
    let serde = schema::serde(ident);
    quote!(#message_impl #serde)
}

/// A struct that the user did not write, with its implementation.
pub(super) fn define(message: &Message) -> TokenStream {
    let ident = &message.head.ident;
    let members = message.fields.iter().map(|Field { member, ty, .. }| quote!(#member: #ty));
    let message_impl = implement_message(message);
    quote! {
        struct #ident { #(#members),* }
        const _: () = { #message_impl };
    }
}

/// The implementation of `Message` alone.
fn implement_message(message: &Message) -> TokenStream {
    let (message, aliases) = aliased(message);
    let message = &message;
    let ident = &message.head.ident;
    let definition = slots(message);
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
            type Slots = __Slots;
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
    fields.iter().map(|field| Entry { tag: &field.tag, held: held(field) }).collect()
}

/// `<i32 as __p::Field>`. With a default, `<i32 as __p::Defaulted>`.
pub(super) fn held(Field { tag, ty, .. }: &Field) -> TokenStream {
    if tag.default.is_none() {
        return as_field(ty, tag);
    }
    let (encoding, place) = (encoding(tag.encoding), super::place(ty));
    quote_spanned!(place=> <#ty as __p::Defaulted #encoding>)
}

/// `<i32 as __p::Field>::Slot`. With a default, `Option<i32>`.
fn slot_type(field: &Field) -> TokenStream {
    let (ty, place) = (&field.ty, super::place(&field.ty));
    if field.tag.default.is_some() {
        return quote_spanned!(place=> ::core::option::Option<#ty>);
    }
    let held = held(field);
    quote_spanned!(place=> #held::Slot)
}

/// The struct of the slots.
///
/// Its size and its default are not derived from its fields. So the compiler reports a type that cannot be a
/// field where it stands, and nowhere else.
///
/// ```text
/// pub struct __Slots { id: <i32 as __p::Field>::Slot, choice: Option<<Option<Choice> as __p::Choice>::Oneof>, __end: () }
/// impl Default for __Slots { … }
/// ```
fn slots(message: &Message) -> TokenStream {
    let fields =
        message.fields.iter().map(|field| slot_of(&field.member, &slot_type(field), super::place(&field.ty)));
    let choices = message.choices.iter().map(|choice| {
        let (held, place) = (as_choice(choice), super::place(&choice.ty));
        slot_of(&choice.member, &quote_spanned!(place=> ::core::option::Option<#held::Oneof>), place)
    });
    let unknown = message
        .asides
        .unknown
        .iter()
        .map(|member| slot_of(member, &quote!(__p::UnknownFields), member.span()));
    let (members, defaults): (Vec<_>, Vec<_>) = fields.chain(choices).chain(unknown).unzip();
    quote! {
        pub struct __Slots { #(#members,)* __end: () }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self { #(#defaults,)* __end: () }
            }
        }
    }
}

/// A slot in the struct, and its first value.
fn slot_of(member: &Ident, ty: &TokenStream, place: Span) -> (TokenStream, TokenStream) {
    let mut member = member.clone();
    member.set_span(place);
    let ty = quote_spanned!(place=> #ty);
    (
        quote_spanned!(place=> #member: #ty),
        quote_spanned!(place=> #member: <#ty as ::core::default::Default>::default()),
    )
}

/// `<Option<Choice> as __p::Choice>::members_len(&self.choice)`
fn of_choices(
    message: &Message,
    function: TokenStream,
    more: TokenStream,
) -> impl Iterator<Item = TokenStream> {
    message.choices.iter().map(move |choice| {
        let (member, held, place) = (&choice.member, as_choice(choice), super::place(&choice.ty));
        quote_spanned!(place=> #held::#function(&self.#member #more))
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
    let (member, held, number) = (&field.member, held(field), number(field.tag.number));
    quote!(#held::field_len(#of #member, #number))
}

/// `<i32 as __p::Field>::put_field(&self.id, 1, out);`
pub(super) fn put(field: &Field, of: &TokenStream) -> TokenStream {
    let (member, held, number) = (&field.member, held(field), number(field.tag.number));
    quote!(#held::put_field(#of #member, #number, out);)
}

/// `<i64 as __p::Field>::write_field(&self.order_id, out, "orderId", "order_id")?;`
pub(super) fn write(field: &Field, of: &TokenStream) -> TokenStream {
    let (member, held) = (&field.member, held(field));
    let (json, name) = (&field.tag.json, field.tag.snake());
    quote!(#held::write_field(#of #member, out, #json, #name)?;)
}

/// `slots.id`, with the span of the field's type.
fn slot(ty: &syn::Type, member: &Ident) -> TokenStream {
    let place = super::place(ty);
    let mut member = member.clone();
    member.set_span(place);
    quote_spanned!(place=> slots.#member)
}

fn decode(message: &Message) -> TokenStream {
    let arms = message.fields.iter().map(|field| {
        let (member, held, number) = (&field.member, held(field), number(field.tag.number));
        let (slot, place) = (slot(&field.ty, member), super::place(&field.ty));
        let merge = quote_spanned!(place=> #held::merge_field(&mut #slot, wire, input));
        quote!(#number => #merge,)
    });
    let choices = message.choices.iter().map(|choice| {
        let (slot, place) = (slot(&choice.ty, &choice.member), super::place(&choice.ty));
        let choice = as_choice(choice);
        let merge = quote_spanned!(place=> #choice::merge_members(&mut #slot, number, wire, input));
        quote!(_ if #choice::has(number) => #merge,)
    });
    let arms = arms.chain(choices);
    let other = match &message.asides.unknown {
        Some(member) => quote!(__p::unknown::keep(&mut slots.#member, number, wire, input)),
        None => quote!(input.skip(number, wire)),
    };
    let merge = quote!(match number { #(#arms)* _ => #other, });
    let merge = match &message.asides.unknown {
        Some(member) => quote! {
            let __merged = #merge;
            __p::unknown::keep_left_out(&mut slots.#member, number, input);
            __merged
        },
        None => merge,
    };
    quote! {
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            #merge
        }
    }
}

fn json(message: &Message) -> TokenStream {
    let writes = message.fields.iter().map(|field| write(field, &quote!(&self.)));
    let writes =
        writes.chain(of_choices(message, quote!(write_members), quote!(, out)).map(|write| quote!(#write?;)));
    let choices = json_choices(message);
    let arms = message.fields.iter().enumerate().map(|(index, field)| {
        let (member, held, index) = (&field.member, held(field), number(index as u32));
        let (slot, place) = (slot(&field.ty, member), super::place(&field.ty));
        let merge = quote_spanned!(place=> #held::merge_field_json(&mut #slot, value));
        quote!(#index => #merge,)
    });
    quote! {
        fn put_json<__S: __p::serde::ser::SerializeStruct>(&self, out: &mut __S) -> ::core::result::Result<(), __S::Error> {
            #(#writes)*
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                #(#arms)*
                _ => { #choices ::core::result::Result::Ok(()) }
            }
        }
    }
}

/// Reads the members of `oneof`s, whose indices follow those of the fields.
///
/// ```text
/// let Some(index) = index.checked_sub(<Option<Choice> as __p::Choice>::MEMBERS.len()) else {
///     return …::merge_members_json(…)
/// };
/// ```
fn json_choices(message: &Message) -> Option<TokenStream> {
    let first = message.fields.len();
    let choices = message.choices.iter().map(|choice| {
        let (slot, place) = (slot(&choice.ty, &choice.member), super::place(&choice.ty));
        let choice = as_choice(choice);
        let merge = quote_spanned!(place=> #choice::merge_members_json(&mut #slot, index, value));
        quote! {
            let ::core::option::Option::Some(index) = index.checked_sub(#choice::MEMBERS.len()) else {
                return #merge;
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
            let default = default_of(default, ty);
            return quote!(#member: slots.#member.unwrap_or_else(|| #default));
        }
        let (field, name) = (as_field(ty, tag), &tag.name);
        let (slot, place) = (slot(ty, member), super::place(ty));
        let whole = quote_spanned!(place=> #field::finish(#slot, #name)?);
        quote!(#member: #whole)
    });
    let choices = message.choices.iter().map(|choice| {
        let Choice { member, name, ty } = choice;
        let (held, slot, place) = (as_choice(choice), slot(ty, member), super::place(ty));
        let whole = quote_spanned!(place=> #held::finish(#slot).ok_or(__p::Unfit::absent(#name))?);
        quote!(#member: #whole)
    });
    let unknown = message.asides.unknown.iter().map(|member| quote!(#member: slots.#member));
    let skipped = message.asides.skipped.iter().map(|member| {
        let place = member.span();
        quote_spanned!(place=> #member: ::core::default::Default::default())
    });
    let members = members.chain(choices).chain(unknown).chain(skipped);
    quote! {
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self { #(#members),* })
        }
    }
}

/// `20`, `"en".into()`, `Default::default()`
fn default_of(default: &FieldDefault, ty: &syn::Type) -> TokenStream {
    let place = super::place(ty);
    match default {
        FieldDefault::OfType => quote_spanned!(place=> ::core::default::Default::default()),
        FieldDefault::Value(text @ syn::Lit::Str(_)) => quote!(::core::convert::Into::into(#text)),
        FieldDefault::Value(value) => quote!(#value),
    }
}
