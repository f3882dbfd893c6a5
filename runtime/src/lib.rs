//! One Rust trait becomes gRPC, gRPC-Web, Connect, HTTP/JSON, WebSocket and AMQP, with a typed client for each.
//!
//! ```
//! use polywire::{Message, Result, Server, Status, service};
//!
//! #[derive(Debug, Clone, PartialEq, Message)]
//! pub struct Book { pub id: i32, pub title: String }
//!
//! #[service(package = "books.v1")]
//! pub trait BookService {
//!     /// Returns one book.
//!     #[http(GET "/books/{id}")]
//!     async fn get_book(&self, id: i32) -> Result<Book>;
//! }
//!
//! struct Shelf;
//!
//! impl BookService for Shelf {
//!     async fn get_book(&self, id: i32) -> Result<Book> {
//!         match id {
//!             7 => Ok(Book { id, title: "Django for APIs".to_owned() }),
//!             _ => Err(Status::not_found(format!("no book {id}"))),
//!         }
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! let server = Server::new().service(BookServiceServer::new(Shelf)).listener(listener);
//! tokio::spawn(server.serve()); // gRPC, gRPC-Web, Connect, HTTP/JSON, WebSocket: one port
//!
//! for wire in ["grpc", "grpcweb", "http", "ws"] {
//!     let books = BookServiceClient::connect(format!("{wire}://{address}")).await?;
//!     assert_eq!(books.get_book(7).await?.title, "Django for APIs");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`service`] on a trait makes `<Trait>Server<S>` and `<Trait>Client`. A [`Server`] serves the first on every
//! wire at once. The client implements the trait over any wire. The URL given to `connect` chooses it
//! (`grpc://`, `http://`, `ws://`, `amqp://`, `memory:`).
//!
//! [`derive@Message`] makes a struct or an enum a protobuf message with canonical JSON. [`derive@Error`] makes
//! an enum the typed error of a method.
//!
//! The [`guide`] has a chapter for each task, from the first service to a deployment.
//!
//! Some rules hold on every wire: deadlines, [`Interceptor`]s, [`Limits`], caught panics, typed errors. They
//! are in one place, where all transports meet: [`transport::Call`].
//!
//! # Where to look
//!
//! | to | see |
//! |---|---|
//! | describe a service | [`service`], [`derive@Message`], [`derive@Error`], [`Streaming`], [`wkt`] |
//! | serve it | [`Server`], [`Limits`], [`Health`], [`Cors`], [`ServerTls`], [`UnixSocket`] |
//! | call one | [`Endpoint`], [`Balance`], [`Resolver`], [`Retry`], [`ClientTls`], [`Caller`] |
//! | guard its client | [`Hedge`], [`Ejection`], [`Breaker`], [`Concurrency`], [`ClientStats`] |
//! | know the call | [`Context`], [`Metadata`], [`PeerIdentity`], [`Interceptor`] |
//! | fail, and say why | [`Status`], [`Code`], [`Detail`], [`FieldViolation`], [`TypedError`] |
//! | test it | [`local`], [`Server::into_local`], [`MemoryBroker`], `testing` |
//! | look after its queues | [`DeadLetters`] |
//! | write its documents | [`Schema`], [`ServiceSpec`], [`ApiInfo`] |
//! | write a transport | [`transport`] |
//!
//! # Features
//!
//! | feature | by default | what it adds |
//! |---|---|---|
//! | `macros` | yes | [`service`], [`derive@Message`], [`derive@Error`] |
//! | `grpc` | yes | gRPC, gRPC-Web and Connect, server and client |
//! | `http` | yes | HTTP/JSON routes by `google.api.http`, SSE and NDJSON |
//! | `ws` | yes | WebSocket endpoints, server and client |
//! | `amqp` | yes | AMQP 0-9-1 over a real broker |
//! | `memory` | yes | the in-memory broker behind `memory:` |
//! | `axum` | yes | mounting in an axum `Router`, and merging one |
//! | `tls` | yes | TLS of every server and client (rustls with ring) |
//! | `gzip` | yes | gzip and deflate |
//! | `brotli`, `zstd`, `snappy` | no | further encodings |
//! | `docs` | no | Swagger UI at `/docs`, 1.9 MB in the program |
//! | `jiff`, `chrono`, `time` | no | times of these crates as values of fields |
//! | `cli` | no | the program `cargo polywire` |
//! | `sqlite`, `postgres` | no | inbox and outbox in a database, through sqlx |
//! | `systemd` | no | sockets that systemd hands over |
//! | `auth`, `jwt`, `ratelimit`, `accesslog`, `metrics`, `spans`, `otel` | no | ready interceptors, in `polywire::layers` |
//! | `schedule` | no | `#[amqp(task, schedule = "0 3 * * *")]`: tasks by the clock |
//! | `config` | no | `polywire::Config`: a server from TOML, YAML, JSON and environment variables |
//! | `testing` | no | `polywire::testing`: a broker in memory that a test looks into, and makes fail |
//! | `uuid`, `decimal`, `indexmap` | no | `Uuid`, `rust_decimal::Decimal` and `IndexMap` as values of fields |

// A build without some transports leaves shared parts idle. Only the build with all of them is checked for that.
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

mod call;
mod channel;
mod client;
#[cfg(feature = "config")]
mod config;
#[cfg(any(doc, doctest))]
pub mod guide;
#[cfg(any(
    feature = "auth",
    feature = "accesslog",
    feature = "ratelimit",
    feature = "metrics",
    feature = "spans"
))]
pub mod layers;
mod log;
mod message;
#[cfg(feature = "_net")]
mod net;
mod once;
mod server;
pub mod transport;
mod waist;

#[doc(hidden)]
pub mod private;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use transport::fuzzing;

pub use call::around::{Answer, AnyMessage, Next, Request};
#[cfg(feature = "_net")]
pub use call::compression::Compression;
pub use call::context::{Context, Transport, current};
pub use call::delay::Delay;
pub use call::delivered::{CloudEvent, Delivered};
pub use call::input::Codec;
pub use call::interceptor::{Interceptor, Outcome, Refused};
pub use call::json::{JsonDefaults, JsonOptions, JsonUnknown};
pub use call::limits::Limits;
pub use call::metadata::{InvalidMetadata, Metadata};
pub use call::reject::{Reject, TypedError};
pub use call::schema::Schema;
pub use call::spec::{Attr, Method, ServiceSpec, TypedMethod};
pub use call::status::{Code, Detail, Result, Status};
pub use call::stream::{StreamSender, Streaming};
#[cfg(feature = "tls")]
pub use channel::ClientTls;
pub use channel::{
    AddressReading, Breaker, ClientReading, ClientStats, Concurrency, DnsResolver, Ejection, FileResolver,
    Hedge, Resolver,
};
pub use channel::{Balance, Channel, Declare, Endpoint, HttpVersion, Messages, Payload, Protocol, Retry};
pub use client::{Caller, local};
#[cfg(all(feature = "config", feature = "tls"))]
pub use config::ConfigTls;
#[cfg(feature = "config")]
pub use config::{
    Config, ConfigBroker, ConfigCors, ConfigError, ConfigInfo, ConfigListen, ConfigOperation, ConfigSources,
    Reload,
};
/// A boxed future, as an [`Interceptor`] returns it.
///
/// ```
/// use polywire::{BoxFuture, Context, Result, Status};
/// fn admit(cx: Context) -> BoxFuture<'static, Result<Context>> {
///     Box::pin(async move {
///         match cx.metadata().get("x-tenant") {
///             Some(_) => Ok(cx),
///             None => Err(Status::invalid_argument("name the tenant in `x-tenant`")),
///         }
///     })
/// }
/// ```
#[doc(inline)]
pub use futures_core::future::BoxFuture;
pub use message::codec::unknown::UnknownFields;
pub use message::codec::{MapKey, Message};
pub use message::constraint::FieldViolation;
pub use message::error::DecodeError;
pub use message::wkt;
#[cfg(all(feature = "_net", unix))]
pub use net::UnixSocket;
#[cfg(feature = "_net")]
pub use net::{ClientAddress, Cors, ListenAddress};
#[cfg(feature = "tls")]
pub use net::{ClientAuth, PeerIdentity, ServerTls};
pub use once::{Handling, Inbox, MemoryInbox, MemoryTransaction, MessageKey};
#[cfg(feature = "_sql")]
pub use once::{Relay, SetAside, Sql, SqlInbox, SqlOutbox};
pub use polywire_codegen::schema::{api::Info as ApiInfo, openapi::Version as OpenApi};
#[cfg(feature = "macros")]
pub use polywire_macros::{Error, Message, service};
#[cfg(feature = "axum")]
pub use server::Consumers;
#[cfg(feature = "_net")]
pub use server::Operation;
pub use server::Server;
#[cfg(feature = "_queue")]
pub use transport::amqp::letters::{DeadLetter, DeadLetters};
#[cfg(feature = "memory")]
pub use transport::amqp::memory::MemoryBroker;
pub use waist::handler::Service;
pub use waist::health::Health;
pub use waist::intercepted::Intercepted;
#[cfg(feature = "_queue")]
pub use waist::queue_stats::{Latencies, QueueReading, QueueStats};

/// For tests (feature `testing`): a broker in memory that tells what was published, moves its clock, and fails when it is
/// asked to.
///
/// Put the feature under `[dev-dependencies]`, so that no shipped program has it.
#[cfg(feature = "testing")]
pub mod testing {
    pub use crate::transport::amqp::memory::testing::{Faults, ForeignMessage, Published, TestBroker};
}

// The types of `transport` had these paths before it was public. They stay valid.
#[doc(hidden)]
pub use transport::{
    BidiFn, BoxOutgoing, Call, ClientStreamFn, Frame, HttpBody, HttpInput, Incoming, Input, NoFrame,
    Outgoing, Reply, Route, ServerStreamFn, UnaryFn,
};
#[cfg(feature = "_net")]
#[doc(hidden)]
pub use transport::{Body, RequestBody};
