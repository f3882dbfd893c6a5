//! The user's trait, emitted again: `async fn` opened up so that its futures are `Send`, polywire's attributes removed.

use crate::rust::service::typed_error;
use crate::rust::{attrs, types};
use crate::transport::attr::TRANSPORTS;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, FnArg, ItemTrait, ReturnType, Signature, TraitItem, TraitItemFn, parse_quote};

/// The trait with what makes it a service: `Send`, `Sync`, `'static`.
pub(super) fn open(input: &ItemTrait) -> TokenStream {
    let mut output = input.clone();
    output.colon_token = Some(output.colon_token.unwrap_or_default());
    output.supertraits.push(parse_quote!(::core::marker::Send));
    output.supertraits.push(parse_quote!(::core::marker::Sync));
    output.supertraits.push(parse_quote!('static));
    for item in &mut output.items {
        let TraitItem::Fn(function) = item else { continue };
        function.attrs.retain(is_foreign);
        function.attrs.extend(errors_section(function));
        function.sig = opened(&function.sig);
        // A default body has been refused; without it the rest still checks.
        function.default = None;
        function.semi_token = Some(function.semi_token.unwrap_or_default());
    }
    output.into_token_stream()
}

/// `# Errors`, of a method with a typed error whose comment has no such section.
fn errors_section(function: &TraitItemFn) -> Vec<Attribute> {
    let docs = attrs::docs(&function.attrs);
    let has_one = docs.lines().any(|line| line.trim_start().starts_with("# Errors"));
    let Some(error) = typed_error(&function.sig).filter(|_| !has_one) else { return Vec::new() };
    let told = format!(
        " [`{}`]: the method's own errors, and one variant with the status of whatever else goes wrong.",
        types::printed(error)
    );
    let blank = (!docs.is_empty()).then_some("");
    let lines = blank.into_iter().chain([" # Errors", &told]);
    lines.map(|line| parse_quote!(#[doc = #line])).collect()
}

/// `async fn get(&self) -> Result<Book>` becomes `fn get(&self) -> impl Future<Output = Result<Book>> + Send`
pub(super) fn opened(sig: &Signature) -> Signature {
    let mut sig = plain(sig);
    if sig.asyncness.take().is_some() {
        let value = match &sig.output {
            ReturnType::Default => quote!(()),
            ReturnType::Type(_, ty) => ty.to_token_stream(),
        };
        sig.output = parse_quote!(-> impl ::core::future::Future<Output = #value> + ::core::marker::Send);
    }
    sig
}

/// The signature without polywire's attributes on its parameters.
pub(super) fn plain(sig: &Signature) -> Signature {
    let mut sig = sig.clone();
    for input in &mut sig.inputs {
        if let FnArg::Typed(argument) = input {
            argument.attrs.retain(|attr| is_foreign(attr) && !attr.path().is_ident("doc"));
        }
    }
    sig
}

/// Whether an attribute is none of polywire's.
fn is_foreign(attr: &Attribute) -> bool {
    let own = TRANSPORTS.iter().map(|transport| transport.name).chain([
        "idempotent",
        "read",
        "field",
        "example",
        "method",
    ]);
    !own.into_iter().any(|name| attr.path().is_ident(name))
}
