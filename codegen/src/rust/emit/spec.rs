//! The static description of a service: its model, and a plan for each transport.

use super::checks;
use super::consts::{list, number, option, text};
use super::message;
use crate::model::{Idempotency, JsonCase, JsonInt64, JsonStyle, Shape};
use crate::names;
use crate::rust::service::{Mark, MarkValue, Method, Payload, Request, Service};
use crate::rust::transport;
use crate::rust::types;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::BTreeSet;
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

/// A demand on a type: `<Book as __p::Request>`. It has the type's span, so the compiler reports a misfit at
/// the type.
pub(super) fn fitting(ty: &impl ToTokens, place: &str) -> TokenStream {
    let span = super::place(ty);
    let place = Ident::new(place, span);
    quote_spanned!(span=> <#ty as __p::#place>)
}

/// The types of a call. The compiler reports nothing about them here.
///
/// `__p::Sure::<(GetBookRequest, Book, <Result<Book> as __p::Fallible>::Error)>`
pub(super) fn sure(method: &Method) -> TokenStream {
    let (request, response) = (request_type(method), response_type(method));
    let error = method.error.as_ref().map_or_else(
        || {
            let fallible = fitting(&method.result, "Fallible");
            quote!(#fallible::Error)
        },
        ToTokens::to_token_stream,
    );
    quote!(__p::Sure::<(#request, #response, #error)>)
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
    let mut asked = Asked::default();
    let methods = list(service.methods.iter().map(|method| method_model(method, &mut asked)));
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

/// `__p::Sure::<Book>::register(definitions);` for every type that a method reaches.
fn register(method: &Method) -> TokenStream {
    let (request, response) = (request_type(method), response_type(method));
    let error = method.error.iter();
    quote! {
        __p::Sure::<#request>::register(definitions);
        __p::Sure::<#response>::register(definitions);
        #(__p::Sure::<#error>::register(definitions);)*
    }
}

/// The types that were checked already. Each is checked once, so that one that does not fit is reported once.
#[derive(Default)]
struct Asked(BTreeSet<String>);

impl Asked {
    /// The name of a message: `<Book as __p::Request>::NAME` the first time, `__p::Sure::<Book>::NAME` after
    /// that.
    fn name(&mut self, ty: &TokenStream, place: &str) -> TokenStream {
        if self.0.insert(ty.to_string()) {
            let asking = fitting(ty, place);
            return quote!(#asking::NAME);
        }
        quote!(__p::Sure::<#ty>::NAME)
    }

    /// The name of an error: `<BookError as __p::MethodError>::NAME`. For a `Result<Book>`, the statement
    /// that it has none.
    fn error(&mut self, method: &Method) -> TokenStream {
        let result = &method.result;
        match &method.error {
            Some(error) if self.0.insert(error.to_token_stream().to_string()) => {
                let asking = fitting(error, "MethodError");
                quote!(#asking::NAME)
            }
            Some(error) => quote!(__p::Sure::<#error>::ERROR),
            // An alias hides its error, whatever arguments it has.
            None if self
                .0
                .insert(types::last(result).map_or_else(String::new, |(alias, _)| alias.to_string())) =>
            {
                let asking = fitting(result, "Plain");
                quote!(#asking::ERROR)
            }
            None => quote!(::core::option::Option::None),
        }
    }
}

fn method_model(method: &Method, asked: &mut Asked) -> TokenStream {
    let (name, docs, deprecated) = (text(&method.name), text(&method.docs), method.deprecated);
    let input = asked.name(&request_type(method), "Request");
    let output = asked.name(&response_type(method), "Response");
    let (shape, idempotency) = (shape(method.shape()), idempotency(method.idempotency));
    let error = asked.error(method);
    quote! {
        __p::model::Method {
            name: #name,
            docs: #docs,
            shape: __p::model::Shape::#shape,
            input: #input,
            output: #output,
            error: #error,
            idempotency: __p::model::Idempotency::#idempotency,
            deprecated: #deprecated,
        }
    }
}

fn method_static(service: &Service, index: usize, method: &Method) -> TokenStream {
    let (constant, path, index) = (constant(method), service.path(method), number(index as u32));
    let plans = transport::tokens(&method.plans);
    let wrapped = option(matches!(method.response.payload, Payload::Made(_)).then_some(names::RESULT_FIELD));
    let (attrs, checks) = (method.marks.iter().map(mark), checks::of(method));
    quote! {
        static #constant: __p::Method =
            __p::Method {
                service: &__SPEC, index: #index, path: #path, plans: #plans, wrapped: #wrapped, attrs: &[#(#attrs),*],
            };
        #(#checks)*
    }
}

/// A word of `#[attr(…)]`: `("scope", __p::Attr::Text("books:write"))`.
fn mark(mark: &Mark) -> TokenStream {
    let name = &mark.name;
    let value = match &mark.value {
        MarkValue::Flag => quote!(Flag),
        MarkValue::Bool(value) => quote!(Bool(#value)),
        MarkValue::Int(number) => quote!(Int(#number)),
        MarkValue::Text(text) => quote!(Text(#text)),
    };
    quote!((#name, __p::Attr::#value))
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
