//! The types of the runtime that stand for well-known ones.

use crate::model::WellKnown;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The type in the runtime that stands for a well-known one.
pub(super) fn well_known(full_name: &str) -> Option<TokenStream> {
    match WellKnown::of_full_name(full_name)? {
        WellKnown::Empty => Some(quote!(())),
        known => {
            let ident = format_ident!("{}", known.name());
            Some(quote!(polywire::wkt::#ident))
        }
    }
}
