//! What each transport adds to a method: a plan. Its attribute is read, and its plan written, in [`rust`](crate::rust).
//!
//! A plan is pure data and refers to the method; the model knows no transport. A fifth transport is one file here.

pub mod amqp;
pub mod http;
pub mod ws;

/// The plans of one method.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plans {
    /// Whether gRPC, gRPC-Web and Connect serve the method.
    pub grpc: bool,
    /// HTTP routes; `None` when the method is not served there at all.
    pub http: Option<http::Plan>,
    /// WebSocket; `None` when the method is not served there at all.
    pub ws: Option<ws::Plan>,
    /// AMQP; `None` when the method is not served there at all.
    pub amqp: Option<amqp::Plan>,
}
