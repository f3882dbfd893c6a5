//! Newtypes. A newtype is the same as its inner type, in each of its encodings, and also as a map's key.
//!
//! A newtype forwards every function of `Value`, generic in the encoding. So it is a map's key exactly where
//! its inner type is one. By its tokens a newtype that stands alone looks like a message. `#[field]` on the
//! argument, or on the method for its result, tells the macro and the build door that it is none.

use super::consts::encoding;
use crate::rust::item::{Encoding, Newtype};
use proc_macro2::TokenStream;
use quote::quote;

/// `impl<const __AS: u8> __p::Value<__AS> for OrderId where i64: __p::Value<__AS> { … }`, and the other
/// traits likewise. A newtype with an encoding of its own implements only that one.
pub(super) fn implement(newtype: &Newtype) -> TokenStream {
    let (ident, ty) = (&newtype.ident, &newtype.ty);
    let own = encoding(newtype.encoding);
    let (generics, outer, inner) = match newtype.encoding {
        Encoding::Natural => (quote!(<const __AS: u8>), quote!(<__AS>), quote!(<__AS>)),
        Encoding::Zigzag | Encoding::Fixed => (quote!(), quote!(), quote!(#own)),
    };
    let bound = |name: TokenStream| (!generics.is_empty()).then(|| quote!(where #ty: __p::#name<__AS>));
    let (value, element, key) = (bound(quote!(Value)), bound(quote!(Element)), bound(quote!(MapKey)));
    let held = quote!(<#ty as __p::Value #inner>);
    let held_key = quote!(<#ty as __p::MapKey #inner>);
    let functions = functions(&held);
    quote! {
        #[automatically_derived]
        impl #generics __p::Value #outer for #ident #value {
            const ELEMENT: __p::model::Element = #held::ELEMENT;
            const WIRE: __p::Wire = #held::WIRE;
            const JSON_NULL: bool = #held::JSON_NULL;
            const CHECKED: bool = #held::CHECKED;
            #functions
        }
        #[automatically_derived]
        impl #generics __p::Element #outer for #ident #element {}
        #[automatically_derived]
        impl #generics __p::MapKey #outer for #ident #key {
            const SCALAR: __p::model::Scalar = #held_key::SCALAR;
            fn to_key(&self) -> __p::Cow<'_, str> {
                #held_key::to_key(&self.0)
            }
            fn from_key(key: &str) -> ::core::option::Option<Self> {
                #held_key::from_key(key).map(Self)
            }
        }
        #[automatically_derived]
        impl __p::serde::Serialize for #ident {
            fn serialize<__S: __p::serde::Serializer>(&self, out: __S) -> ::core::result::Result<__S::Ok, __S::Error> {
                <Self as __p::Value>::to_json(self, out)
            }
        }
        #[automatically_derived]
        impl<'de> __p::serde::Deserialize<'de> for #ident {
            fn deserialize<__D: __p::serde::Deserializer<'de>>(input: __D) -> ::core::result::Result<Self, __D::Error> {
                <Self as __p::Value>::from_json(input)
            }
        }
    }
}

/// The functions of `Value`, each of which is forwarded.
fn functions(held: &TokenStream) -> TokenStream {
    quote! {
        fn register(definitions: &mut __p::model::Definitions) {
            #held::register(definitions)
        }
        fn is_default(&self) -> bool {
            #held::is_default(&self.0)
        }
        fn len(&self) -> usize {
            #held::len(&self.0)
        }
        fn put(&self, out: &mut __p::BytesMut) {
            #held::put(&self.0, out)
        }
        fn take(input: &mut __p::Reader<'_>) -> ::core::result::Result<Self, __p::DecodeError> {
            #held::take(input).map(Self)
        }
        fn take_known(
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<::core::option::Option<Self>, __p::DecodeError> {
            #held::take_known(input).map(|value| value.map(Self))
        }
        fn merge(whole: Self, input: &mut __p::Reader<'_>) -> ::core::result::Result<Self, __p::DecodeError> {
            #held::merge(whole.0, input).map(Self)
        }
        fn absent() -> ::core::option::Option<Self> {
            #held::absent().map(Self)
        }
        fn given(&self) -> __p::Given<'_> {
            #held::given(&self.0)
        }
        fn check_inside(&self, __check: &mut __p::Checker) {
            #held::check_inside(&self.0, __check)
        }
        fn to_json<__S: __p::serde::Serializer>(&self, out: __S) -> ::core::result::Result<__S::Ok, __S::Error> {
            #held::to_json(&self.0, out)
        }
        fn from_json<'de, __D: __p::serde::Deserializer<'de>>(input: __D) -> ::core::result::Result<Self, __D::Error> {
            #held::from_json(input).map(Self)
        }
        fn from_json_known<'de, __D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<::core::option::Option<Self>, __D::Error> {
            #held::from_json_known(input).map(|value| value.map(Self))
        }
    }
}
