//! Names for the types of fields that may be at fault: a name is one token, so that all that is said of the type is said in one place, once.

use crate::rust::item::{Field, Message};
use crate::rust::types;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;

/// The message with such names in place of types, and what they stand for.
///
/// `type __Book1 = Vec<Author>;`
pub(super) fn aliased(message: &Message) -> (Message, TokenStream) {
    let mut message = message.clone();
    let mut aliases = TokenStream::new();
    for (index, field) in message.fields.iter_mut().enumerate() {
        if !is_suspect(&field.ty) || field.ty.to_token_stream().into_iter().nth(1).is_none() {
            continue;
        }
        let place = super::place(&field.ty);
        let (name, ty) = (format_ident!("__{}{index}", message.head.ident, span = place), &field.ty);
        aliases.extend(quote!(type #name = #ty;));
        field.ty = Type::Verbatim(quote_spanned!(place=> #name));
    }
    (message, aliases)
}

/// Where what mentions the slots stands, so that it repeats no error elsewhere: at the first type that may be at fault.
pub(super) fn suspect(fields: &[Field]) -> Span {
    let found = fields.iter().find(|field| matches!(field.ty, Type::Verbatim(_)) || is_suspect(&field.ty));
    found.map_or_else(Span::call_site, |field| super::place(&field.ty))
}

/// Whether tokens leave open that a field can be of this type.
fn is_suspect(ty: &Type) -> bool {
    types::may_hold_message(ty) || types::is_foreign(ty)
}
