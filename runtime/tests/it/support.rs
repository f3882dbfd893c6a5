//! The parts that the tests of a wire share.

#[cfg(feature = "grpc")]
pub mod grpc;
#[cfg(all(feature = "http", feature = "macros"))]
pub mod http;
#[cfg(all(feature = "ws", feature = "macros"))]
pub mod ws;
