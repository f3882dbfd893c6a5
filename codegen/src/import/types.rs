//! The Rust type of a field, and the encoding of its scalar.

use super::scope::Scope;
use super::wellknown::well_known;
use proc_macro2::TokenStream;
use protox::prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use quote::quote;

/// The type of a message, as seen from a package.
pub(super) fn message(message: &MessageDescriptor, scope: &Scope, from: &str) -> TokenStream {
    well_known(message.full_name()).unwrap_or_else(|| scope.path(message.full_name(), from))
}

/// The type of one value.
pub(super) fn element(kind: &Kind, scope: &Scope, from: &str) -> TokenStream {
    match kind {
        Kind::Double => quote!(f64),
        Kind::Float => quote!(f32),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => quote!(i32),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => quote!(i64),
        Kind::Uint32 | Kind::Fixed32 => quote!(u32),
        Kind::Uint64 | Kind::Fixed64 => quote!(u64),
        Kind::Bool => quote!(bool),
        Kind::String => quote!(String),
        Kind::Bytes => quote!(Vec<u8>),
        Kind::Message(inner) => message(inner, scope, from),
        Kind::Enum(inner) => {
            well_known(inner.full_name()).unwrap_or_else(|| scope.path(inner.full_name(), from))
        }
    }
}

/// The value of `#[field(as = …)]`, when the Rust type alone means another encoding.
pub(super) fn encoding(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Sint32 => "sint32",
        Kind::Sint64 => "sint64",
        Kind::Fixed32 => "fixed32",
        Kind::Fixed64 => "fixed64",
        Kind::Sfixed32 => "sfixed32",
        Kind::Sfixed64 => "sfixed64",
        _ => return None,
    })
}

/// The type of a field outside of a `oneof`.
pub(super) fn field(field: &FieldDescriptor, scope: &Scope, from: &str) -> TokenStream {
    match field.kind() {
        Kind::Message(entry) if field.is_map() => {
            let key = element(&entry.map_entry_key_field().kind(), scope, from);
            let value = element(&entry.map_entry_value_field().kind(), scope, from);
            quote!(std::collections::BTreeMap<#key, #value>)
        }
        kind => {
            let element = element(&kind, scope, from);
            if field.is_list() {
                quote!(Vec<#element>)
            } else if scope.is_recursive(field) {
                quote!(Option<Box<#element>>)
            } else if field.supports_presence() {
                quote!(Option<#element>)
            } else {
                element
            }
        }
    }
}
