//! Emitting Rust: registration, constants and one-line methods, through `::polywire::private` alone.
//!
//! Names that a user's type could hide begin with two underscores; every path is absolute or starts at `__p`.

mod broken;
mod client;
mod constraint;
mod consts;
mod enumeration;
mod error;
mod message;
mod newtype;
mod oneof;
mod schema;
mod server;
mod spec;
mod trait_item;
mod view;

use super::item::{ErrorItem, Item};
use super::service::Service;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{DeriveInput, ItemTrait, TraitItem};

pub(crate) use consts::{list, option, text};

/// What `#[derive(Message)]` adds.
pub(super) fn item(item: &Item) -> TokenStream {
    match item {
        Item::Message(message) => scope(&message::implement(message)),
        Item::Enumeration(enumeration) => scope(&enumeration::implement(enumeration)),
        Item::Newtype(newtype) => scope(&newtype::implement(newtype)),
        Item::Oneof(oneof) => scope(&oneof::implement(&oneof::Members::of(oneof))),
    }
}

/// What `#[derive(Error)]` adds.
pub(super) fn error(error: &ErrorItem) -> TokenStream {
    scope(&error::implement(error))
}

/// What `#[service]` leaves in place of the trait.
pub(super) fn service(service: &Service, input: &ItemTrait) -> TokenStream {
    let definition = trait_item::open(input);
    let types = server::types(input);
    let body = [spec::statics(service), server::implement(service), client::implement(service, input)];
    let body = scope(&quote!(#(#body)*));
    quote!(#definition #types #body)
}

/// The trait and the names beside it, so that the faults are all that the compiler talks about.
pub(super) fn broken_service(input: &ItemTrait, faults: Option<syn::Error>) -> TokenStream {
    let faults = faults.map(syn::Error::into_compile_error);
    let definition = trait_item::open(input);
    let types = server::types(input);
    // Of a trait with parameters, constants or types nothing more can be implemented.
    let plain =
        input.generics.params.is_empty() && input.items.iter().all(|item| matches!(item, TraitItem::Fn(_)));
    let body = plain.then(|| [server::broken(input), client::broken(input)]);
    let body = body.map(|body| scope(&quote!(#(#body)*)));
    quote!(#faults #definition #types #body)
}

/// What stands in for `#[derive(Message)]` when the item is at fault.
pub(super) fn broken_message(input: &DeriveInput) -> TokenStream {
    broken::message(input)
}

/// What stands in for `#[derive(Error)]` when the item is at fault.
pub(super) fn broken_error(input: &DeriveInput) -> TokenStream {
    broken::error(input)
}

/// Where a type stands: what is amiss with it is then told of there.
fn place(ty: &impl ToTokens) -> Span {
    ty.to_token_stream().into_iter().next().map_or_else(Span::call_site, |token| token.span())
}

/// Generated items stand in a block of their own, where the user's names do not meet them.
fn scope(body: &TokenStream) -> TokenStream {
    quote! {
        #[allow(deprecated)]
        const _: () = {
            use ::polywire::private as __p;
            #body
        };
    }
}
