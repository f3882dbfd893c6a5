//! A message as JSON text by a caller's own rules; serde's traits, and every wire, have the canonical ones.

use crate::call::input::{Codec, Reply};
use crate::call::status::Status;
use crate::message::codec::json::decode_text;
use crate::message::codec::{Message, json};
use crate::message::error::DecodeError;
pub use json::{JsonDefaults, JsonUnknown};
use polywire_codegen::model::JsonStyle;

/// How messages become [proto3 JSON](https://protobuf.dev/programming-guides/json/) and back, where the mapping leaves a choice.
///
/// ```
/// use polywire::{JsonDefaults, JsonOptions};
///
/// let page = polywire::wkt::StringValue::from(String::from("one"));
/// let omit = JsonOptions { defaults: JsonDefaults::Omitted, ..JsonOptions::default() };
/// assert_eq!(omit.write(&page)?, "\"one\"");
/// # Ok::<(), polywire::Status>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct JsonOptions {
    /// What 64-bit integers and names look like on the way out.
    pub style: JsonStyle,
    /// What is written of fields that hold their default.
    pub defaults: JsonDefaults,
    /// What is read of names that the schema does not have.
    pub unknown: JsonUnknown,
}

impl JsonOptions {
    /// The message as JSON.
    ///
    /// # Errors
    /// `internal` when JSON cannot hold it: a time out of range, an `Any` of a type that is not known.
    pub fn write<M: Message>(&self, message: &M) -> Result<String, Status> {
        let _ruled = self.ruled();
        Reply::new(Codec::Json).json_text(message)
    }

    /// A message from JSON.
    ///
    /// # Errors
    /// What is malformed, the field it is in, line and column.
    pub fn read<M: Message>(&self, text: &str) -> Result<M, DecodeError> {
        let _ruled = self.ruled();
        decode_text(text)
    }

    fn ruled(&self) -> json::Ruled {
        json::Ruled::new(self.style, self.defaults, self.unknown)
    }
}
