//! A message as JSON text by the caller's own rules. serde's traits and all wires use the canonical rules.

use crate::call::input::{Codec, Reply};
use crate::call::status::Status;
use crate::message::codec::json::decode_text;
use crate::message::codec::{Message, json};
use crate::message::error::DecodeError;
pub use json::{JsonDefaults, JsonUnknown};
use polywire_codegen::model::JsonStyle;

/// The rules by which messages become [proto3 JSON](https://protobuf.dev/programming-guides/json/) and back,
/// where the mapping leaves a choice.
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
    /// The form of 64-bit integers and names in the output.
    pub style: JsonStyle,
    /// The treatment of fields that hold their default in the output.
    pub defaults: JsonDefaults,
    /// The treatment of names in the input that the schema does not have.
    pub unknown: JsonUnknown,
}

impl JsonOptions {
    /// Writes the message as JSON.
    ///
    /// ```
    /// # use polywire::{JsonOptions, Message};
    /// #[derive(Message)]
    /// struct Book {
    ///     page_count: u32,
    /// }
    /// assert_eq!(JsonOptions::default().write(&Book { page_count: 320 })?, r#"{"pageCount":320}"#);
    /// # Ok::<(), polywire::Status>(())
    /// ```
    ///
    /// # Errors
    /// `internal` when JSON cannot hold the message: a time out of range, an `Any` of an unknown type.
    pub fn write<M: Message>(&self, message: &M) -> Result<String, Status> {
        let _ruled = self.ruled();
        Reply::new(Codec::Json).json_text(message)
    }

    /// Reads a message from JSON.
    ///
    /// ```
    /// # use polywire::{JsonOptions, Message};
    /// #[derive(Debug, Message)]
    /// struct Book {
    ///     page_count: u32,
    /// }
    /// let book: Book = JsonOptions::default().read(r#"{"page_count": "320"}"#)?;
    /// assert_eq!(book.page_count, 320);
    /// # Ok::<(), polywire::DecodeError>(())
    /// ```
    ///
    /// # Errors
    /// The malformed part, with its field, line and column.
    pub fn read<M: Message>(&self, text: &str) -> Result<M, DecodeError> {
        let _ruled = self.ruled();
        decode_text(text)
    }

    fn ruled(&self) -> json::Ruled {
        json::Ruled::new(self.style, self.defaults, self.unknown)
    }
}
