//! The parts that the programs share: the types of Connect's conformance suite, and the pipe to its runner.

pub mod interop;
#[cfg(feature = "suite")]
pub mod pipe;
#[cfg(feature = "suite")]
include!(concat!(env!("OUT_DIR"), "/polywire.rs"));

#[cfg(feature = "suite")]
pub use connectrpc::conformance::v1 as suite;

/// Requests are echoed inside of `Any`, whose JSON needs their types.
#[cfg(feature = "suite")]
pub fn register() {
    use polywire::wkt;
    wkt::register::<suite::UnaryRequest>();
    wkt::register::<suite::IdempotentUnaryRequest>();
    wkt::register::<suite::ClientStreamRequest>();
    wkt::register::<suite::ServerStreamRequest>();
    wkt::register::<suite::BidiStreamRequest>();
}
