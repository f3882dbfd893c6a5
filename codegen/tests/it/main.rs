//! Tests the code generator through its public API.
#![allow(missing_docs, unreachable_pub, unused_crate_dependencies, reason = "items stand as users have them")]

#[cfg(feature = "build")]
mod build;
mod constraints;
mod descriptor;
