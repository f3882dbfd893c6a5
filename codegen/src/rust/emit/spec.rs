//! The static description of a service: its model, and a plan for each transport.

use super::consts::{list, number, option, text};
use super::message;
use crate::model::{Idempotency, JsonCase, JsonInt64, JsonStyle, Shape};
use crate::names;
use crate::rust::service::{Method, Payload, Request, Service};
use crate::transport::tokens::plans;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;
use syn::ext::IdentExt;

/// The messages made for methods, `static __SPEC`, and a static for each method.
pub(super) fn statics(service: &Service) -> TokenStream {
    let made = service.methods.iter().flat_map(Method::made).map(message::define);
    let spec = spec(service);
    let methods =
        service.methods.iter().enumerate().map(|(index, method)| method_static(service, index, method));
    quote!(#(#made)* #spec #(#methods)*)
}

/// `GET_BOOK`
pub(super) fn constant(method: &Method) -> Ident {
    let name = names::constant(&method.ident.unraw().to_string());
    format_ident!("{name}", span = method.ident.span())
}

/// The message type of the request, or of one of its items.
pub(super) fn request_type(method: &Method) -> TokenStream {
    match &method.request {
        Request::Message(_, ty) | Request::Stream(_, ty) => quote!(#ty),
        Request::Made(message) => {
            let ident = &message.head.ident;
            quote!(#ident)
        }
    }
}

/// The message type of the response, or of one of its items.
pub(super) fn response_type(method: &Method) -> TokenStream {
    match &method.response.payload {
        Payload::Message(ty) => quote!(#ty),
        Payload::Made(message) => {
            let ident = &message.head.ident;
            quote!(#ident)
        }
    }
}

fn spec(service: &Service) -> TokenStream {
    let (package, name, docs) = (text(&service.package), text(&service.name), text(&service.docs));
    let methods = list(service.methods.iter().map(method_model));
    let (json, deprecated) = (json_style(service.json), service.deprecated);
    let statics = service.methods.iter().map(constant);
    let register = service.methods.iter().map(register);
    quote! {
        static __SPEC: __p::ServiceSpec = __p::ServiceSpec {
            model: __p::model::Service {
                package: #package, name: #name, docs: #docs, methods: #methods, json: #json, deprecated: #deprecated,
            },
            methods: &[#(&#statics),*],
            register: |definitions| { #(#register)* },
        };
    }
}

/// `<Book as __p::Value>::register(definitions);` for everything that a method reaches.
fn register(method: &Method) -> TokenStream {
    let (request, response) = (request_type(method), response_type(method));
    let error = method.error.iter();
    quote! {
        <#request as __p::Value>::register(definitions);
        <#response as __p::Value>::register(definitions);
        #(<#error as __p::Reject>::register(definitions);)*
    }
}

fn method_model(method: &Method) -> TokenStream {
    let (name, docs, deprecated) = (text(&method.name), text(&method.docs), method.deprecated);
    let (input, output) = (request_type(method), response_type(method));
    let (shape, idempotency) = (shape(method.shape()), idempotency(method.idempotency));
    let error = option(method.error.as_ref().map(|error| quote!(<#error as ::polywire::Message>::NAME)));
    quote! {
        __p::model::Method {
            name: #name,
            docs: #docs,
            shape: __p::model::Shape::#shape,
            input: <#input as ::polywire::Message>::NAME,
            output: <#output as ::polywire::Message>::NAME,
            error: #error,
            idempotency: __p::model::Idempotency::#idempotency,
            deprecated: #deprecated,
        }
    }
}

fn method_static(service: &Service, index: usize, method: &Method) -> TokenStream {
    let (constant, path, index) = (constant(method), service.path(method), number(index as u32));
    let plans = plans(&method.plans);
    let wrapped = option(matches!(method.response.payload, Payload::Made(_)).then_some(names::RESULT_FIELD));
    let checks = checks(method);
    quote! {
        static #constant: __p::Method =
            __p::Method { service: &__SPEC, index: #index, path: #path, plans: #plans, wrapped: #wrapped };
        #(#checks)*
    }
}

/// What the attributes say of messages whose fields only the compiler knows.
///
/// `const _: () = ::core::assert!(__p::has_field(<GetBook as ::polywire::Message>::SCHEMA, "id"), "…");`
fn checks(method: &Method) -> impl Iterator<Item = TokenStream> {
    method.notes.bindings.iter().filter(|binding| method.known(binding.side).is_none()).map(|binding| {
        let message = match binding.side {
            crate::transport::attr::Side::Request => request_type(method),
            crate::transport::attr::Side::Response => response_type(method),
        };
        let first = binding.field.split('.').next().unwrap_or_default();
        let text = format!(
            "{}: {} has no matching field in the message; add `{first}` there, or remove this",
            method.subject(),
            binding.what
        );
        // The text of an assertion is a format string.
        let text = text.replace('{', "{{").replace('}', "}}");
        let span = binding.at.span();
        quote::quote_spanned! {span=>
            const _: () = ::core::assert!(__p::has_field(<#message as ::polywire::Message>::SCHEMA, #first), #text);
        }
    })
}

fn shape(shape: Shape) -> Ident {
    let name = match shape {
        Shape::Unary => "Unary",
        Shape::ServerStream => "ServerStream",
        Shape::ClientStream => "ClientStream",
        Shape::Bidi => "Bidi",
    };
    format_ident!("{name}")
}

fn idempotency(idempotency: Idempotency) -> Ident {
    let name = match idempotency {
        Idempotency::Unknown => "Unknown",
        Idempotency::Idempotent => "Idempotent",
        Idempotency::NoSideEffects => "NoSideEffects",
    };
    format_ident!("{name}")
}

fn json_style(style: JsonStyle) -> TokenStream {
    let int64 = match style.int64 {
        JsonInt64::String => quote!(String),
        JsonInt64::Number => quote!(Number),
    };
    let case = match style.case {
        JsonCase::Camel => quote!(Camel),
        JsonCase::Snake => quote!(Snake),
    };
    quote!(__p::model::JsonStyle { int64: __p::model::JsonInt64::#int64, case: __p::model::JsonCase::#case })
}
