//! The types between a transport and the services, for people who write a transport of their own.
//!
//! Whoever serves or calls a service needs none of them. A transport finds the [`Route`] of a request, and runs its
//! [`Call`]. It hands over a [`Context`](crate::Context) and the request, which is an [`Input`], or [`Incoming`] if it
//! streams. An [`Arrival`] is an input that may still be on its way.
//!
//! A [`Reply`] says how to encode the answer. Everything between is the same on every wire: interceptors, limits,
//! constraints, deadlines, errors. A transport never parses a message.
//!
//! ```
//! use polywire::transport::{Call, Input, Reply, Route};
//! use polywire::{Codec, Context, Result, Service, Status, service};
//!
//! # #[service(package = "books.v1")]
//! # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
//! # struct Shelf;
//! # impl BookService for Shelf { async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) } }
//! /// A transport of lines: `books.v1.BookService/Title {"id":7}`.
//! async fn answer(routes: &[Route], line: &str) -> Result<String> {
//!     let (name, json) = line.split_once(' ').unwrap_or((line, "{}"));
//!     let route = routes.iter().find(|route| route.method.full_name() == name);
//!     let Some(Call::Unary(call)) = route.map(|route| &route.call) else {
//!         return Err(Status::unimplemented(format!("no unary method {name}")));
//!     };
//!     let request = Input::Encoded(Codec::Json, json.to_owned().into());
//!     let answer = call(Context::new(), request.into(), Reply::new(Codec::Json)).await?;
//!     Ok(String::from_utf8_lossy(&answer).into_owned())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
//! let routes = BookServiceServer::new(Shelf).routes();
//! let line = r#"books.v1.BookService/Title {"id":7}"#;
//! assert_eq!(answer(&routes, line).await?, r#"{"result":"book 7"}"#);
//! # Ok(()) }
//! ```
//!
//! Routes that are called like this have no policy: the default limits on a message hold, and no deadline and no
//! interceptor does. A server's own are in the channel of [`Server::into_local`](crate::Server::into_local).
//!
//! The client's side of a wire is a [`Channel`].

// The wires themselves have a feature and a folder each. This file names all of them, and the schemes of their URLs:
// a module and a row for each.

pub use crate::call::form::{HttpBody, HttpInput};
pub use crate::call::input::{Arrival, Input, Reply};
#[cfg(feature = "_net")]
pub use crate::net::{Body, RequestBody};
pub use crate::waist::handler::{
    BidiFn, BoxOutgoing, Call, ClientStreamFn, Frame, Incoming, JoinFn, NoFrame, Outgoing, Route,
    ServerStreamFn, UnaryFn,
};

use crate::call::status::{Result, Status};
use crate::channel::{Channel, Endpoint};
use std::sync::Arc;

#[cfg(feature = "_queue")]
pub(crate) mod amqp;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "grpc")]
pub(crate) mod grpc;
#[cfg(feature = "http")]
pub(crate) mod http;
#[cfg(any(feature = "http", feature = "ws"))]
mod paths;
#[cfg(feature = "ws")]
pub(crate) mod ws;

#[cfg(any(feature = "http", feature = "ws"))]
pub(crate) use paths::Conflict;

/// Whether plain JSON requests have a transport of their own.
#[cfg(feature = "grpc")]
pub(crate) const HAS_HTTP: bool = cfg!(feature = "http");

/// Makes [`connect`] of a row for each kind of URL: its text, the feature that brings it, its schemes, its channel.
macro_rules! schemes {
    ($($url:literal in $feature:literal: $($scheme:literal)+ => $connect:path,)+) => {
        /// The kinds of URLs, in this build or not.
        const URLS: &[&str] = &[$($url),+];

        /// Opens the channel that the URL's scheme names.
        pub(crate) async fn connect(endpoint: Endpoint) -> Result<Arc<dyn Channel>> {
            match crate::channel::url::scheme(endpoint.url.as_written()).as_str() {
                $(#[cfg(feature = $feature)] $($scheme)|+ => $connect(endpoint).await,)+
                _ => Err(no_transport(&endpoint)),
            }
        }
    };
}

schemes! {
    "grpc://" in "grpc": "grpc" "grpcs" "grpcweb" "grpcwebs" => grpc::channel::connect,
    "http://" in "grpc": "http" "https" => grpc::channel::connect,
    "ws://" in "ws": "ws" "wss" => ws::channel::connect,
    "amqp://" in "amqp": "amqp" "amqps" => amqp::channel::connect,
    "memory:" in "memory": "memory" => amqp::channel::connect,
}

#[cold]
fn no_transport(endpoint: &Endpoint) -> Status {
    let urls = match URLS {
        [others @ .., last] => format!("{} or {last}", others.join(", ")),
        [] => String::new(),
    };
    Status::invalid_argument(format!(
        "no transport for `{}`: use {urls}, and enable the transport's feature",
        endpoint.url
    ))
}
