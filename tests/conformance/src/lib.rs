//! What the programs share: the types of Connect's conformance suite, and how its runner speaks to them.

#[cfg(feature = "suite")]
pub mod pipe;
#[cfg(feature = "suite")]
include!(concat!(env!("OUT_DIR"), "/polywire.rs"));

#[cfg(feature = "suite")]
pub use connectrpc::conformance::v1 as suite;
