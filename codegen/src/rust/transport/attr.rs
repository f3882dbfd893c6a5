//! Reads transports' attributes: their common parts, and the list of transports.
//!
//! Each transport reads its own attribute in its own file. It notes the fields and addresses that the
//! attribute names. So the rules between methods are the same code for all transports.

use super::{amqp, http, ws};
use crate::model::Shape;
use crate::rust::attrs::{self, Arg};
use crate::rust::errors::Errors;
use crate::transport::Plans;
use syn::{Attribute, Ident, LitStr};

/// A transport, from the view of attributes.
pub(crate) struct Transport {
    /// The name of its attribute, and its name in `transports(…)`.
    pub(crate) name: &'static str,
    /// Makes the plan from the method's attributes of this name.
    read: fn(&[&Attribute], &Facts<'_>, &mut Reading<'_>, &mut Plans),
}

/// Every transport.
pub(crate) const TRANSPORTS: &[Transport] = &[
    Transport { name: "grpc", read: |attrs, facts, reading, plans| plans.grpc = grpc(attrs, facts, reading) },
    Transport {
        name: "http",
        read: |attrs, facts, reading, plans| plans.http = http::attr::read(attrs, facts, reading),
    },
    Transport {
        name: "ws",
        read: |attrs, facts, reading, plans| plans.ws = ws::attr::read(attrs, facts, reading),
    },
    Transport {
        name: "amqp",
        read: |attrs, facts, reading, plans| plans.amqp = amqp::attr::read(attrs, facts, reading),
    },
];

/// The facts that a transport may know about the method.
pub(crate) struct Facts<'a> {
    /// The words by which faults name the method.
    pub(crate) subject: String,
    /// The method.
    pub(crate) ident: &'a Ident,
    /// Which sides stream.
    pub(crate) shape: Shape,
    /// Whether the response is made around a value.
    pub(crate) response_made: bool,
    /// Whether the response is `()`.
    pub(crate) response_empty: bool,
}

/// The place where a transport reports.
pub(crate) struct Reading<'a> {
    /// The fields and addresses that the attributes name.
    pub(crate) notes: Notes,
    /// The faults.
    pub(crate) errors: &'a mut Errors,
}

/// The fields and addresses that the attributes of a method name.
#[derive(Default)]
pub(crate) struct Notes {
    /// Fields of the request or response.
    pub(crate) bindings: Vec<Binding>,
    /// Addresses that belong to the method alone.
    pub(crate) claims: Vec<Claim>,
    /// Routes with arguments in the query.
    pub(crate) queries: Vec<Query>,
}

/// A field that an attribute names.
pub(crate) struct Binding {
    /// The message that has the field.
    pub(crate) side: Side,
    /// The path of the field, such as `book.name`.
    pub(crate) field: String,
    /// The words for the part that names it, such as ``path variable `{id}` ``.
    pub(crate) what: String,
    /// Whether it must be a single value.
    pub(crate) scalar: bool,
    /// The text that names it.
    pub(crate) at: LitStr,
}

/// A route that takes arguments from the query, when they are nowhere else.
pub(crate) struct Query {
    /// The fields that it takes from the path or the body.
    pub(crate) taken: Vec<String>,
    /// The path as written.
    pub(crate) at: LitStr,
}

/// The message that a [`Binding`] is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The request.
    Request,
    /// The response.
    Response,
}

impl Side {
    /// The user's word for a field of this side.
    pub(crate) const fn part(self) -> &'static str {
        match self {
            Self::Request => "argument",
            Self::Response => "field in the response",
        }
    }
}

impl Binding {
    /// The advice when there is no such field.
    pub(crate) fn fix(&self) -> String {
        match self.side {
            Side::Request => {
                format!("add `{}: …` or remove it", self.field.split('.').next().unwrap_or_default())
            }
            Side::Response => "name one that the response has, or remove it".to_owned(),
        }
    }
}

/// An address that belongs to one method alone.
pub(crate) struct Claim {
    /// The address in words, such as ``route `GET /books/{}` ``.
    pub(crate) address: String,
    /// The text that names it.
    pub(crate) at: LitStr,
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
        let text = format!(
            "{}: no transport is left that can carry it; allow one, or remove the method",
            facts.subject
        );
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
        let rule = format!("`skip` leaves nothing for another `#[{name}]` to say");
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
