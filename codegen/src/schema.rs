//! The documents: each a function of the model, deterministic, without transport or Rust knowledge of its own.

mod address;
pub mod api;
pub mod asyncapi;
pub mod descriptor;
mod errors;
pub mod files;
mod googles;
mod json;
pub mod openapi;
pub mod proto;
pub mod protovalidate;
mod shapes;
