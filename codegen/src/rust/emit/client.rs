//! `BookServiceClient`, which implements the trait with one line for each method.

use super::server::{client_ident, function, server_ident};
use super::spec::{constant, fitting, request_type, sure};
use super::trait_item::{opened, plain};
use crate::rust::service::{Method, Payload, Request, Service};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{FnArg, Ident, ItemTrait, Pat, PatType, TraitItem, TraitItemFn, Type};

/// The implementations of the client.
pub(super) fn implement(service: &Service, input: &ItemTrait) -> TokenStream {
    let ident = &service.ident;
    let client = client_ident(ident);
    let constructors = constructors(ident);
    let typed =
        functions(input).zip(&service.methods).filter_map(|(function, method)| typed(function, method));
    let functions = functions(input).zip(&service.methods).map(|(function, method)| call(function, method));
    quote! {
        #constructors
        impl #client { #(#typed)* }
        impl #ident for #client { #(#functions)* }
    }
}

/// The client of a trait with a fault: the same names, without a service behind them.
pub(super) fn broken(input: &ItemTrait) -> TokenStream {
    let ident = &input.ident;
    let client = client_ident(ident);
    let constructors = constructors(ident);
    let functions = functions(input).map(|function| {
        let sig = opened(&function.sig);
        let body = match &function.sig.asyncness {
            Some(_) => quote!(::core::future::pending()),
            None => quote!(::core::unreachable!()),
        };
        quote!(#[allow(unused_variables)] #sig { #body })
    });
    quote! {
        #constructors
        impl #ident for #client { #(#functions)* }
    }
}

fn functions(input: &ItemTrait) -> impl Iterator<Item = &TraitItemFn> {
    input.items.iter().filter_map(|item| match item {
        TraitItem::Fn(function) => Some(function),
        _ => None,
    })
}

fn constructors(ident: &Ident) -> TokenStream {
    let (client, server) = (client_ident(ident), server_ident(ident));
    quote! {
        impl #client {
            /// Connects by URL: `grpc://`, `http://`, `ws://`, `amqp://`, `memory:`.
            ///
            /// # Errors
            /// When no transport takes the URL, or nobody answers.
            pub async fn connect(endpoint: impl ::core::convert::Into<__p::Endpoint>) -> __p::Result<Self> {
                __p::Caller::connect(endpoint.into()).await.map(Self)
            }
            /// Calls `service` in process.
            pub fn local(service: impl #ident) -> Self {
                Self(__p::Caller::new(__p::local(#server::new(service))))
            }
            /// Calls through `caller`, which several clients may share.
            pub fn from_caller(caller: __p::Caller) -> Self {
                Self(caller)
            }
            /// Puts an interceptor around every call, inside those that are there.
            #[must_use]
            pub fn with_interceptor(self, interceptor: impl __p::Interceptor) -> Self {
                Self(self.0.with_interceptor(interceptor))
            }
            /// Every call ends after `timeout`, unless its context says earlier.
            #[must_use]
            pub fn with_timeout(self, timeout: ::core::time::Duration) -> Self {
                Self(self.0.with_timeout(timeout))
            }
            /// Requests that break a constraint of their fields are refused here, and not sent.
            #[must_use]
            pub fn validating(self) -> Self {
                Self(self.0.validating())
            }
            /// Tasks and events over AMQP do not run before a time. Other calls are refused.
            #[must_use]
            pub fn with(&self, delay: __p::Delay) -> Self {
                Self(self.0.with(delay))
            }
            /// Every call carries this metadata.
            #[must_use]
            pub fn with_metadata(self, metadata: __p::Metadata) -> Self {
                Self(self.0.with_metadata(metadata))
            }
        }
        impl ::core::convert::AsRef<__p::Caller> for #client {
            fn as_ref(&self) -> &__p::Caller {
                &self.0
            }
        }
    }
}

/// The method with the types of its arguments.
///
/// ```text
/// pub const GET_BOOK: __p::TypedMethod<i32> =
///     __p::TypedMethod::new(&GET_BOOK, |input| __p::Sure::<GetBookRequest>::read(input).map(|req| req.id));
/// ```
fn typed(written: &TraitItemFn, method: &Method) -> Option<TokenStream> {
    let (constant, request) = (constant(method), request_type(method));
    let docs = format!("The method `{}`, with the types of its arguments.", method.ident);
    let (arguments, take) = match &method.request {
        Request::Message(_, ty) => (quote!(#ty), None),
        Request::Stream(..) => return None,
        Request::Made(_) => {
            let arguments = || arguments(written, method);
            let types = tuple(arguments().map(|(_, ty)| quote!(#ty)));
            let members = tuple(arguments().map(|(member, _)| quote!(req.#member)));
            let request = if arguments().next().is_some() { quote!(req) } else { quote!(_) };
            (types, Some(quote!(.map(|#request| #members))))
        }
    };
    Some(quote! {
        #[doc = #docs]
        pub const #constant: __p::TypedMethod<#arguments> =
            __p::TypedMethod::new(&#constant, |input| __p::Sure::<#request>::read(input)#take);
    })
}

/// The arguments that are fields of the request.
fn arguments<'a>(
    written: &'a TraitItemFn,
    method: &'a Method,
) -> impl Iterator<Item = (&'a Ident, &'a Type)> {
    written.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(PatType { pat, ty, .. }) => match &**pat {
            Pat::Ident(pat) if method.context.as_ref().is_none_or(|cx| cx.ident != pat.ident) => {
                Some((&pat.ident, &**ty))
            }
            _ => None,
        },
        FnArg::Receiver(_) => None,
    })
}

/// One part as it is, and several as a tuple.
fn tuple(parts: impl Iterator<Item = TokenStream>) -> TokenStream {
    match &*parts.collect::<Vec<_>>() {
        [one] => one.clone(),
        parts => quote!((#(#parts),*)),
    }
}

/// One method of the client.
///
/// ```text
/// async fn get_book(&self, id: i32) -> Result<Book> {
///     __p::Sure::<…>::unary(&self.0, &GET_BOOK, cx, GetBookRequest { id }).await
/// }
/// ```
fn call(written: &TraitItemFn, method: &Method) -> TokenStream {
    let (sig, function, constant) = (plain(&written.sig), function(method), constant(method));
    let context = match &method.context {
        Some(context) => {
            let (ident, context) = (&context.ident, fitting(&context.ty, "CallContext"));
            quote!(#context::give(#ident))
        }
        None => quote!(__p::Context::current()),
    };
    let request = match &method.request {
        Request::Message(argument, _) | Request::Stream(argument, _) => argument.to_token_stream(),
        Request::Made(message) => {
            let (ty, members) = (request_type(method), message.fields.iter().map(|field| &field.member));
            quote!(#ty { #(#members),* })
        }
    };
    let (sure, unwrap) = (sure(method), unwrap(method));
    quote! {
        #sig {
            #sure::#function(&self.0, &#constant, #context, #request).await #unwrap
        }
    }
}

/// Unwraps a response, or each item of a stream: `.map(|response: GetTitleResponse| response.result)`.
fn unwrap(method: &Method) -> Option<TokenStream> {
    let Payload::Made(message) = &method.response.payload else { return None };
    let ident = &message.head.ident;
    let unwrap = quote!(|response: #ident| response.result);
    Some(if method.response.streams {
        quote!(.map(|items| __p::Streaming::map(items, #unwrap)))
    } else {
        quote!(.map(#unwrap))
    })
}
