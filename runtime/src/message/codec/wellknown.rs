//! Types that protobuf ships, as the Rust types that people have: `()`, `Duration`, `SystemTime`.

mod empty;
pub(crate) mod time;
