//! The arguments of `#[service(package = "…", name = "…", json(…), transports(…))]`.

use crate::model::{JsonCase, JsonInt64, JsonStyle};
use crate::rust::attrs::{self, Arg};
use crate::rust::errors::Errors;
use crate::rust::item::word;
use crate::rust::root::Root;
use crate::rust::transport::TRANSPORTS;
use proc_macro2::TokenStream;
use syn::parse::Parser;
use syn::{Ident, Lit};

/// The arguments of `#[service]`.
#[derive(Default)]
pub(super) struct Options {
    pub(super) package: String,
    pub(super) name: Option<String>,
    pub(super) json: JsonStyle,
    pub(super) left_out: LeftOut,
    pub(super) supertraits: Supertraits,
    /// The list in `transports(…)`. Without it, all transports.
    pub(super) transports: Option<Vec<Ident>>,
}

/// The supertraits that a service may have.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Supertraits {
    /// The supertraits that every client implements.
    #[default]
    Known,
    /// Any supertraits: `#[service(supertraits)]`. The user implements them for the client.
    Any,
}

/// The treatment of methods that an implementation leaves out.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum LeftOut {
    /// The compiler demands them.
    #[default]
    Refused,
    /// A call to them is answered `unimplemented`: `#[service(unimplemented)]`.
    Unimplemented,
}

impl Options {
    /// Whether the service may be served over this transport.
    pub(super) fn allows(&self, transport: &str) -> bool {
        self.transports.as_ref().is_none_or(|list| list.iter().any(|ident| ident == transport))
    }
}

const FIX: &str = "write it as in `#[service(package = \"books.v1\")]`";
const KNOWN: &str = "`package`, `name`, `json(…)`, `transports(…)`, `unimplemented`, `supertraits`, `crate`";

/// The path to polywire in the arguments.
pub(crate) fn root(args: TokenStream) -> Root {
    Root::among(attrs::list.parse2(args).unwrap_or_default())
}

pub(super) fn parse(args: TokenStream, ident: &Ident, errors: &mut Errors) -> Options {
    let subject = format!("service `{ident}`");
    let mut options = Options::default();
    for arg in errors.explain(attrs::list.parse2(args), &subject, FIX).unwrap_or_default() {
        match &arg {
            Arg::Set(key, value) if key == "package" => {
                let text = attrs::text(value, &subject, errors);
                options.package = text.and_then(|text| attrs::package(&text, errors)).unwrap_or_default();
            }
            Arg::Set(key, value) if key == "name" => {
                let text = attrs::text(value, &subject, errors);
                options.name = text.and_then(|text| word(&text, &subject, errors));
            }
            Arg::Set(key, value) if key == "crate" => drop(Root::parse(value, &subject, errors)),
            Arg::Word(word) if word == "supertraits" => options.supertraits = Supertraits::Any,
            Arg::Word(word) if word == "unimplemented" => options.left_out = LeftOut::Unimplemented,
            Arg::List(key, args) if key == "json" => options.json = json(args, &subject, errors),
            Arg::List(key, args) if key == "transports" => {
                options.transports = Some(transports(args, &subject, errors))
            }
            other => other.refuse(&subject, KNOWN, errors),
        }
    }
    options
}

fn json(args: &[Arg], subject: &str, errors: &mut Errors) -> JsonStyle {
    let mut style = JsonStyle::CANONICAL;
    for arg in args {
        match arg {
            Arg::Set(key, value) if key == "int64" => {
                let choices = [("string", JsonInt64::String), ("number", JsonInt64::Number)];
                style.int64 = choose(value, choices, subject, errors).unwrap_or_default();
            }
            Arg::Set(key, value) if key == "case" => {
                let choices = [("camel", JsonCase::Camel), ("snake", JsonCase::Snake)];
                style.case = choose(value, choices, subject, errors).unwrap_or_default();
            }
            other => other.refuse(
                subject,
                "`int64 = \"string\" | \"number\"`, `case = \"camel\" | \"snake\"`",
                errors,
            ),
        }
    }
    style
}

fn choose<T: Copy>(value: &Lit, choices: [(&str, T); 2], subject: &str, errors: &mut Errors) -> Option<T> {
    let text = attrs::text(value, subject, errors)?;
    let found = choices.iter().find(|(name, _)| *name == text.value());
    if found.is_none() {
        let [(a, _), (b, _)] = choices;
        errors.push(&text, format!("{subject}: `{}` is not a choice here; use `{a}` or `{b}`", text.value()));
    }
    found.map(|(_, choice)| *choice)
}

fn transports(args: &[Arg], subject: &str, errors: &mut Errors) -> Vec<Ident> {
    let known: Vec<String> = TRANSPORTS.iter().map(|transport| format!("`{}`", transport.name)).collect();
    let mut list = Vec::new();
    for arg in args {
        match arg {
            Arg::Word(word) if TRANSPORTS.iter().any(|transport| word == transport.name) => {
                list.push(word.clone())
            }
            other => other.refuse(subject, &known.join(", "), errors),
        }
    }
    list
}
