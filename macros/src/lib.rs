//! The attribute doors of polywire: tokens in, `polywire_codegen::rust`, tokens out. Use them through the crate
//! `polywire`, which documents them where a user looks.

use polywire_codegen::rust;
use proc_macro::TokenStream;

/// Makes a trait a service on every transport: see the crate `polywire`.
#[proc_macro_attribute]
pub fn service(args: TokenStream, item: TokenStream) -> TokenStream {
    rust::service(args.into(), item.into()).into()
}

/// Makes a struct or enum a protobuf and JSON message: see the crate `polywire`.
#[proc_macro_derive(Message, attributes(message, field, unknown))]
pub fn message(item: TokenStream) -> TokenStream {
    rust::message(item.into()).into()
}

/// Makes an enum a typed error of methods: see the crate `polywire`.
#[proc_macro_derive(Error, attributes(message, field, error))]
pub fn error(item: TokenStream) -> TokenStream {
    rust::error(item.into()).into()
}
