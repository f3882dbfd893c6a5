//! Envelopes of other frameworks: CloudEvents are opened, the rest is refused by name.
//!
//! A reader of JSON passes over members that it does not know. So a message inside an unknown envelope would be read as
//! one without any field, and its handler would run with default values. `blank` refuses such a message.

mod blank;
mod events;

pub(crate) use blank::{Absent, Known, KnownField};

use super::broker::Delivery;
use super::wire;
use crate::call::delivered::CloudEvent;
use crate::call::input::Codec;
use crate::call::status::{Result, Status};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The message inside a delivery.
pub(crate) struct Opened {
    pub(crate) codec: Codec,
    pub(crate) body: Bytes,
    pub(crate) event: Option<Box<CloudEvent>>,
}

/// Takes the message out of its envelope, if it has one that is opened.
///
/// # Errors
/// `invalid_argument` when the body is encoded in an unknown way, or the envelope is not as its standard says.
pub(crate) fn open(delivery: &Delivery) -> Result<Opened> {
    let (properties, body) = (&delivery.properties, &delivery.body);
    wire::check_encoding(properties)?;
    if events::is_structured(properties) {
        return events::structured(properties, body);
    }
    let codec = wire::codec(properties)?;
    let event = events::binary(delivery)?;
    Ok(Opened { codec, body: body.clone(), event })
}

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
pub(crate) fn check(opened: &Opened) -> Result<()> {
    if opened.codec == Codec::Json && serde_json::from_slice::<Nest>(&opened.body).is_ok() {
        let text = "the body is a packet of NestJS (`pattern`, `data`): publish the data alone, or name the method in the property `type`";
        return Err(Status::invalid_argument(text));
    }
    Ok(())
}

/// Checks that JSON is there at all.
///
/// # Errors
/// `invalid_argument`.
pub(crate) fn check_body(opened: &Opened) -> Result<()> {
    if opened.codec == Codec::Json && opened.body.is_empty() {
        let text = "the body is empty, which is no JSON: publish `{}` for a message without fields";
        return Err(Status::invalid_argument(text));
    }
    Ok(())
}
