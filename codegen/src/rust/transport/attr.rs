//! The common parts of reading transports' attributes: what a transport may know, and where it reports.
//!
//! Each transport reads its own attribute in its own file. It notes the fields and addresses that the
//! attribute names. So the rules between methods are the same code for all transports.

use crate::model::Shape;
use crate::rust::errors::Errors;
use syn::{Ident, LitStr};

/// The facts that a transport may know about the method.
pub(crate) struct Facts<'a> {
    /// The words by which faults name the method.
    pub(crate) subject: String,
    /// The method.
    pub(crate) ident: &'a Ident,
    /// Which sides stream.
    pub(crate) shape: Shape,
    /// Whether the request is made around one list.
    pub(crate) request_is_list: bool,
    /// Whether the request has no fields.
    pub(crate) request_empty: bool,
    /// Whether the request is made around the arguments. Otherwise the only argument is a message.
    pub(crate) request_made: bool,
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
    /// The demand on the field.
    pub(crate) fits: Fits,
    /// The text that names it.
    pub(crate) at: LitStr,
}

/// The demand on a field by the part that names it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fits {
    /// Anything.
    Any,
    /// A single value, for a path.
    Path,
    /// A text or a whole number, whose text has one form.
    Key,
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
