//! Struct variants: a message that holds a variant's fields for reading, and a borrowed twin that writes
//! them.

use super::alias::aliased;
use super::{constraint, message};
use crate::names;
use crate::rust::item::{Body, Field, Message, Variant};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

/// The two hidden structs of a struct variant. `None` for other variants.
///
/// ```text
/// pub struct __Missing { id: i32 }           // impl Message
/// struct __MissingRef<'a> { id: &'a i32 }    // impl __p::View
/// ```
pub(super) fn define(variant: &Variant) -> Option<TokenStream> {
    let Body::Struct(fields) = &variant.body else { return None };
    let owned = message::define(fields);
    let borrowed = borrowed(&names::hidden_ref(&variant.ident), fields);
    Some(quote!(#owned #borrowed))
}

fn borrowed(ident: &Ident, message: &Message) -> TokenStream {
    let (message, aliases) = aliased(message);
    let fields = &message.fields;
    let lifetime = (!fields.is_empty()).then(|| quote!(<'a>));
    let members = fields.iter().map(|Field { member, ty, .. }| quote!(#member: &'a #ty));
    let of = quote!(self.);
    let lens = fields.iter().map(|field| message::len(field, &of));
    let puts = fields.iter().map(|field| message::put(field, &of));
    let writes = fields.iter().map(|field| message::write(field, &of));
    let count = fields.len();
    let check = constraint::checks(&message.head.ident, fields, &[], &of).map(|body| {
        quote! {
            fn check_fields(&self, __check: &mut __p::Checker) {
                #body
            }
        }
    });
    quote! {
        #aliases
        struct #ident #lifetime { #(#members),* }
        #[allow(unused_variables)]
        impl #lifetime __p::View for #ident #lifetime {
            const FIELDS: usize = #count;
            fn fields_len(&self) -> usize {
                0 #(+ #lens)*
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                #(#puts)*
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(&self, out: &mut __S) -> ::core::result::Result<(), __S::Error> {
                #(#writes)*
                ::core::result::Result::Ok(())
            }
            #check
        }
    }
}
