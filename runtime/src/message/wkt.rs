//! The well-known types as messages: usable in fields, and as whole requests and responses, each with its own JSON.
//!
//! `()` is `google.protobuf.Empty`, and `std::time` has types for time already; [`Timestamp`] and [`Duration`] are for
//! what those cannot hold, such as a negative duration.

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
use polywire_codegen::model::TypeName;

/// `google.protobuf.Empty`.
pub type Empty = ();

/// Whether it is one of these that is no object in JSON, but text, a number, a list, or whatever there is.
#[cfg(feature = "ws")]
pub(crate) fn is_no_object(name: &TypeName) -> bool {
    let objects = ["Any", "Empty", "Struct"];
    name.package.as_deref() == Some("google.protobuf") && !objects.contains(&name.name.as_ref())
}

#[cfg(test)]
mod tests;
