//! Envelopes of other frameworks around a task or an event. They are refused by name.
//!
//! A reader of JSON passes over members that it does not know. So a message inside an unknown envelope would be read as
//! one without any field, and its handler would run with default values.

use crate::call::input::Codec;
use crate::call::status::{Result, Status};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The packet of NestJS's clients. An event has no `id`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nest {
    #[serde(rename = "pattern")]
    _pattern: IgnoredAny,
    #[serde(rename = "data")]
    _data: IgnoredAny,
    #[serde(rename = "id")]
    _id: Option<IgnoredAny>,
}

/// Checks that the body of a message that does not name its method is no envelope.
///
/// # Errors
/// `invalid_argument` with what to publish instead.
pub(crate) fn check(codec: Codec, body: &[u8]) -> Result<()> {
    if codec == Codec::Json && serde_json::from_slice::<Nest>(body).is_ok() {
        let text = "the body is a packet of NestJS (`pattern`, `data`): publish the data alone, or name the method in the property `type`";
        return Err(Status::invalid_argument(text));
    }
    Ok(())
}

/// Checks that JSON is there at all.
///
/// # Errors
/// `invalid_argument`.
pub(crate) fn check_body(codec: Codec, body: &[u8]) -> Result<()> {
    if codec == Codec::Json && body.is_empty() {
        let text = "the body is empty, which is no JSON: publish `{}` for a message without fields";
        return Err(Status::invalid_argument(text));
    }
    Ok(())
}
