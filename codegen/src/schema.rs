//! The documents. Each is a deterministic function of the model, and knows no transport and no Rust by
//! itself.

mod address;
pub mod api;
pub mod asyncapi;
pub mod definitions;
pub mod descriptor;
mod errors;
pub mod files;
mod googles;
mod json;
pub mod openapi;
pub mod proto;
pub mod protovalidate;
mod shapes;
