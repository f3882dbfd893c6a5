//! Reading transports' attributes: what they have in common, and the list of them.
//!
//! Each transport reads its own attribute in its own file. What it refers to (a field, an address) it notes down; the
//! rules between methods are then the same code for all of them.

use super::{amqp, http, ws};
use crate::model::Shape;
use crate::rust::attrs::{self, Arg};
use crate::rust::errors::Errors;
use crate::transport::Plans;
use syn::{Attribute, Ident, LitStr};

/// A transport, as attributes know it.
pub(crate) struct Transport {
    /// The name of its attribute, and in `transports(…)`.
    pub(crate) name: &'static str,
    /// Makes its plan from the method's attributes of that name.
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

/// What a transport may know of the method.
pub(crate) struct Facts<'a> {
    /// How messages refer to it.
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

/// Where a transport reports.
pub(crate) struct Reading<'a> {
    /// What the attributes refer to.
    pub(crate) notes: Notes,
    /// What is wrong.
    pub(crate) errors: &'a mut Errors,
}

/// What the attributes of a method refer to.
#[derive(Default)]
pub(crate) struct Notes {
    /// Fields of the request or response.
    pub(crate) bindings: Vec<Binding>,
    /// Addresses that belong to the method alone.
    pub(crate) claims: Vec<Claim>,
    /// Routes that have arguments in the query.
    pub(crate) queries: Vec<Query>,
}

/// A field that an attribute names.
pub(crate) struct Binding {
    /// Of which message.
    pub(crate) side: Side,
    /// The path of the field, such as `book.name`.
    pub(crate) field: String,
    /// What names it, such as ``path variable `{id}` ``.
    pub(crate) what: String,
    /// Whether it must be a single value.
    pub(crate) scalar: bool,
    /// The text that names it.
    pub(crate) at: LitStr,
}

/// A route that takes in the query what it takes nowhere else.
pub(crate) struct Query {
    /// The fields that it takes from the path or the body.
    pub(crate) taken: Vec<String>,
    /// The path as written.
    pub(crate) at: LitStr,
}

/// Which message a [`Binding`] is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The request.
    Request,
    /// The response.
    Response,
}

impl Side {
    /// What a field of this side is, to the user.
    pub(crate) const fn part(self) -> &'static str {
        match self {
            Self::Request => "argument",
            Self::Response => "field in the response",
        }
    }
}

impl Binding {
    /// What to do when there is no such field.
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
    /// Such as ``route `GET /books/{}` ``.
    pub(crate) address: String,
    /// The text that names it.
    pub(crate) at: LitStr,
}

/// The plans of a method, and what its attributes refer to.
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

/// `#[name(skip)]`.
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

/// gRPC has nothing to say but `skip`.
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
