//! `BookServiceServer<S>`, with one line for each method.

use super::spec::{constant, fitting, sure};
use crate::model::Shape;
use crate::names;
use crate::rust::root::Root;
use crate::rust::service::{Bounds, Method, Payload, Request, Service};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, ItemTrait};

/// `BookServiceServer`
pub(super) fn server_ident(service: &Ident) -> Ident {
    format_ident!("{}", names::server(&service.to_string()), span = service.span())
}

/// `BookServiceClient`
pub(super) fn client_ident(service: &Ident) -> Ident {
    format_ident!("{}", names::client(&service.to_string()), span = service.span())
}

/// The two structs that the user names.
pub(super) fn types(input: &ItemTrait, root: &Root) -> TokenStream {
    let (ident, vis) = (&input.ident, &input.vis);
    let (server, client) = (server_ident(ident), client_ident(ident));
    let server_docs = format!(
        "Serves a [`{ident}`] on every transport: `polywire::Server::new().service({server}::new(…))`."
    );
    let client_docs =
        format!("Calls a [`{ident}`] over any transport, chosen by URL; it implements the trait.");
    quote! {
        #[doc = #server_docs]
        #vis struct #server<S>(::std::sync::Arc<S>);
        #[doc = #client_docs]
        #[derive(Debug, Clone)]
        #vis struct #client(#root::Caller);
    }
}

/// The implementations of the server.
pub(super) fn implement(service: &Service) -> TokenStream {
    let ident = &service.ident;
    let server = server_ident(ident);
    let constructors = constructors(ident, &quote!(&__SPEC));
    let mounts = service.methods.iter().map(|method| mount(ident, method));
    quote! {
        #constructors
        impl<__S: #ident> __p::Service for #server<__S> {
            fn spec(&self) -> &'static __p::ServiceSpec {
                &__SPEC
            }
            fn routes(self) -> ::std::vec::Vec<__p::Route> {
                #[allow(unused_mut)]
                let mut mount = __p::Mount::new(self.0);
                #(#mounts)*
                mount.finish()
            }
        }
    }
}

/// The server of a trait with a fault: the same names, without a service behind them.
pub(super) fn broken(input: &ItemTrait) -> TokenStream {
    let ident = &input.ident;
    let server = server_ident(ident);
    let constructors = constructors(ident, &quote!(::core::unreachable!()));
    quote! {
        #constructors
        impl<__S: #ident> __p::Service for #server<__S> {
            fn spec(&self) -> &'static __p::ServiceSpec {
                ::core::unreachable!()
            }
            fn routes(self) -> ::std::vec::Vec<__p::Route> {
                ::core::unreachable!()
            }
        }
    }
}

fn constructors(ident: &Ident, spec: &TokenStream) -> TokenStream {
    let server = server_ident(ident);
    quote! {
        impl<__S> #server<__S> {
            /// Serves `service`.
            pub fn new(service: __S) -> Self {
                Self(::std::sync::Arc::new(service))
            }
            /// Serves a service that is used elsewhere too.
            pub fn from_arc(service: ::std::sync::Arc<__S>) -> Self {
                Self(service)
            }
        }
        impl<__S: #ident> #server<__S> {
            /// The static description of the service.
            pub fn spec() -> &'static __p::ServiceSpec {
                #spec
            }
            /// The `.proto` file of the service.
            pub fn proto() -> ::std::string::String {
                Self::spec().proto()
            }
        }
        impl<__S> ::core::clone::Clone for #server<__S> {
            fn clone(&self) -> Self {
                Self(::std::sync::Arc::clone(&self.0))
            }
        }
        impl<__S> ::core::fmt::Debug for #server<__S> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(::core::stringify!(#server))
            }
        }
    }
}

/// The function of `Mount` and `Caller` for the shape of a method.
pub(super) fn function(method: &Method) -> Ident {
    let name = match method.shape() {
        Shape::Unary => "unary",
        Shape::ServerStream => "server_stream",
        Shape::ClientStream => "client_stream",
        Shape::Bidi => "bidi",
    };
    format_ident!("{name}")
}

/// `__p::Sure::<…>::serve_unary(&mut mount, &GET_BOOK, |s, _cx, req| async move { BookService::get_book(&*s, req.id).await });`
///
/// With `#[method(idle = "5m")]` the line is `…::serve_server_stream(mount.idle(300000u64), …)`; other limits likewise.
fn mount(service: &Ident, method: &Method) -> TokenStream {
    let (function, constant, ident) = (function(method), constant(method), &method.ident);
    let context = method.context.as_ref().map(|context| {
        let context = fitting(&context.ty, "CallContext");
        quote!(#context::take(cx),)
    });
    let cx = if context.is_some() { quote!(cx) } else { quote!(_cx) };
    let batched = method.plans.amqp.as_ref().is_some_and(|plan| plan.batch.is_some());
    let function = if batched { format_ident!("serve_batch") } else { format_ident!("serve_{function}") };
    let sure = sure(method);
    let (request, arguments) = match &method.request {
        Request::Message(..) => (quote!(req), quote!(req)),
        Request::Stream(..) => (quote!(items), quote!(items)),
        Request::Made(message) if message.fields.is_empty() => (quote!(_req), quote!()),
        Request::Made(message) => {
            let members = message.fields.iter().map(|field| &field.member);
            (quote!(req), quote!(#(req.#members),*))
        }
    };
    let wrap = wrap(method);
    let mount = bounded(method.bounds);
    quote! {
        #sure::#function(#mount, &#constant, |s, #cx, #request| async move {
            #service::#ident(&*s, #context #arguments).await #wrap
        });
    }
}

/// The mount, with the limits of the method that is added next.
fn bounded(bounds: Bounds) -> TokenStream {
    let Bounds { idle, timeout, message_size } = bounds;
    let idle = idle.map(|millis| quote!(.idle(#millis)));
    let timeout = timeout.map(|millis| quote!(.timeout(#millis)));
    let message_size = message_size.map(|bytes| quote!(.message_size(#bytes)));
    match (&idle, &timeout, &message_size) {
        (None, None, None) => quote!(&mut mount),
        _ => quote!(mount #idle #timeout #message_size),
    }
}

/// Wraps a result, or each item of a stream: `.map(|result| GetTitleResponse { result })`.
fn wrap(method: &Method) -> Option<TokenStream> {
    let Payload::Made(message) = &method.response.payload else { return None };
    let ident = &message.head.ident;
    let wrap = quote!(|result| #ident { result });
    Some(if method.response.streams {
        quote!(.map(|items| __p::Streaming::map(items, #wrap)))
    } else {
        quote!(.map(#wrap))
    })
}
