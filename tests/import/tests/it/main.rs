//! Foreign `.proto` files, imported.
#![allow(missing_docs, unreachable_pub, unused_crate_dependencies, reason = "items stand as users have them")]

mod constraints;
mod refused;
mod round_trip;
