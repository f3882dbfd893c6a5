//! Makes a method of a trait: its name, its signature, its routes.

use super::rules::Routes;
use super::scope::{self, Scope};
use super::{Contexts, message, types};
use crate::names;
use proc_macro2::TokenStream;
use protox::prost_reflect::prost_types::method_options::IdempotencyLevel;
use protox::prost_reflect::{MethodDescriptor, ServiceDescriptor};
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn item(
    method: &MethodDescriptor,
    name: &str,
    scope: &Scope,
    contexts: Contexts,
    routes: &mut Routes<'_>,
) -> TokenStream {
    let service = method.parent_service();
    let renamed = (names::pascal(name) != method.name()).then(|| {
        let name = method.name();
        quote!(#[method(name = #name)])
    });
    let ident = scope::ident(name);
    let docs = scope.docs(&service.parent_file(), method.path());
    let options = method.method_descriptor_proto().options.as_ref();
    let deprecated = message::deprecated(options.is_some_and(|options| options.deprecated()));
    let repeat = match options.map(|options| options.idempotency_level()) {
        Some(IdempotencyLevel::NoSideEffects) => Some(quote!(#[read])),
        Some(IdempotencyLevel::Idempotent) => Some(quote!(#[idempotent])),
        _ => None,
    };
    let routes = routes.attributes(method);
    let package = service.package_name();
    let input = match method.input().full_name() {
        // A plain `()` would become a request without fields, named after the method.
        "google.protobuf.Empty" => quote!(polywire::wkt::Empty),
        _ => types::message(&method.input(), scope, package),
    };
    let output = types::message(&method.output(), scope, package);
    let request = match method.is_client_streaming() {
        true => quote!(requests: polywire::Streaming<#input>),
        false => quote!(request: #input),
    };
    let context = (contexts == Contexts::With).then(|| quote!(cx: polywire::Context,));
    let response = if method.is_server_streaming() { quote!(polywire::Streaming<#output>) } else { output };
    quote! {
        #docs
        #deprecated
        #repeat
        #renamed
        #(#routes)*
        async fn #ident(&self, #context #request) -> polywire::Result<#response>;
    }
}

/// The Rust name of each method. Names that can be turned back go first: `get_book` belongs to `GetBook`, if
/// there is one.
pub(super) fn rust_names(service: &ServiceDescriptor) -> BTreeMap<String, String> {
    let (mut names, mut taken) = (BTreeMap::new(), BTreeSet::new());
    let methods: Vec<String> = service.methods().map(|method| method.name().to_owned()).collect();
    for method in &methods {
        if let Some(name) = regular(method) {
            names.insert(method.clone(), scope::unique(name, &mut taken));
        }
    }
    for method in methods {
        let name = || scope::unique(scope::plain_snake(&method), &mut taken);
        names.entry(method.clone()).or_insert_with(name);
    }
    names
}

/// The snake case name, when it turns back into this name. `GetBook` gives `get_book`, `GetURL` gives `None`.
fn regular(name: &str) -> Option<String> {
    Some(names::snake(name)).filter(|candidate| names::pascal(candidate) == name)
}
