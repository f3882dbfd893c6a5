//! Emits for `#[derive(Error)]`: the message that travels, `TypedError`, and the traits that Rust expects of
//! an error.

use super::oneof::{self, Members};
use crate::rust::item::{Body, ErrorItem, ErrorVariant};
use proc_macro2::TokenStream;
use quote::quote;

/// All implementations.
pub(super) fn implement(error: &ErrorItem) -> TokenStream {
    let members = Members {
        head: &error.head,
        oneof: &error.oneof,
        variants: error.variants.iter().map(|error| &error.variant).collect(),
        fallback: Some(&error.fallback),
    };
    let parts =
        [oneof::implement(&members), typed(error), display(error), std_error(error), conversions(error)];
    quote!(#(#parts)*)
}

fn typed(error: &ErrorItem) -> TokenStream {
    let (ident, fallback) = (&error.head.ident, &error.fallback);
    let codes = error.variants.iter().map(|ErrorVariant { variant, code, .. }| {
        let ident = &variant.ident;
        quote!(Self::#ident { .. } => __p::Code::#code,)
    });
    let retry = retry(error);
    quote! {
        #[automatically_derived]
        impl __p::TypedError for #ident {
            #retry
            fn code(&self) -> __p::Code {
                match self {
                    #(#codes)*
                    Self::#fallback(status) => status.code(),
                }
            }
            fn into_fallback(self) -> ::core::result::Result<__p::Status, Self> {
                match self {
                    Self::#fallback(status) => ::core::result::Result::Ok(status),
                    #[allow(unreachable_patterns)]
                    error => ::core::result::Result::Err(error),
                }
            }
            fn from_fallback(status: __p::Status) -> Self {
                Self::#fallback(status)
            }
        }
    }
}

/// Whether each variant is tried again, if any says so.
fn retry(error: &ErrorItem) -> Option<TokenStream> {
    let said = error.variants.iter().filter_map(|ErrorVariant { variant, retry, .. }| {
        let (ident, retry) = (&variant.ident, (*retry)?);
        Some(quote!(Self::#ident { .. } => ::core::option::Option::Some(#retry),))
    });
    let mut said = said.peekable();
    said.peek()?;
    Some(quote! {
        fn retry(&self) -> ::core::option::Option<bool> {
            match self {
                #(#said)*
                #[allow(unreachable_patterns)]
                _ => ::core::option::Option::None,
            }
        }
    })
}

/// `Self::Missing { id } => ::core::write!(f, "no book {id}"),`
fn display(error: &ErrorItem) -> TokenStream {
    let (ident, fallback) = (&error.head.ident, &error.fallback);
    let arms = error.variants.iter().map(|error| {
        let ErrorVariant { variant, text, arguments, .. } = error;
        let ident = &variant.ident;
        let positional = error.positional().then(|| quote!(, _0));
        match &variant.body {
            Body::Unit => quote!(Self::#ident => ::core::write!(__f, #text #arguments),),
            Body::Newtype(_) => {
                quote!(Self::#ident(_0) => ::core::write!(__f, #text #positional #arguments),)
            }
            Body::Struct(message) => {
                let members = message.fields.iter().map(|field| &field.member);
                quote!(Self::#ident { #(#members),* } => ::core::write!(__f, #text #arguments),)
            }
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(unused_variables)]
        impl ::core::fmt::Display for #ident {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    #(#arms)*
                    Self::#fallback(status) => ::core::fmt::Display::fmt(status, __f),
                }
            }
        }
    }
}

fn std_error(error: &ErrorItem) -> TokenStream {
    let (ident, fallback) = (&error.head.ident, &error.fallback);
    quote! {
        #[automatically_derived]
        impl ::core::error::Error for #ident {
            fn source(&self) -> ::core::option::Option<&(dyn ::core::error::Error + 'static)> {
                match self {
                    Self::#fallback(status) => ::core::error::Error::source(status),
                    #[allow(unreachable_patterns)]
                    _ => ::core::option::Option::None,
                }
            }
        }
    }
}

fn conversions(error: &ErrorItem) -> TokenStream {
    let ident = &error.head.ident;
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<__p::Status> for #ident {
            fn from(status: __p::Status) -> Self {
                __p::typed(status)
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<#ident> for __p::Status {
            fn from(error: #ident) -> Self {
                __p::Reject::into_status(error)
            }
        }
    }
}
