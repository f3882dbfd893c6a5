//! Makes a trait of a service.

use super::rules::Routes;
use super::scope::{self, Scope};
use super::{Contexts, message, method};
use proc_macro2::TokenStream;
use protox::prost_reflect::{MethodDescriptor, ServiceDescriptor};
use quote::quote;

pub(super) fn item(
    service: &ServiceDescriptor,
    scope: &Scope,
    contexts: Contexts,
    routes: &mut Routes<'_>,
) -> TokenStream {
    let package = service.package_name();
    let ident = scope.place(service.full_name()).ident;
    let docs = scope.docs(&service.parent_file(), service.path());
    let name = scope::nested_name(package, service.full_name());
    let name = (ident != name).then(|| quote!(name = #name));
    let arguments: Vec<TokenStream> =
        (!package.is_empty()).then(|| quote!(package = #package)).into_iter().chain(name).collect();
    let arguments = (!arguments.is_empty()).then(|| quote!((#(#arguments),*)));
    let options = service.service_descriptor_proto().options.as_ref();
    let deprecated = message::deprecated(options.is_some_and(|options| options.deprecated()));
    let names = method::rust_names(service);
    let name = |method: &MethodDescriptor| names.get(method.name()).cloned().unwrap_or_default();
    let methods: Vec<TokenStream> = service
        .methods()
        .map(|method| method::item(&method, &name(&method), scope, contexts, routes))
        .collect();
    quote! {
        #docs
        #deprecated
        #[polywire::service #arguments]
        pub trait #ident { #(#methods)* }
    }
}
