//! The members of a request, found but not yet read. `params` and `id` stay JSON until their type is known.
//!
//! serde's derived readers accept an array in place of an object, member by member. JSON-RPC accepts objects
//! only, so [`object`] checks first.

use super::super::{Fault, Refused};
use crate::call::status::Status;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::value::RawValue;

/// The members of a request, as JSON; others are ignored.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Members<'a> {
    pub(super) jsonrpc: Option<&'a str>,
    pub(super) id: Option<&'a str>,
    pub(super) method: Option<&'a str>,
    pub(super) params: Option<&'a str>,
    pub(super) timeout_ms: Option<&'a str>,
    pub(super) metadata: Option<&'a str>,
    pub(super) window: Option<&'a str>,
    /// Whether there is a member that only a response has.
    pub(super) answers: bool,
}

/// The same members, as serde reads them.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Whole<'a> {
    #[serde(borrow, deserialize_with = "present")]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "present")]
    method: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "present")]
    params: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "present", rename = "timeoutMs")]
    timeout_ms: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "present")]
    metadata: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "present")]
    window: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "present")]
    error: Option<&'a RawValue>,
}

impl<'a> Members<'a> {
    /// Whether this is a response rather than a request.
    pub(super) const fn is_response(&self) -> bool {
        self.answers && self.method.is_none()
    }

    /// Reads a whole request, and finds every fault in it.
    ///
    /// # Errors
    /// The text is no JSON, or no object.
    pub(super) fn read(text: &'a str) -> Result<Self, Refused> {
        let whole: Whole<'_> = object("a request", text)?;
        let [jsonrpc, id, method] = [whole.jsonrpc, whole.id, whole.method].map(raw);
        let [params, timeout_ms, metadata, window] =
            [whole.params, whole.timeout_ms, whole.metadata, whole.window].map(raw);
        let answers = whole.result.is_some() || whole.error.is_some();
        Ok(Self { jsonrpc, id, method, params, timeout_ms, metadata, window, answers })
    }
}

fn raw(value: Option<&RawValue>) -> Option<&str> {
    value.map(RawValue::get)
}

/// Reads a member that is there, even as `null`.
pub(super) fn present<'de, D: Deserializer<'de>>(input: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(input).map(Some)
}

/// Reads an object, and refuses all else that serde would take for one.
///
/// # Errors
/// The text is no JSON, or no object. The error calls it `name`, in the words of JSON-RPC.
pub(super) fn object<'a, T: Deserialize<'a>>(name: &str, text: &'a str) -> Result<T, Refused> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| fault(&error));
    }
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| fault(&error))?;
    Err(invalid(format!("{name} must be an object")))
}

/// The fault that serde found in a text: it is no JSON, or names a member twice.
pub(super) fn fault(error: &serde_json::Error) -> Refused {
    let text = error.to_string();
    match error.classify() {
        Category::Io | Category::Syntax | Category::Eof => {
            let status = Status::invalid_argument(format!("the message is not JSON: {text}"));
            Refused { fault: Fault::Malformed, status }
        }
        Category::Data => {
            let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
            match what.strip_prefix("duplicate field ") {
                Some(name) => invalid(format!("member {name} must appear once")),
                None => invalid(what.to_owned()),
            }
        }
    }
}

pub(super) fn invalid(what: impl Into<std::borrow::Cow<'static, str>>) -> Refused {
    Refused { fault: Fault::Invalid, status: Status::invalid_argument(what) }
}
