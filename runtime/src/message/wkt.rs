//! The well-known types as messages, each with its own JSON. They are fields, or whole requests and responses.
//!
//! `()` is `google.protobuf.Empty`. Times may be types of `std::time`; [`Timestamp`] and [`Duration`] also hold values
//! that those cannot, such as a negative duration.

mod any;
mod dynamic;
mod mask;
mod message;
mod time;
mod wrappers;

pub use any::{Any, register};
pub use dynamic::{ListValue, NullValue, Struct, Value};
pub use mask::FieldMask;
pub use time::{Duration, OutOfRange, Timestamp};
pub use wrappers::{
    BoolValue, BytesValue, DoubleValue, FloatValue, Int32Value, Int64Value, StringValue, UInt32Value,
    UInt64Value,
};

#[cfg(feature = "ws")]
use polywire_codegen::model::{Json, TypeName, WellKnown};

/// `google.protobuf.Empty`.
///
/// ```
/// use polywire::{Result, service, wkt};
///
/// #[service(package = "books.v1")]
/// pub trait Shelf {
///     async fn dust(&self, request: wkt::Empty) -> Result<wkt::Empty>; // the same as `()`
/// }
/// ```
pub type Empty = ();

/// Whether the type is a well-known one that is no object in JSON, but text, a number, a list or any value.
#[cfg(feature = "ws")]
pub(crate) fn is_no_object(name: &TypeName) -> bool {
    WellKnown::of(name).is_some_and(|known| known.json() != Json::Object)
}

#[cfg(test)]
mod tests;
