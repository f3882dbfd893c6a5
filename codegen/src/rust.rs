//! Reading Rust items and emitting Rust.
