//! Reads Rust items and emits Rust. Each macro is a function here, from tokens to tokens.
//!
//! The first phase, parse, turns tokens into types that can hold only valid values, with their spans. The
//! second, check, applies rules between several items. The third, emit, writes neutral Rust that registers
//! things and does no work. Faults gather in one `Errors`, so one broken method does not hide another. The
//! user's own item is always emitted.

pub(crate) mod attrs;
pub(crate) mod emit;
pub(crate) mod errors;
pub(crate) mod item;
pub(crate) mod known;
pub(crate) mod root;
pub(crate) mod service;
pub(crate) mod transport;
pub(crate) mod types;

use errors::Errors;
use proc_macro2::TokenStream;
use root::Root;

/// Expands `#[service(…)]` on a trait.
pub fn service(args: TokenStream, item: TokenStream) -> TokenStream {
    let input: syn::ItemTrait = match syn::parse2(item.clone()) {
        Ok(input) => input,
        Err(error) => return errors::beside(item.clone(), service::no_trait(item, error)),
    };
    let mut errors = Errors::default();
    let root = service::root(args.clone());
    let service = service::parse(args, &input, &mut errors);
    match (service, errors.finish()) {
        (Some(service), Ok(())) => emit::service(&service, &input, &root),
        (_, faults) => emit::broken_service(&input, faults.err(), &root),
    }
}

/// Expands `#[derive(Message)]` on a struct or enum.
pub fn message(item: TokenStream) -> TokenStream {
    derive(item, emit::broken_message, |input, root, errors| {
        item::parse(input, errors).map(|item| emit::item(&item, root))
    })
}

/// Expands `#[derive(Error)]` on an enum.
pub fn error(item: TokenStream) -> TokenStream {
    derive(item, emit::broken_error, |input, root, errors| {
        item::parse_error(input, errors).map(|error| emit::error(&error, root))
    })
}

fn derive(
    item: TokenStream,
    broken: impl FnOnce(&syn::DeriveInput, &Root) -> TokenStream,
    read: impl FnOnce(&syn::DeriveInput, &Root, &mut Errors) -> Option<TokenStream>,
) -> TokenStream {
    let input: syn::DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let root = Root::of(&input.attrs, &["message", "error"]);
    let output = read(&input, &root, &mut errors);
    match errors.finish() {
        Ok(()) => output.unwrap_or_default(),
        Err(error) => errors::beside(broken(&input, &root), error),
    }
}
