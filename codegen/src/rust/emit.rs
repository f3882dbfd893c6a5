//! Emits Rust: registration, constants and one-line methods, through `polywire::private` alone.
//!
//! Names that a user's type could hide begin with two underscores; every path is absolute or starts at `__p`.

mod alias;
mod broken;
mod checks;
mod client;
mod constraint;
pub(super) mod consts;
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
use super::root::Root;
use super::service::{LeftOut, Service, is_held};
use super::types;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{DeriveInput, ItemTrait, ReturnType, TraitItem};
use trait_item::Defaults;

/// The code that `#[derive(Message)]` adds.
pub(super) fn item(item: &Item, root: &Root) -> TokenStream {
    match item {
        Item::Message(message) => scope(root, &message::implement(message)),
        Item::Enumeration(enumeration) => scope(root, &enumeration::implement(enumeration)),
        Item::Newtype(newtype) => scope(root, &newtype::implement(newtype)),
        Item::Oneof(oneof) => scope(root, &oneof::implement(&oneof::Members::of(oneof))),
    }
}

/// The code that `#[derive(Error)]` adds.
pub(super) fn error(error: &ErrorItem, root: &Root) -> TokenStream {
    scope(root, &error::implement(error))
}

/// The code that `#[service]` puts in place of the trait.
pub(super) fn service(service: &Service, input: &ItemTrait, root: &Root) -> TokenStream {
    let defaults = match service.left_out {
        LeftOut::Refused => Defaults::None,
        LeftOut::Unimplemented => Defaults::Unimplemented { service, root },
    };
    let definition = trait_item::open(input, &defaults);
    let types = server::types(input, root);
    let body = [spec::statics(service), server::implement(service), client::implement(service, input)];
    let body = scope(root, &quote!(use __p::{Unsure as _, UnsureMethod as _}; #(#body)*));
    quote!(#definition #types #body)
}

/// The trait and the names beside it, so that the compiler reports nothing but the faults.
pub(super) fn broken_service(input: &ItemTrait, faults: Option<syn::Error>, root: &Root) -> TokenStream {
    let faults = faults.map(syn::Error::into_compile_error);
    let mut sound = input.clone();
    sound.supertraits = input.supertraits.iter().filter(|bound| is_held(bound)).cloned().collect();
    let definition = trait_item::open(&sound, &Defaults::None);
    let types = server::types(input, root);
    // A trait with parameters, constants or types, or with a method that returns `impl …`, gets no
    // implementations.
    let plain = input.generics.params.is_empty() && input.items.iter().all(is_plain);
    let body = plain.then(|| [server::broken(input), client::broken(input)]);
    let body = body.map(|body| scope(root, &quote!(#(#body)*)));
    quote!(#faults #definition #types #body)
}

fn is_plain(item: &TraitItem) -> bool {
    match item {
        TraitItem::Fn(function) => match &function.sig.output {
            ReturnType::Type(_, ty) => !types::has_impl(ty),
            ReturnType::Default => true,
        },
        _ => false,
    }
}

/// The code in place of `#[derive(Message)]` when the item has a fault.
pub(super) fn broken_message(input: &DeriveInput, root: &Root) -> TokenStream {
    broken::message(input, root)
}

/// The code in place of `#[derive(Error)]` when the item has a fault.
pub(super) fn broken_error(input: &DeriveInput, root: &Root) -> TokenStream {
    broken::error(input, root)
}

/// The span of a type. The compiler then reports faults of the type there.
fn place(ty: &impl ToTokens) -> Span {
    ty.to_token_stream().into_iter().next().map_or_else(Span::call_site, |token| token.span())
}

/// Puts generated items into a block of their own, so that the user's names do not conflict with them.
fn scope(root: &Root, body: &TokenStream) -> TokenStream {
    quote! {
        #[allow(deprecated)]
        const _: () = {
            use #root::private as __p;
            #body
        };
    }
}
