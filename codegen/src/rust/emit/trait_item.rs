//! The user's trait, emitted again: `async fn` opened up so that its futures are `Send`, polywire's attributes removed.

use super::server::server_ident;
use crate::rust::root::Root;
use crate::rust::service::{Service, typed_error};
use crate::rust::transport::attr::TRANSPORTS;
use crate::rust::{attrs, types};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Block, FnArg, ItemTrait, ReturnType, Signature, TraitItem, TraitItemFn, parse_quote};

/// The trait with what makes it a service: `Send`, `Sync`, `'static`.
pub(super) fn open(input: &ItemTrait, defaults: &Defaults<'_>) -> TokenStream {
    let mut output = input.clone();
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
        // A default body has been refused; without it the rest still checks.
        function.default = defaults.body(&function.sig);
        function.semi_token = function.default.is_none().then(Default::default);
    }
    output.into_token_stream()
}

/// What a method does that an implementation leaves out.
pub(super) enum Defaults<'a> {
    /// It cannot be left out.
    None,
    /// It answers `unimplemented`.
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

/// `#[diagnostic::on_unimplemented(…)]`, unless the trait has its own: an `Arc` is what most often stands where a service should.
fn unimplemented_text(input: &ItemTrait) -> Option<Attribute> {
    let of_diagnostic =
        |attr: &Attribute| attr.path().segments.first().is_some_and(|word| word.ident == "diagnostic");
    if input.attrs.iter().any(of_diagnostic) {
        return None;
    }
    let (ident, server) = (&input.ident, server_ident(&input.ident));
    let message = format!("`{{Self}}` does not implement the service `{ident}`");
    let note = format!(
        "`{server}::new` takes what implements `{ident}` itself; of an `Arc` of that make the server with `{server}::from_arc`"
    );
    Some(parse_quote!(#[diagnostic::on_unimplemented(message = #message, note = #note)]))
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
            argument.attrs.retain(|attr| {
                is_foreign(attr) && !["doc", "cfg_attr"].iter().any(|name| attr.path().is_ident(name))
            });
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
