//! The types of the runtime that stand for well-known ones.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The type in the runtime that stands for a well-known one.
pub(super) fn well_known(full_name: &str) -> Option<TokenStream> {
    let word = full_name.strip_prefix("google.protobuf.")?;
    let known = [
        "Any",
        "BoolValue",
        "BytesValue",
        "DoubleValue",
        "Duration",
        "FieldMask",
        "FloatValue",
        "Int32Value",
        "Int64Value",
        "ListValue",
        "NullValue",
        "StringValue",
        "Struct",
        "Timestamp",
        "UInt32Value",
        "UInt64Value",
        "Value",
    ];
    if word == "Empty" {
        return Some(quote!(()));
    }
    let ident = format_ident!("{}", known.into_iter().find(|known| *known == word)?);
    Some(quote!(polywire::wkt::#ident))
}
