//! The codecs, against encodings that others made.
#![allow(missing_docs, unreachable_pub, unused_crate_dependencies, reason = "items stand as users have them")]

mod constraints;
mod fields;
mod hostile;
mod json;
mod schema;
mod wire;
