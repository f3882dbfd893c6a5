//! Emits `polywire::Message` for enums with data: one `oneof`, in which a value is exactly one member.

use super::constraint;
use super::consts::{encoding, number};
use super::schema::{self, Entry};
use super::view;
use crate::names;
use crate::rust::item::{Body, Head, Oneof, Variant};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;

/// The input: the members, and the variant that is no member.
pub(super) struct Members<'a> {
    pub(super) head: &'a Head,
    pub(super) oneof: &'a str,
    pub(super) variants: Vec<&'a Variant>,
    /// The variant that holds a status and is never encoded.
    pub(super) fallback: Option<&'a Ident>,
}

impl<'a> Members<'a> {
    pub(super) fn of(item: &'a Oneof) -> Self {
        Self {
            head: &item.head,
            oneof: &item.oneof,
            variants: item.variants.iter().collect(),
            fallback: None,
        }
    }

    /// `Self::Other(_) => nothing,`
    fn fallback_arm(&self, nothing: TokenStream) -> Option<TokenStream> {
        self.fallback.map(|ident| quote!(Self::#ident(_) => #nothing,))
    }
}

/// The implementations: `Message`, and serde's traits.
pub(super) fn implement(members: &Members<'_>) -> TokenStream {
    let ident = &members.head.ident;
    let views = members.variants.iter().filter_map(|variant| view::define(variant));
    let entries: Vec<Entry<'_>> = members.variants.iter().map(|variant| entry(variant)).collect();
    let constants = schema::constants(members.head, Some(members.oneof), &entries, &[]);
    let parts = [encode(members), put_json(members), decode(members), merge_json(members), finish(members)];
    let serde = schema::serde(ident);
    let check = check(members);
    quote! {
        #(#views)*
        #[automatically_derived]
        impl __p::Message for #ident {
            #constants
            type Slots = ::core::option::Option<Self>;
            #(#parts)*
            #check
        }
        #serde
    }
}

fn entry(variant: &Variant) -> Entry<'_> {
    Entry { tag: &variant.tag, held: member(variant) }
}

/// The type that a member holds.
fn held(variant: &Variant) -> TokenStream {
    match &variant.body {
        Body::Unit => quote!(()),
        Body::Newtype(ty) => quote!(#ty),
        Body::Struct(message) => {
            let ident = &message.head.ident;
            quote!(#ident)
        }
    }
}

/// The pattern of a variant, and a reference to its content in the form that a writer takes.
fn borrowed(variant: &Variant) -> (TokenStream, TokenStream) {
    let ident = &variant.ident;
    match &variant.body {
        Body::Unit => (quote!(Self::#ident), quote!(&())),
        Body::Newtype(_) => (quote!(Self::#ident(value)), quote!(value)),
        Body::Struct(message) => {
            let (view, names) = (names::hidden_ref(ident), message.fields.iter().map(|field| &field.member));
            let members = quote!({ #(#names),* });
            (quote!(Self::#ident #members), quote!(&#view #members))
        }
    }
}

/// The runtime's function for the content of a variant: a value, or a view of its fields.
fn function(variant: &Variant, value: TokenStream, view: TokenStream) -> TokenStream {
    if matches!(variant.body, Body::Struct(_)) {
        return quote!(__p::#view);
    }
    let member = member(variant);
    quote!(#member::#value)
}

/// `<Circle as __p::Member>`
fn member(variant: &Variant) -> TokenStream {
    let (encoding, held) = (encoding(variant.tag.encoding), held(variant));
    let place = super::place(&held);
    quote_spanned!(place=> <#held as __p::Member #encoding>)
}

/// `Self::Circle(value) => <Circle as __p::Member>::member_len(value, 1),`
fn encode(members: &Members<'_>) -> TokenStream {
    let arm = |variant: &&Variant, function: TokenStream, out: TokenStream| {
        let ((pattern, value), number) = (borrowed(variant), number(variant.tag.number));
        quote!(#pattern => #function(#value, #number #out),)
    };
    let lens =
        members.variants.iter().map(|v| arm(v, function(v, quote!(member_len), quote!(view_len)), quote!()));
    let puts = members
        .variants
        .iter()
        .map(|v| arm(v, function(v, quote!(put_member), quote!(put_view)), quote!(, __out)));
    let (no_len, no_put) = (members.fallback_arm(quote!(0)), members.fallback_arm(quote!({})));
    quote! {
        fn fields_len(&self) -> usize {
            match self { #(#lens)* #no_len }
        }
        fn put_fields(&self, __out: &mut __p::BytesMut) {
            match self { #(#puts)* #no_put }
        }
    }
}

/// `Self::Circle(value) => <Circle as __p::Member<…>>::write_member(value, out, "circle", "circle"),`
fn put_json(members: &Members<'_>) -> TokenStream {
    let arms = members.variants.iter().map(|variant| {
        let (pattern, value) = borrowed(variant);
        let function = function(variant, quote!(write_member), quote!(write_view));
        let (json, name) = (&variant.tag.json, variant.tag.snake());
        quote!(#pattern => #function(#value, __out, #json, #name),)
    });
    let nothing = members.fallback_arm(quote!(::core::result::Result::Ok(())));
    quote! {
        fn put_json<__S: __p::serde::ser::SerializeStruct>(&self, __out: &mut __S) -> ::core::result::Result<(), __S::Error> {
            match self { #(#arms)* #nothing }
        }
    }
}

/// `Self::Circle(value) => { static __RULES: … }`. `None` when no variant has anything to check.
fn check(members: &Members<'_>) -> Option<TokenStream> {
    let ident = &members.head.ident;
    let arms: Vec<TokenStream> = members
        .variants
        .iter()
        .enumerate()
        .filter_map(|(index, variant)| check_arm(ident, index, variant))
        .collect();
    let asserts =
        members.variants.iter().flat_map(|variant| constraint::asserts(&variant.tag, &member(variant)));
    (!arms.is_empty()).then(|| {
        quote! {
            fn check_fields(&self, __check: &mut __p::Checker) {
                #(#asserts)*
                match self {
                    #(#arms)*
                    #[allow(unreachable_patterns)]
                    _ => {}
                }
            }
        }
    })
}

fn check_arm(ident: &Ident, index: usize, variant: &Variant) -> Option<TokenStream> {
    let (pattern, value) = borrowed(variant);
    let line = match &variant.body {
        Body::Unit => return None,
        Body::Newtype(ty) if !constraint::is_checked(&variant.tag, ty) => return None,
        Body::Newtype(_) => constraint::check(ident, index, &member(variant), &value),
        Body::Struct(message) => {
            let is_checked = message.fields.iter().any(|field| constraint::is_checked(&field.tag, &field.ty));
            if !is_checked {
                return None;
            }
            let name = &variant.tag.name;
            quote!(__p::check_view(#value, #name, __check))
        }
    };
    Some(quote!(#pattern => #line,))
}

/// The functions that take a variant apart and put it together: `|whole| match whole { … }, Self::Circle`.
fn conversions(variant: &Variant) -> (TokenStream, TokenStream) {
    let ident = &variant.ident;
    let (pattern, value, set) = match &variant.body {
        Body::Unit => (quote!(Self::#ident), quote!(()), quote!(|()| Self::#ident)),
        Body::Newtype(_) => (quote!(Self::#ident(value)), quote!(value), quote!(Self::#ident)),
        Body::Struct(message) => {
            let (hidden, names) = (&message.head.ident, message.fields.iter().map(|field| &field.member));
            let members = quote!({ #(#names),* });
            (
                quote!(Self::#ident #members),
                quote!(#hidden #members),
                quote!(|#hidden #members| Self::#ident #members),
            )
        }
    };
    let get = quote! {
        |whole| match whole {
            #pattern => ::core::option::Option::Some(#value),
            #[allow(unreachable_patterns)]
            _ => ::core::option::Option::None,
        }
    };
    (get, set)
}

fn decode(members: &Members<'_>) -> TokenStream {
    let arms = members.variants.iter().map(|variant| {
        let (get, set) = conversions(variant);
        let (member, number) = (member(variant), number(variant.tag.number));
        quote!(#number => #member::merge_member(slots, wire, input, #get, #set),)
    });
    quote! {
        fn merge_field(
            slots: &mut Self::Slots,
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

fn merge_json(members: &Members<'_>) -> TokenStream {
    let arms = members.variants.iter().enumerate().map(|(index, variant)| {
        let (_, set) = conversions(variant);
        let (member, index) = (member(variant), number(index as u32));
        quote!(#index => #member::merge_member_json(slots, value, #set),)
    });
    quote! {
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
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

fn finish(members: &Members<'_>) -> TokenStream {
    let oneof = members.oneof;
    quote! {
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            slots.ok_or(__p::Unfit::absent(#oneof))
        }
    }
}
