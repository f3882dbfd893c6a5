//! Names for the types of fields that may have a fault. A name is one token, so the compiler reports the type
//! in one place, once.

use crate::rust::item::Message;
use crate::rust::types;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Type, TypePath};

/// The message with such names in place of types, and the declarations of the names.
///
/// `type __Book1 = Vec<Author>;`
pub(super) fn aliased(message: &Message) -> (Message, TokenStream) {
    let mut message = message.clone();
    let mut aliases = TokenStream::new();
    let fields = message.fields.iter_mut().map(|field| &mut field.ty).filter(|ty| is_suspect(ty));
    let suspects = fields.chain(message.choices.iter_mut().map(|choice| &mut choice.ty));
    let several = suspects.filter(|ty| ty.to_token_stream().into_iter().nth(1).is_some());
    for (index, ty) in several.enumerate() {
        let place = super::place(ty);
        let name = format_ident!("__{}{index}", message.head.ident, span = place);
        aliases.extend(quote!(type #name = #ty;));
        // The name is a path, like any type of the user. The type may hold messages, whose constraints are
        // checked.
        *ty = Type::Path(TypePath { attrs: Vec::new(), qself: None, path: name.into() });
    }
    (message, aliases)
}

/// Whether the tokens leave open if a field can have this type.
fn is_suspect(ty: &Type) -> bool {
    types::may_hold_message(ty) || types::is_foreign(ty)
}
