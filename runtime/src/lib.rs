//! One Rust trait becomes gRPC, gRPC-Web, Connect, HTTP/JSON, WebSocket and AMQP, with a typed client for each.
//!
//! stub

mod client;
mod codec;
mod context;
mod error;
mod handler;
mod health;
mod input;
mod interceptor;
mod limits;
mod metadata;
mod mounted;
#[cfg(feature = "_net")]
mod net;
#[cfg(feature = "grpc")]
mod plain;
mod policy;
#[cfg(feature = "grpc")]
mod reflection;
mod reject;
mod server;
mod spec;
mod status;
mod stream;
mod transport;
pub mod wkt;

#[doc(hidden)]
pub mod private;

pub use client::{Caller, Channel, Endpoint, Messages, local};
pub use codec::{MapKey, Message};
pub use context::{Context, Transport};
pub use error::DecodeError;
pub use futures_core::future::BoxFuture;
pub use handler::{
    BidiFn, BoxOutgoing, Call, ClientStreamFn, Frame, Incoming, NoFrame, Outgoing, Route, ServerStreamFn,
    Service, UnaryFn,
};
pub use health::Health;
pub use input::{Codec, HttpBody, HttpInput, Input, Reply};
pub use interceptor::{Interceptor, Outcome};
pub use limits::Limits;
pub use metadata::{InvalidMetadata, Metadata};
#[cfg(feature = "_net")]
pub use net::{Body, Cors, RequestBody};
#[cfg(feature = "macros")]
pub use polywire_macros::{Error, Message, service};
pub use reject::{Reject, TypedError};
pub use server::Server;
pub use spec::{Method, ServiceSpec};
pub use status::{Code, Detail, Result, Status};
pub use stream::{StreamSender, Streaming};
#[cfg(feature = "memory")]
pub use transport::memory::MemoryBroker;
