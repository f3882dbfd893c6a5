//! Enums of unit variants: emits `__p::Enumeration`, from which the runtime makes everything else.

use super::consts::{list, reserved, text, type_name};
use crate::model::{Enum, Others, Zero};
use crate::rust::item::{EnumVariant, Enumeration};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

/// The implementations: `Enumeration`, `Value`, `Element`, and serde's traits.
pub(super) fn implement(enumeration: &Enumeration) -> TokenStream {
    let ident = &enumeration.head.ident;
    let parts = [implement_enumeration(enumeration), implement_value(ident), serde(ident)];
    quote!(#(#parts)*)
}

fn implement_enumeration(enumeration: &Enumeration) -> TokenStream {
    let ident = &enumeration.head.ident;
    let model = enumeration.model();
    let (name, docs, values) = (type_name(&model.name), text(&model.docs), values(&model));
    let (reserved, deprecated) = (reserved(&model.reserved), model.deprecated);
    let others = match model.others {
        Others::Refused => quote!(__p::model::Others::Refused),
        Others::Kept => quote!(__p::model::Others::Kept),
    };
    let zero = match model.zero {
        Zero::Own => quote!(__p::model::Zero::Own),
        Zero::Added => quote!(__p::model::Zero::Added),
    };
    let numbers =
        enumeration.variants.iter().map(|EnumVariant { ident, number, .. }| quote!(Self::#ident => #number,));
    let variants = enumeration.variants.iter().map(
        |EnumVariant { ident, number, .. }| quote!(#number => ::core::option::Option::Some(Self::#ident),),
    );
    let (keep, other) = match &enumeration.unknown {
        Some(unknown) => (
            Some(quote!(Self::#unknown(number) => *number,)),
            quote!(_ => ::core::option::Option::Some(Self::#unknown(number)),),
        ),
        None => (None, quote!(_ => ::core::option::Option::None,)),
    };
    quote! {
        #[automatically_derived]
        impl __p::Enumeration for #ident {
            const NAME: __p::model::TypeName = #name;
            const SCHEMA: &'static __p::model::Enum = &__p::model::Enum {
                name: <Self as __p::Enumeration>::NAME,
                docs: #docs,
                values: #values,
                reserved: #reserved,
                others: #others,
                zero: #zero,
                deprecated: #deprecated,
            };
            fn number(&self) -> i32 {
                match self { #(#numbers)* #keep }
            }
            fn from_number(number: i32) -> ::core::option::Option<Self> {
                match number { #(#variants)* #other }
            }
        }
    }
}

fn values(model: &Enum) -> TokenStream {
    list(model.values.iter().map(|value| {
        let (name, docs) = (text(&value.name), text(&value.docs));
        let (number, deprecated) = (value.number, value.deprecated);
        quote!(__p::model::EnumValue { name: #name, number: #number, docs: #docs, deprecated: #deprecated })
    }))
}

fn implement_value(ident: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl __p::Value for #ident {
            const ELEMENT: __p::model::Element = __p::model::Element::Enum(<Self as __p::Enumeration>::NAME);
            const WIRE: __p::Wire = __p::Wire::Varint;
            fn register(definitions: &mut __p::model::Definitions) {
                __p::enumeration::register::<Self>(definitions)
            }
            fn is_default(&self) -> bool {
                __p::Enumeration::number(self) == 0
            }
            fn len(&self) -> usize {
                __p::enumeration::len(self)
            }
            fn put(&self, out: &mut __p::BytesMut) {
                __p::enumeration::put(self, out)
            }
            fn take(input: &mut __p::Reader<'_>) -> ::core::result::Result<Self, __p::DecodeError> {
                __p::enumeration::take(input)
            }
            fn take_known(
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<::core::option::Option<Self>, __p::DecodeError> {
                __p::enumeration::take_known(input)
            }
            fn merge(earlier: Self, input: &mut __p::Reader<'_>) -> ::core::result::Result<Self, __p::DecodeError> {
                __p::enumeration::merge(earlier, input)
            }
            fn absent() -> ::core::option::Option<Self> {
                <Self as __p::Enumeration>::from_number(0)
            }
            const CHECKED: bool = true;
            fn given(&self) -> __p::Given<'_> {
                __p::enumeration::given(self)
            }
            fn to_json<__S: __p::serde::Serializer>(&self, out: __S) -> ::core::result::Result<__S::Ok, __S::Error> {
                __p::enumeration::to_json(self, out)
            }
            fn from_json<'de, __D: __p::serde::Deserializer<'de>>(input: __D) -> ::core::result::Result<Self, __D::Error> {
                __p::enumeration::from_json(input)
            }
            fn from_json_known<'de, __D: __p::serde::Deserializer<'de>>(
                input: __D,
            ) -> ::core::result::Result<::core::option::Option<Self>, __D::Error> {
                __p::enumeration::from_json_known(input)
            }
        }
        #[automatically_derived]
        impl __p::Element for #ident {}
    }
}

fn serde(ident: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl __p::serde::Serialize for #ident {
            fn serialize<__S: __p::serde::Serializer>(&self, out: __S) -> ::core::result::Result<__S::Ok, __S::Error> {
                __p::enumeration::to_json(self, out)
            }
        }
        #[automatically_derived]
        impl<'de> __p::serde::Deserialize<'de> for #ident {
            fn deserialize<__D: __p::serde::Deserializer<'de>>(input: __D) -> ::core::result::Result<Self, __D::Error> {
                __p::enumeration::from_json(input)
            }
        }
    }
}
