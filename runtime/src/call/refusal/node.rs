//! JSON that is parsed only as far as needed, and written again.

use crate::call::form::members;
use serde_json::value::RawValue;
use std::fmt;

/// A value.
#[derive(Debug)]
pub(super) enum Node {
    /// The text as it came.
    Text(String),
    Object(Vec<(String, Node)>),
    List(Vec<Node>),
}

impl Node {
    /// Parses the value by one level, if it has any.
    pub(super) fn open(&mut self) {
        let Self::Text(text) = self else { return };
        if let Ok(members) = members::read(text.as_bytes()) {
            let member = |member: members::Member<'_>| {
                (member.name.into_owned(), Self::Text(member.value.get().to_owned()))
            };
            *self = Self::Object(members.into_iter().flatten().map(member).collect());
        } else if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) {
            *self = Self::List(items.into_iter().map(|item| Self::Text(item.get().to_owned())).collect());
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{}:{value}", serde_json::Value::from(name.as_str()))?;
                }
                f.write_str("}")
            }
            Self::List(items) => {
                f.write_str("[")?;
                for (index, value) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{value}")?;
                }
                f.write_str("]")
            }
        }
    }
}
