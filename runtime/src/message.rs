//! Messages: the form of a value on the wire, in protobuf and in JSON. Knows no call.

pub(crate) mod codec;
pub(crate) mod constraint;
pub(crate) mod encoding;
pub(crate) mod error;
pub(crate) mod plain;
pub mod wkt;
