//! The documents: each a function of the model, deterministic, without transport or Rust knowledge of its own.

pub mod descriptor;
pub mod proto;
