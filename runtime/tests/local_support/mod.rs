//! What the tests of `local.rs` share.

mod sendable;
