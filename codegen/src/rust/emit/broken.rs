//! Stand-ins for an item with a fault. Other code that names the item then adds no errors of its own.

use super::scope;
use crate::rust::root::Root;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Ident};

/// A `Message` without fields. A generic type gets nothing, because it does not stand for one message.
pub(super) fn message(input: &DeriveInput, root: &Root) -> TokenStream {
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    let ident = &input.ident;
    let (message, serde) = (implement_message(ident), super::schema::serde(ident));
    scope(root, &quote!(#message #serde))
}

/// A `Message` without fields, with the other parts of a typed error.
pub(super) fn error(input: &DeriveInput, root: &Root) -> TokenStream {
    let (ident, message) = (&input.ident, message(input, root));
    if message.is_empty() {
        return message;
    }
    let error = scope(
        root,
        &quote! {
            impl __p::TypedError for #ident {
                fn code(&self) -> __p::Code { ::core::unreachable!() }
                fn into_fallback(self) -> ::core::result::Result<__p::Status, Self> { ::core::unreachable!() }
                fn from_fallback(_: __p::Status) -> Self { ::core::unreachable!() }
            }
            impl ::core::fmt::Display for #ident {
                fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result { ::core::unreachable!() }
            }
            impl ::core::error::Error for #ident {}
            impl ::core::convert::From<__p::Status> for #ident {
                fn from(_: __p::Status) -> Self { ::core::unreachable!() }
            }
            impl ::core::convert::From<#ident> for __p::Status {
                fn from(_: #ident) -> Self { ::core::unreachable!() }
            }
        },
    );
    quote!(#message #error)
}

fn implement_message(ident: &Ident) -> TokenStream {
    let name = ident.to_string();
    quote! {
        #[allow(unused_variables)]
        impl __p::Message for #ident {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(#name);
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Owned(::std::vec::Vec::new()),
                oneof: ::core::option::Option::None,
                reserved: __p::model::Reserved::NONE,
                deprecated: false,
            };
            type Slots = ();
            fn register_fields(definitions: &mut __p::model::Definitions) {}
            fn fields_len(&self) -> usize { 0 }
            fn put_fields(&self, out: &mut __p::BytesMut) {}
            fn merge_field(
                slots: &mut (),
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> { ::core::unreachable!() }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(&self, out: &mut __S) -> ::core::result::Result<(), __S::Error> {
                ::core::unreachable!()
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut (),
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> { ::core::unreachable!() }
            fn finish(slots: ()) -> ::core::result::Result<Self, __p::Unfit> { ::core::unreachable!() }
        }
    }
}
