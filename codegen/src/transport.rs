//! Plans: the parts that each transport adds to a method.
//!
//! A plan is pure data and refers to the method. The model knows no transport. The attributes are read, and
//! the plans are written, in [`rust`](crate::rust). A transport is one file here, and a field of
//! [`Plans`].

pub mod amqp;
pub mod http;
pub mod ws;

/// The plans of one method.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plans {
    /// Whether gRPC, gRPC-Web and Connect serve the method.
    pub grpc: bool,
    /// HTTP routes; `None` when HTTP does not serve the method.
    pub http: Option<http::Plan>,
    /// WebSocket; `None` when WebSocket does not serve the method.
    pub ws: Option<ws::Plan>,
    /// AMQP; `None` when AMQP does not serve the method.
    pub amqp: Option<amqp::Plan>,
}

impl Plans {
    /// No transport.
    pub const NONE: Self = Self { grpc: false, http: None, ws: None, amqp: None };
}
