//! The rule against messages that would run with default values.
//!
//! proto3 JSON lets any member be absent, and a reader passes over members that it does not know. That is right for a
//! message of this contract, and wrong for one of another. A message that does not name its method must therefore name a
//! field of the request.

use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::log::Quoted;
use polywire_codegen::model::{Definition, Definitions, Message, Type, TypeName};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;

/// The fields of a method's request, as members of JSON.
pub(crate) struct Known {
    /// The name and the JSON name of each.
    names: Vec<[String; 2]>,
    /// Whether a message without any field would give a field its zero.
    has_needed: bool,
}

/// What a body without any member is.
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
        let message = message(&all, method)?;
        let names =
            message.fields.iter().map(|field| [field.name.clone(), field.json.clone()].map(Into::into));
        let is_needed = |ty: &Type| !matches!(ty, Type::Optional(_));
        let has_needed = message.oneof.is_none()
            && message
                .fields
                .iter()
                .any(|field| field.oneof.is_none() && field.default.is_none() && is_needed(&field.ty));
        Some(Self { names: names.collect(), has_needed }).filter(|known| !known.names.is_empty())
    }

    /// Checks that JSON which does not name its method is a request of the method.
    ///
    /// # Errors
    /// `invalid_argument` when it names no field.
    pub(crate) fn check(&self, body: &[u8], absent: Absent) -> Result<()> {
        match self.members(body) {
            Members::Empty if absent == Absent::Refused && self.has_needed => {
                Err(self.refusal("it is empty"))
            }
            Members::Unknown(name) => Err(self.refusal(&format!("its first member is `{}`", Quoted(&name)))),
            Members::Empty | Members::Known | Members::Unreadable => Ok(()),
        }
    }

    fn refusal(&self, why: &str) -> Status {
        let names: Vec<_> = self.names.iter().map(|[name, _]| format!("`{name}`")).collect();
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

/// The message of a request, unless it belongs to protobuf.
fn message<'a>(all: &'a Definitions, method: &Method) -> Option<&'a Message> {
    let name = &method.model().input;
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
            if self.known.names.iter().flatten().any(|known| *known == name) {
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
        Known {
            names: vec![["order_id".into(), "orderId".into()], ["note".into(), "note".into()]],
            has_needed,
        }
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
