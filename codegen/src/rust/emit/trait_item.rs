//! Emits the user's trait again. Each `async fn` is opened up, so that its futures are `Send`. Polywire's
//! attributes are removed.

use super::server::server_ident;
use crate::rust::root::Root;
use crate::rust::service::{Service, typed_error};
use crate::rust::transport::TRANSPORTS;
use crate::rust::{attrs, types};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Block, FnArg, ItemTrait, ReturnType, Signature, TraitItem, TraitItemFn, parse_quote};

/// The trait with the bounds of a service: `Send`, `Sync`, `'static`.
pub(super) fn open(input: &ItemTrait, defaults: &Defaults<'_>) -> TokenStream {
    let mut output = input.clone();
    output.attrs.retain(|attr| !attr.path().is_ident(attrs::Own::Attr.word()));
    output.attrs.extend(unimplemented_text(input));
    output.colon_token = Some(output.colon_token.unwrap_or_default());
    output.supertraits.push(parse_quote!(::core::marker::Send));
    output.supertraits.push(parse_quote!(::core::marker::Sync));
    output.supertraits.push(parse_quote!('static));
    for item in &mut output.items {
        let TraitItem::Fn(function) = item else { continue };
        function.attrs.retain(is_foreign);
        function.attrs.extend(errors_section(function));
        function.sig = opened(&function.sig);
        // A default body was refused. Without it, the rest is still checked.
        function.default = defaults.body(&function.sig);
        function.semi_token = function.default.is_none().then(Default::default);
    }
    output.into_token_stream()
}

/// The bodies of methods that an implementation leaves out.
pub(super) enum Defaults<'a> {
    /// No body: no method can be left out.
    None,
    /// A body that answers `unimplemented`.
    Unimplemented { service: &'a Service, root: &'a Root },
}

impl Defaults<'_> {
    /// `{ let _ = (&id,); ::polywire::private::unimplemented("/books.v1.BookService/GetBook") }`
    fn body(&self, sig: &Signature) -> Option<Block> {
        let Self::Unimplemented { service, root } = self else { return None };
        let method = service.methods.iter().find(|method| method.ident == sig.ident)?;
        let path = service.path(method);
        let arguments = sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(&argument.pat),
            FnArg::Receiver(_) => None,
        });
        Some(parse_quote!({
            let _ = (#(&#arguments,)*);
            #root::private::unimplemented(#path)
        }))
    }
}

/// `#[diagnostic::on_unimplemented(…)]`, unless the trait has its own. Its text is about an `Arc` in the
/// place of a service, the most frequent mistake.
fn unimplemented_text(input: &ItemTrait) -> Option<Attribute> {
    let of_diagnostic =
        |attr: &Attribute| attr.path().segments.first().is_some_and(|word| word.ident == "diagnostic");
    if input.attrs.iter().any(of_diagnostic) {
        return None;
    }
    let (ident, server) = (&input.ident, server_ident(&input.ident));
    let message = format!("`{{Self}}` does not implement the service `{ident}`");
    let note = format!(
        "`{server}::new` takes a value that implements `{ident}`; to serve an `Arc` of one, write `{server}::from_arc`"
    );
    Some(parse_quote!(#[diagnostic::on_unimplemented(message = #message, note = #note)]))
}

/// The section `# Errors`, for a method with a typed error and no such section in its comment.
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

/// Turns `async fn get(&self) -> Result<Book>` into
/// `fn get(&self) -> impl Future<Output = Result<Book>> + Send`.
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
            argument.attrs.retain(|attr| {
                is_foreign(attr) && !["doc", "cfg_attr"].iter().any(|name| attr.path().is_ident(name))
            });
        }
    }
    sig
}

/// Whether an attribute is not one of polywire's.
fn is_foreign(attr: &Attribute) -> bool {
    let own = attrs::Own::on_method().map(attrs::Own::word);
    !TRANSPORTS.iter().map(|transport| transport.name).chain(own).any(|name| attr.path().is_ident(name))
}
