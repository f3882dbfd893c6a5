//! `polywire::Message` for structs, and for the messages made for methods and variants.

use super::schema::{self, Entry, as_field};
use crate::rust::item::{Field, Message};
use proc_macro2::TokenStream;
use quote::quote;

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
        pub struct #ident { #(#members),* }
        const _: () = { #message_impl };
    }
}

/// Only `Message`.
fn implement_message(message: &Message) -> TokenStream {
    let ident = &message.head.ident;
    let slots = slots(message);
    let constants = schema::constants(&message.head, None, &entries(&message.fields));
    let parts = [encode(message), decode(message), json(message), finish(message)];
    quote! {
        #slots
        #[automatically_derived]
        #[allow(unused_variables)]
        impl ::polywire::Message for #ident {
            #constants
            type Slots = __Slots;
            #(#parts)*
        }
    }
}

pub(super) fn entries(fields: &[Field]) -> Vec<Entry<'_>> {
    fields.iter().map(|Field { tag, ty, .. }| Entry { tag, ty: quote!(#ty) }).collect()
}

/// `pub struct __Slots { id: Option<i32>, … }`
fn slots(message: &Message) -> TokenStream {
    let members =
        message.fields.iter().map(|Field { member, ty, .. }| quote!(#member: ::core::option::Option<#ty>));
    quote! {
        #[derive(Default)]
        pub struct __Slots { #(#members),* }
    }
}

fn encode(message: &Message) -> TokenStream {
    let lens = message.fields.iter().map(|field| len(field, &quote!(&self.)));
    let puts = message.fields.iter().map(|field| put(field, &quote!(&self.)));
    quote! {
        fn fields_len(&self) -> usize {
            0 #(+ #lens)*
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            #(#puts)*
        }
    }
}

/// `__p::Field::<{ __p::NATURAL }>::field_len(&self.id, 1)`
pub(super) fn len(field: &Field, of: &TokenStream) -> TokenStream {
    let Field { member, tag, ty } = field;
    let (field, number) = (as_field(ty, tag.encoding), tag.number);
    quote!(#field::field_len(#of #member, #number))
}

/// `__p::Field::<{ __p::NATURAL }>::put_field(&self.id, 1, out);`
pub(super) fn put(field: &Field, of: &TokenStream) -> TokenStream {
    let Field { member, tag, ty } = field;
    let (field, number) = (as_field(ty, tag.encoding), tag.number);
    quote!(#field::put_field(#of #member, #number, out);)
}

/// `<i64 as __p::Field<{ __p::NATURAL }>>::write_field(&self.order_id, out, "orderId", "order_id")?;`
pub(super) fn write(field: &Field, of: &TokenStream) -> TokenStream {
    let Field { member, tag, ty } = field;
    let (field, json, name) = (as_field(ty, tag.encoding), &tag.json, &tag.name);
    quote!(#field::write_field(#of #member, out, #json, #name)?;)
}

fn decode(message: &Message) -> TokenStream {
    let arms = message.fields.iter().map(|Field { member, tag, ty }| {
        let (field, number) = (as_field(ty, tag.encoding), tag.number);
        quote!(#number => #field::merge_field(&mut slots.#member, wire, input),)
    });
    quote! {
        fn merge_field(
            slots: &mut __Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                #(#arms)*
                _ => input.skip(number, wire),
            }
        }
    }
}

fn json(message: &Message) -> TokenStream {
    let writes = message.fields.iter().map(|field| write(field, &quote!(&self.)));
    let arms = message.fields.iter().enumerate().map(|(index, Field { member, tag, ty })| {
        let field = as_field(ty, tag.encoding);
        quote!(#index => #field::merge_field_json(&mut slots.#member, value),)
    });
    quote! {
        fn put_json<__S: __p::serde::ser::SerializeStruct>(&self, out: &mut __S) -> ::core::result::Result<(), __S::Error> {
            #(#writes)*
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut __Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                #(#arms)*
                _ => ::core::result::Result::Ok(()),
            }
        }
    }
}

/// `id: slots.id.or_else(<i32 as __p::Field<…>>::missing).ok_or(__p::Missing("id"))?, …`
fn finish(message: &Message) -> TokenStream {
    let members = message.fields.iter().map(|Field { member, tag, ty }| {
        let (field, name) = (as_field(ty, tag.encoding), &tag.name);
        quote!(#member: slots.#member.or_else(#field::missing).ok_or(__p::Missing(#name))?)
    });
    quote! {
        fn finish(slots: __Slots) -> ::core::result::Result<Self, __p::Missing> {
            ::core::result::Result::Ok(Self { #(#members),* })
        }
    }
}
