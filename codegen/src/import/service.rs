//! A service as a trait.

use super::scope::{self, Scope};
use super::{Contexts, Error, docs, message, method};
use proc_macro2::TokenStream;
use protox::prost_reflect::ServiceDescriptor;
use quote::quote;

pub(super) fn item(
    service: &ServiceDescriptor,
    scope: &Scope,
    contexts: Contexts,
    errors: &mut Error,
) -> TokenStream {
    let package = service.package_name();
    let ident = scope.place(service.full_name()).ident;
    let docs = docs::at(&service.parent_file(), service.path());
    let name = scope::nested_name(package, service.full_name());
    let name = (ident != name).then(|| quote!(name = #name));
    let arguments: Vec<TokenStream> =
        (!package.is_empty()).then(|| quote!(package = #package)).into_iter().chain(name).collect();
    let arguments = (!arguments.is_empty()).then(|| quote!((#(#arguments),*)));
    let options = service.service_descriptor_proto().options.as_ref();
    let deprecated = message::deprecated(options.is_some_and(|options| options.deprecated()));
    let methods: Vec<TokenStream> =
        service.methods().map(|method| method::item(&method, scope, contexts, errors)).collect();
    quote! {
        #docs
        #deprecated
        #[polywire::service #arguments]
        pub trait #ident { #(#methods)* }
    }
}
