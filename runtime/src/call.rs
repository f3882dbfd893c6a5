//! The data that travels around a message: the caller, the deadline, the metadata, the answer or error.

pub(crate) mod around;
#[cfg_attr(
    not(any(feature = "_net", feature = "_queue")),
    allow(dead_code, reason = "only wires have messages that take memory")
)]
pub(crate) mod budget;
#[cfg(any(feature = "_net", feature = "_queue"))]
pub(crate) mod coding;
#[cfg(feature = "_net")]
pub(crate) mod compression;
pub(crate) mod context;
pub(crate) mod delay;
pub(crate) mod delivered;
pub(crate) mod form;
pub(crate) mod input;
pub(crate) mod interceptor;
pub(crate) mod jitter;
pub(crate) mod json;
pub(crate) mod ledger;
pub(crate) mod limits;
pub(crate) mod metadata;
pub(crate) mod policy;
pub(crate) mod refusal;
pub(crate) mod reject;
pub(crate) mod schema;
pub(crate) mod spec;
pub(crate) mod status;
pub(crate) mod stream;
pub(crate) mod unwind;
pub(crate) mod violations;
