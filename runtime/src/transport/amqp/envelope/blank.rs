//! The rule against messages that would run with default values.
//!
//! proto3 JSON lets any member be absent, and a reader passes over members that it does not know. That is right for a
//! message of this contract, and wrong for one of another. A message that does not name its method must therefore name a
//! field of the request.

use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::log::Quoted;
use polywire_codegen::model::{Definition, Definitions, Field, Message, Type, TypeName};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;

/// The fields of a method's request, as members of JSON.
pub(crate) struct Known {
    pub(crate) fields: Vec<KnownField>,
}

/// A field of a request.
pub(crate) struct KnownField {
    /// The name, and the JSON name.
    pub(crate) names: [String; 2],
    /// Whether the field would be its type's zero if it were absent.
    pub(crate) is_needed: bool,
}

/// The meaning of a body without any member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// A request with default values, as the caller of an RPC may send it.
    Allowed,
    /// No message for a method that needs a value.
    Refused,
}

/// The members of a body.
enum Members {
    /// The body is no object, or no JSON.
    Unreadable,
    Empty,
    Unknown(String),
    Known,
}

impl Known {
    /// The fields of a method's request. `None` if its message is one of protobuf's own, which have a JSON form of their
    /// own, or has no fields.
    pub(crate) fn of(method: &Method) -> Option<Self> {
        let mut all = Definitions::default();
        (method.service.register)(&mut all);
        Self::in_message(message(&all, method, &method.model().input)?)
    }

    /// The fields of a method's response, as [`Self::of`] gives those of the request.
    pub(crate) fn of_answer(method: &Method) -> Option<Self> {
        let mut all = Definitions::default();
        (method.service.register)(&mut all);
        Self::in_message(message(&all, method, &method.model().output)?)
    }

    fn in_message(message: &Message) -> Option<Self> {
        let is_choice = |field: &Field| message.oneof.is_some() || field.oneof.is_some();
        let is_optional = |field: &Field| field.default.is_some() || matches!(field.ty, Type::Optional(_));
        let fields = message.fields.iter().map(|field| KnownField {
            names: [field.name.clone(), field.json.clone()].map(Into::into),
            is_needed: !is_choice(field) && !is_optional(field),
        });
        Some(Self { fields: fields.collect() }).filter(|known| !known.fields.is_empty())
    }

    /// The place of the field with this name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.names.iter().any(|known| known == name))
    }

    fn has_needed(&self) -> bool {
        self.fields.iter().any(|field| field.is_needed)
    }

    /// Checks that JSON which does not name its method is a request of the method.
    ///
    /// # Errors
    /// `invalid_argument` when it names no field.
    pub(crate) fn check(&self, body: &[u8], absent: Absent) -> Result<()> {
        match self.members(body) {
            Members::Empty if absent == Absent::Refused && self.has_needed() => {
                Err(self.refusal("it is empty"))
            }
            Members::Unknown(name) => Err(self.refusal(&format!("its first member is `{}`", Quoted(&name)))),
            Members::Empty | Members::Known | Members::Unreadable => Ok(()),
        }
    }

    fn refusal(&self, why: &str) -> Status {
        let names: Vec<_> = self.fields.iter().map(|field| format!("`{}`", field.names[0])).collect();
        Status::invalid_argument(format!(
            "the body names no argument of the method ({}): {why}. Publish one of them, or name the method in the \
             property `type`",
            names.join(", ")
        ))
    }

    fn members(&self, body: &[u8]) -> Members {
        let mut seen = Members::Unreadable;
        // The reading stops at the first known member, which serde_json reports as a fault.
        let _ = serde_json::Deserializer::from_slice(body)
            .deserialize_map(Names { known: self, seen: &mut seen });
        seen
    }
}

/// A message of a method, unless it belongs to protobuf.
fn message<'a>(all: &'a Definitions, method: &Method, name: &TypeName) -> Option<&'a Message> {
    let with_package =
        TypeName { package: Some(method.service.model.package.clone()), name: name.name.clone() };
    let found = all.get(name).or_else(|| all.get(&with_package));
    let is_googles = name.package.as_deref().is_some_and(|package| package.starts_with("google."));
    found.and_then(Definition::as_message).filter(|_| !is_googles)
}

struct Names<'a> {
    known: &'a Known,
    seen: &'a mut Members,
}

impl<'de> Visitor<'de> for Names<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        let mut first = None;
        while let Some(name) = map.next_key::<String>()? {
            if self.known.find(&name).is_some() {
                *self.seen = Members::Known;
                return Ok(());
            }
            first.get_or_insert(name);
            map.next_value::<IgnoredAny>()?;
        }
        *self.seen = first.map_or(Members::Empty, Members::Unknown);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(has_needed: bool) -> Known {
        let field = |names: [&str; 2], is_needed| KnownField { names: names.map(Into::into), is_needed };
        Known { fields: vec![field(["order_id", "orderId"], has_needed), field(["note", "note"], false)] }
    }

    fn refused(known: &Known, body: &str, absent: Absent) -> bool {
        known.check(body.as_bytes(), absent).is_err()
    }

    #[test]
    fn a_body_must_name_a_field() {
        let known = known(true);
        for body in [r#"{"order_id":1}"#, r#"{"orderId":1,"x":2}"#, r#"{"x":{"y":[1]},"note":null}"#] {
            assert!(!refused(&known, body, Absent::Refused), "{body}");
        }
        for body in [r#"{"x":1}"#, r#"{"ORDER_ID":1}"#, r#"{"data":{"order_id":1}}"#] {
            assert!(refused(&known, body, Absent::Refused), "{body}");
            assert!(refused(&known, body, Absent::Allowed), "{body}");
        }
        // The reader of the message says what is wrong with these.
        for body in ["[]", "7", "", "{", r#"{"x":"#, "\u{0}"] {
            assert!(!refused(&known, body, Absent::Refused), "{body}");
        }
    }

    #[test]
    fn nothing_is_a_message_only_where_nothing_is_needed() {
        assert!(refused(&known(true), "{}", Absent::Refused));
        assert!(!refused(&known(true), "{}", Absent::Allowed));
        assert!(!refused(&known(false), " {} ", Absent::Refused));
        assert!(refused(&known(false), r#"{"x":1}"#, Absent::Refused));
    }
}
