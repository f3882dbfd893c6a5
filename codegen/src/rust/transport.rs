//! Transports as the macros know them: a row each, which reads the attribute and writes the plan.

pub(crate) mod amqp;
pub(crate) mod attr;
pub(crate) mod http;
pub(crate) mod ws;

use crate::rust::attrs::{self, Arg};
use crate::rust::emit::consts::option;
use crate::rust::errors::Errors;
use crate::transport::Plans;
use attr::{Facts, Notes, Reading};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Attribute;

/// A transport, as the macros know it.
pub(crate) struct Transport {
    /// The name of its attribute, in `transports(…)`, and of its field in [`Plans`].
    pub(crate) name: &'static str,
    /// Makes the plan from the method's attributes of this name.
    read: fn(&[&Attribute], &Facts<'_>, &mut Reading<'_>, &mut Plans),
    /// The plan as a constant expression.
    tokens: fn(&Plans) -> TokenStream,
}

/// Every transport.
pub(crate) const TRANSPORTS: &[Transport] = &[
    Transport {
        name: "grpc",
        read: |attrs, facts, reading, plans| plans.grpc = grpc(attrs, facts, reading),
        tokens: |plans| {
            let grpc = plans.grpc;
            quote!(#grpc)
        },
    },
    Transport {
        name: "http",
        read: |attrs, facts, reading, plans| plans.http = http::attr::read(attrs, facts, reading),
        tokens: |plans| option(plans.http.as_ref().map(http::tokens::plan)),
    },
    Transport {
        name: "ws",
        read: |attrs, facts, reading, plans| plans.ws = ws::attr::read(attrs, facts, reading),
        tokens: |plans| option(plans.ws.as_ref().map(ws::tokens::plan)),
    },
    Transport {
        name: "amqp",
        read: |attrs, facts, reading, plans| plans.amqp = amqp::attr::read(attrs, facts, reading),
        tokens: |plans| option(plans.amqp.as_ref().map(amqp::tokens::plan)),
    },
];

/// The plans of one method as a constant expression.
pub(crate) fn tokens(plans: &Plans) -> TokenStream {
    let fields = TRANSPORTS.iter().map(|transport| {
        let (name, plan) = (format_ident!("{}", transport.name), (transport.tokens)(plans));
        quote!(#name: #plan)
    });
    quote!(__p::transport::Plans { #(#fields),* })
}

/// The plans of a method, and the fields and addresses that its attributes name.
pub(crate) fn read(
    attributes: &[Attribute],
    facts: &Facts<'_>,
    allows: impl Fn(&str) -> bool,
    errors: &mut Errors,
) -> (Plans, Notes) {
    let mut plans = Plans::default();
    let mut reading = Reading { notes: Notes::default(), errors };
    for transport in TRANSPORTS {
        let own: Vec<&Attribute> = attrs::named(attributes, transport.name).collect();
        if skips(&own, transport.name, facts, &mut reading) {
            continue;
        }
        if allows(transport.name) {
            (transport.read)(&own, facts, &mut reading, &mut plans);
        } else if let Some(attr) = own.first() {
            let rule = format!("`transports(…)` of the service leaves out `{}`", transport.name);
            reading.errors.push(attr, format!("{}: {rule}; add it there, or remove this", facts.subject));
        }
    }
    if plans == Plans::default() {
        let text =
            format!("{}: no transport is left to carry it; allow one, or remove the method", facts.subject);
        reading.errors.push(facts.ident, text);
    }
    (plans, reading.notes)
}

/// Whether the attribute is `#[name(skip)]`.
fn skips(own: &[&Attribute], name: &str, facts: &Facts<'_>, reading: &mut Reading<'_>) -> bool {
    let is_skip =
        |attr: &&&Attribute| matches!(attrs::args(attr).as_deref(), Ok([Arg::Word(word)]) if word == "skip");
    let Some(skip) = own.iter().find(is_skip) else { return false };
    if own.len() > 1 {
        let rule = format!("with `skip`, no other `#[{name}]` has an effect");
        reading.errors.push(skip, format!("{}: {rule}; keep one of them", facts.subject));
    }
    true
}

/// Reads gRPC's attribute, which allows only `skip`.
fn grpc(own: &[&Attribute], facts: &Facts<'_>, reading: &mut Reading<'_>) -> bool {
    for attr in own {
        for arg in reading
            .errors
            .explain(attrs::args(attr), &facts.subject, "write it as in `#[grpc(skip)]`")
            .unwrap_or_default()
        {
            arg.refuse(format!("{}: `#[grpc]`", facts.subject), "`skip`", reading.errors);
        }
    }
    true
}
