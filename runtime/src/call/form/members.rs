//! The members of a JSON object, each as its text, so that they can be merged with other parts of a request.
//!
//! The parser that reads messages reads them too, so each message is compiled for three readers. Code that need not
//! know the message (its names, faults, limits) is compiled once. In a service of 100 methods this saves two
//! fifths of the code that LLVM would get.

use crate::message::codec::extent;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// One member.
pub(crate) struct Member<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) value: &'a RawValue,
}

/// Reads the members of the object `json`. Duplicates are kept, because the message's own reader refuses them.
pub(crate) fn read(json: &[u8]) -> Result<Vec<Option<Member<'_>>>, serde_json::Error> {
    serde_json::from_slice::<Members<'_>>(json).map(|members| members.0)
}

/// Reads the members of a member; `null` has none.
pub(super) fn read_value(json: &RawValue) -> Result<Vec<Option<Member<'_>>>, serde_json::Error> {
    match json.get() {
        "null" => Ok(Vec::new()),
        text => read(text.as_bytes()),
    }
}

/// Whether a member says the same as `text`, or only its default, which is the same as nothing. The default of
/// a 64-bit integer is `"0"`.
pub(super) fn repeats(json: &RawValue, text: &str) -> bool {
    let json = json.get();
    if matches!(json, "null" | "false" | "\"\"") || json == text {
        return true;
    }
    match serde_json::from_str::<Cow<'_, str>>(json) {
        Ok(value) => value == text || value == "0",
        Err(_) => json.parse::<f64>() == Ok(0.0),
    }
}

struct Members<'a>(Vec<Option<Member<'a>>>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut members, most) = (Vec::new(), extent::of_json().elements);
        while let Some(Name(name)) = map.next_key()? {
            if members.len() >= most as usize {
                return Err(de::Error::custom(format_args!("holds more than {most} elements")));
            }
            members.push(Some(Member { name, value: map.next_value()? }));
        }
        Ok(Members(members))
    }
}

/// A name that is borrowed unless it has escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }
            fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(name)))
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        input.deserialize_str(NameVisitor)
    }
}
