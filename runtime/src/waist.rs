//! The waist: where wires meet methods. Every rule that must hold on every wire is here, once.

#[cfg(feature = "grpc")]
mod builtin;
pub(crate) mod handler;
pub(crate) mod health;
pub(crate) mod intercepted;
pub(crate) mod mounted;
#[cfg(feature = "_queue")]
pub(crate) mod queue_stats;
#[cfg(feature = "grpc")]
pub(crate) mod reflection;
pub(crate) mod supervise;
