//! Types that protobuf ships, as the Rust types that people have: `()`, `Duration`, `SystemTime`.

mod civil;
mod empty;
mod time;
