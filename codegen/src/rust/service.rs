//! Traits with `#[service]`, parsed into types that hold only valid content.

mod check;
mod marks;
mod method;
mod named;
mod options;
mod said;
mod signature;

pub(crate) use marks::{Mark, MarkValue};
pub(crate) use method::{Method, Payload, Request};
pub(crate) use options::{LeftOut, root};
pub(crate) use said::Bounds;
pub(crate) use signature::typed_error;

use super::attrs;
use super::errors::Errors;
use super::item;
use crate::model::JsonStyle;
use crate::names;
use options::Supertraits;
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::{Ident, ItemTrait, TraitItem, TypeParamBound};

/// A trait with `#[service]`.
pub(crate) struct Service {
    /// The trait.
    pub(crate) ident: Ident,
    /// The protobuf package; may be empty.
    pub(crate) package: String,
    /// The protobuf name.
    pub(crate) name: String,
    /// The doc comment.
    pub(crate) docs: String,
    /// The form of written JSON.
    pub(crate) json: JsonStyle,
    /// Whether it is `#[deprecated]`.
    pub(crate) deprecated: bool,
    /// The methods that an implementation may leave out.
    pub(crate) left_out: LeftOut,
    /// The methods, in the order of the trait.
    pub(crate) methods: Vec<Method>,
}

/// Reads a trait. `None` when it reported a fault after which there is no service.
pub(crate) fn parse(args: TokenStream, input: &ItemTrait, errors: &mut Errors) -> Option<Service> {
    let ident = &input.ident;
    let options = options::parse(args, ident, errors);
    check_trait(input, errors);
    if options.supertraits == Supertraits::Known {
        check_supertraits(input, errors);
    }
    let mut methods = Vec::new();
    for item in &input.items {
        match item {
            TraitItem::Fn(function) => methods.extend(method::parse(function, &options, errors)),
            other => {
                let text =
                    format!("service `{ident}`: a service has methods only; move this out of the trait");
                errors.push(other, text);
            }
        }
    }
    let name = options.name.unwrap_or_else(|| ident.unraw().to_string());
    if !names::is_word(&name) {
        errors.push(ident, item::no_word(&format!("service `{ident}`"), &name, "#[service(name = \"…\")]"));
    }
    let service_marks = marks::read(&format!("service `{ident}`"), &input.attrs, errors);
    for method in &mut methods {
        marks::inherit(&mut method.marks, &service_marks);
    }
    let service = Service {
        ident: ident.clone(),
        package: options.package,
        name,
        docs: attrs::docs(&input.attrs),
        json: options.json,
        deprecated: attrs::deprecated(&input.attrs),
        left_out: options.left_out,
        methods,
    };
    check::service(&service, errors);
    Some(service)
}

/// The reason why an item cannot be read as a trait.
pub(super) fn no_trait(item: TokenStream, error: syn::Error) -> syn::Error {
    match syn::parse2::<syn::Item>(item) {
        Ok(item) => {
            let rule = "a service is a trait; its methods are the calls";
            syn::Error::new_spanned(item, format!("`#[service]`: {rule}; put the attribute on one"))
        }
        Err(_) => error,
    }
}

fn check_trait(input: &ItemTrait, errors: &mut Errors) {
    let ident = &input.ident;
    if !input.generics.params.is_empty() {
        let text = format!(
            "service `{ident}`: a generic trait would be a different service for each argument; write one trait for each, or \
             name the types"
        );
        errors.push(&input.generics, text);
    }
    if let Some(token) = &input.unsafety {
        errors.push(token, format!("service `{ident}`: an unsafe trait cannot be served; remove `unsafe`"));
    }
}

/// Supertraits that every client implements.
const HELD: &[&str] = &["Send", "Sync", "Sized", "Unpin", "Debug", "Clone", "Any"];

/// Whether every client fulfils a bound.
pub(crate) fn is_held(bound: &TypeParamBound) -> bool {
    match bound {
        TypeParamBound::Trait(bound) => {
            bound.path.segments.last().is_some_and(|last| HELD.iter().any(|name| last.ident == name))
        }
        _ => true,
    }
}

/// Refuses other supertraits: a client implements the trait, and so must implement its supertraits.
fn check_supertraits(input: &ItemTrait, errors: &mut Errors) {
    let (ident, client) = (&input.ident, names::client(&input.ident.unraw().to_string()));
    for bound in &input.supertraits {
        let TypeParamBound::Trait(written) = bound else { continue };
        if is_held(bound) {
            continue;
        }
        let last = written.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let text = format!(
            "service `{ident}`: supertrait `{last}`: the client implements the trait too, but not `{last}`; remove it, and ask for \
             `S: {ident} + {last}` where both are needed; or write `impl {last} for {client}`, and say so with `#[service(supertraits)]`"
        );
        errors.push(bound, text);
    }
}

impl Service {
    /// The path of a method.
    pub(crate) fn path(&self, method: &Method) -> String {
        names::path(&self.package, &self.name, &method.name)
    }
}
