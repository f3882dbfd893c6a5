//! One Rust trait becomes gRPC, gRPC-Web, Connect, HTTP/JSON, WebSocket and AMQP, with a typed client for each.
//!
//! [`service`] on a trait makes `<Trait>Server<S>`, which a [`Server`] serves on every wire at once, and `<Trait>Client`, which
//! implements the trait over any of them: the URL given to `connect` chooses (`grpc://`, `http://`, `ws://`, `amqp://`,
//! `memory:`). [`derive@Message`] makes a struct or an enum a protobuf message with canonical JSON, [`derive@Error`] an enum
//! the typed error of a method. What must hold on every wire (deadlines, [`Interceptor`]s, [`Limits`], panics caught, typed
//! errors) is in one place that every transport meets in, [`Call`]; see ARCHITECTURE.md.

// What transports share is idle in a build that lacks some of them; the build with all of them is the one checked.
#![cfg_attr(
    not(all(
        feature = "grpc",
        feature = "http",
        feature = "ws",
        feature = "amqp",
        feature = "memory",
        feature = "axum"
    )),
    allow(dead_code, unused_variables)
)]

mod client;
mod codec;
#[cfg(any(feature = "_net", feature = "_queue"))]
mod coding;
#[cfg(feature = "_net")]
mod compression;
mod constraint;
mod context;
mod demand;
#[cfg(any(feature = "grpc", feature = "ws", feature = "amqp"))]
#[cfg_attr(
    not(all(feature = "grpc", feature = "amqp")),
    allow(dead_code, reason = "each wire alone uses a part")
)]
mod dial;
mod error;
mod handler;
mod health;
mod input;
mod interceptor;
mod jitter;
mod json;
mod limits;
mod log;
#[cfg(any(feature = "_net", feature = "_queue"))]
mod memory;
mod metadata;
mod mounted;
#[cfg(feature = "_net")]
mod net;
mod plain;
mod policy;
#[cfg(feature = "grpc")]
mod reflection;
mod refusal;
mod reject;
mod schema;
mod server;
mod spec;
mod status;
mod stream;
mod supervise;
mod transport;
mod unwind;
#[cfg_attr(
    not(all(feature = "grpc", feature = "ws", feature = "amqp", feature = "memory")),
    allow(dead_code, reason = "each transport alone uses a part")
)]
mod url;
pub mod wkt;

#[doc(hidden)]
pub mod private;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use transport::fuzzing;

#[cfg(feature = "tls")]
pub use client::ClientTls;
pub use client::{Balance, Caller, Channel, Endpoint, HttpVersion, Messages, Protocol, Retry, local};
pub use codec::unknown::UnknownFields;
pub use codec::{MapKey, Message};
#[cfg(feature = "_net")]
pub use compression::Compression;
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
pub use json::{JsonDefaults, JsonOptions, JsonUnknown};
pub use limits::Limits;
pub use metadata::{InvalidMetadata, Metadata};
#[cfg(all(feature = "_net", unix))]
pub use net::UnixSocket;
#[cfg(feature = "_net")]
pub use net::{Body, Cors, ListenAddress, RequestBody};
#[cfg(feature = "tls")]
pub use net::{ClientAuth, PeerIdentity, ServerTls};
pub use polywire_codegen::schema::{api::Info as ApiInfo, openapi::Version as OpenApi};
#[cfg(feature = "macros")]
pub use polywire_macros::{Error, Message, service};
pub use reject::{Reject, TypedError};
pub use schema::Schema;
pub use server::Server;
pub use spec::{Method, ServiceSpec};
pub use status::{Code, Detail, FieldViolation, Result, Status};
pub use stream::{StreamSender, Streaming};
#[cfg(feature = "memory")]
pub use transport::memory::MemoryBroker;
