//! Types that protobuf ships, as the Rust types that people have: `()`, `Duration`, `SystemTime`.

pub(crate) mod civil;
mod empty;
pub(crate) mod time;
