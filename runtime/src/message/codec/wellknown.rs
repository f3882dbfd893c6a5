//! Well-known types of protobuf as types of the standard library: `()`, `Duration`, `SystemTime`.

mod empty;
pub(crate) mod time;
