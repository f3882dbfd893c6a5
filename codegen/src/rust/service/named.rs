//! The protobuf names of a method and of the messages made for it.

use super::said::Said;
use crate::names;
use crate::rust::errors::Errors;
use crate::rust::item;
use proc_macro2::Span;
use quote::format_ident;
use syn::{Ident, LitStr};

/// The names of a method in the schema.
pub(super) struct Names {
    /// The name of the method.
    pub(super) method: String,
    /// The beginning of the names of messages made for it, unless their names are given.
    base: String,
    span: Span,
    /// The value of `#[method(request = "…")]`.
    pub(super) said_request: Option<LitStr>,
    /// The value of `#[method(response = "…")]`.
    pub(super) said_response: Option<LitStr>,
}

impl Names {
    /// Takes names from the attributes, and otherwise makes them from the Rust name.
    pub(super) fn of(ident: &Ident, said: &Said, errors: &mut Errors) -> Self {
        let rust = ident.to_string();
        let method = said.name.clone().unwrap_or_else(|| names::pascal(&rust));
        if said.name.is_none() && !names::is_word(&method) {
            let subject = format!("method `{ident}`");
            errors.push(ident, item::no_word(&subject, &method, "#[method(name = \"…\")]"));
        }
        // When the Rust name gives no valid name, the protobuf name is used.
        let words = [rust, method.clone()];
        let base = words.into_iter().find(|word| names::is_word(&names::pascal(word)));
        Self {
            method,
            base: base.unwrap_or_else(|| "unnamed".to_owned()),
            span: ident.span(),
            said_request: said.request.clone(),
            said_response: said.response.clone(),
        }
    }

    /// The Rust name of the request made for the method, and its protobuf name.
    pub(super) fn request(&self) -> (Ident, String) {
        self.made(names::request(&self.base), self.said_request.as_ref())
    }

    /// The Rust name of the response made for the method, and its protobuf name.
    pub(super) fn response(&self) -> (Ident, String) {
        self.made(names::response(&self.base), self.said_response.as_ref())
    }

    fn made(&self, name: String, said: Option<&LitStr>) -> (Ident, String) {
        (format_ident!("{name}", span = self.span), said.map_or(name, LitStr::value))
    }
}

/// The reason why a request takes no name here.
pub(super) const REQUEST: &str = "the request is a message of its own name";
/// The reason why a response takes no name here.
pub(super) const RESPONSE: &str = "the response is a message of its own name";

/// Reports a name given to a message that has its own name.
pub(super) fn refuse(said: Option<&LitStr>, rule: &str, errors: &mut Errors) {
    if let Some(text) = said {
        errors.push(text, format!("{rule}; rename that with `#[message(name = \"…\")]`, and remove this"));
    }
}
