//! Assertions for the compiler, about fields that attributes name and whose types only the compiler knows.

use super::spec::{request_type, response_type};
use crate::rust::item::Field;
use crate::rust::service::Method;
use crate::rust::transport::attr::{Binding, Fits, Query, Side};
use crate::rust::types;
use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::{LitStr, Type};

/// The assertions of one method.
pub(super) fn of(method: &Method) -> impl Iterator<Item = TokenStream> {
    let bindings = method.notes.bindings.iter().flat_map(|binding| bound(method, binding));
    let queries = method.notes.queries.iter().flat_map(|query| queried(method, query));
    bindings.chain(queries)
}

/// `const _: () = ::core::assert!(__p::has_field(__p::Sure::<GetBook>::SCHEMA, "id"), "…");`
fn assertion(
    method: &Method,
    side: Side,
    (function, field): (TokenStream, &str),
    (at, text): (&LitStr, String),
) -> TokenStream {
    let message = match side {
        Side::Request => request_type(method),
        Side::Response => response_type(method),
    };
    // The text of an assertion is a format string.
    let text = format!("{}: {text}", method.subject()).replace('{', "{{").replace('}', "}}");
    let span = at.span();
    quote_spanned! {span=>
        const _: () = ::core::assert!(__p::#function(__p::Sure::<#message>::SCHEMA, #field), #text);
    }
}

/// Asserts that the field that an attribute names exists. A field in a path must also be a single value
/// without fields of its own.
fn bound(method: &Method, binding: &Binding) -> impl Iterator<Item = TokenStream> {
    let first = binding.field.split('.').next().unwrap_or_default();
    let known = method.known(binding.side);
    let exists = known.is_none().then(|| {
        let what = &binding.what;
        let text =
            format!("{what} has no matching field in the message; add `{first}` there, or remove this");
        assertion(method, binding.side, (quote::quote!(has_field), first), (&binding.at, text))
    });
    let may_be_message = match known {
        Some(message) => {
            message.fields.iter().any(|field| field.tag.name == first && types::is_message(&field.ty))
        }
        None => true,
    };
    let single = (binding.fits == Fits::Path && binding.field == first && may_be_message).then(|| {
        let rule = "is one value, but the field is a message, a list or a map; name a field in it, or take it from the query or the body";
        let text = format!("{} {rule}", binding.what);
        assertion(method, binding.side, (quote::quote!(fits_path), first), (&binding.at, text))
    });
    let key = (binding.fits == Fits::Key).then(|| {
        let rule =
            "is a text or a whole number, whose text has one form, and the field is not; name another one";
        let text = format!("{} {rule}", binding.what);
        assertion(method, binding.side, (quote::quote!(fits_key), &binding.field), (&binding.at, text))
    });
    exists.into_iter().chain(single).chain(key)
}

/// Asserts that no argument in the query is a list or a map of messages.
fn queried(method: &Method, query: &Query) -> impl Iterator<Item = TokenStream> {
    let fields = method.known(Side::Request).into_iter().flat_map(|message| &message.fields);
    let left =
        fields.filter(|field| !query.taken.contains(&field.tag.name) && may_hold_many_messages(&field.ty));
    left.map(|Field { member, tag, .. }| {
        let rule = "a query cannot hold a list or a map of messages; use POST, or `body = \"*\"` with another verb than GET";
        let text = format!("argument `{member}` comes from the query of this route, and {rule}");
        assertion(method, Side::Request, (quote::quote!(fits_query), &tag.name), (&query.at, text))
    })
}

fn may_hold_many_messages(ty: &Type) -> bool {
    types::is_many(ty) && types::argument_of(ty, "Option").is_none() && types::may_hold_message(ty)
}
