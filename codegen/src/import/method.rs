//! A method: its name, its signature, its routes.

use super::scope::{self, Scope};
use super::{Contexts, Error, docs, message, rules, types};
use crate::names;
use proc_macro2::TokenStream;
use protox::prost_reflect::MethodDescriptor;
use protox::prost_reflect::prost_types::method_options::IdempotencyLevel;
use quote::quote;

pub(super) fn item(
    method: &MethodDescriptor,
    scope: &Scope,
    contexts: Contexts,
    errors: &mut Error,
) -> TokenStream {
    let Some(name) = rust_name(method.name()) else {
        errors.push(format!(
            "method `{}`: no Rust name becomes `{}` again, as the names of methods begin with a capital and have no \
             underscore; rename it",
            method.full_name(),
            method.name()
        ));
        return TokenStream::new();
    };
    let (service, ident) = (method.parent_service(), scope::ident(&name));
    let docs = docs::at(&service.parent_file(), method.path());
    let options = method.method_descriptor_proto().options.as_ref();
    let deprecated = message::deprecated(options.is_some_and(|options| options.deprecated()));
    let repeat = match options.map(|options| options.idempotency_level()) {
        Some(IdempotencyLevel::NoSideEffects) => Some(quote!(#[read])),
        Some(IdempotencyLevel::Idempotent) => Some(quote!(#[idempotent])),
        _ => None,
    };
    let routes = rules::attributes(method, errors);
    let package = service.package_name();
    let input = match method.input().full_name() {
        // A plain `()` would be a request without fields, named after the method.
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
        #(#routes)*
        async fn #ident(&self, #context #request) -> polywire::Result<#response>;
    }
}

/// The snake case name that becomes this one again: `GetBook` is `get_book`, `GetURL` is `get_u_r_l`.
fn rust_name(name: &str) -> Option<String> {
    let letters = name.chars().enumerate().fold(String::new(), |mut out, (at, c)| {
        if c.is_uppercase() && at > 0 {
            out.push('_');
        }
        out.extend(c.to_lowercase());
        out
    });
    [names::snake(name), letters].into_iter().find(|candidate| names::pascal(candidate) == name)
}
