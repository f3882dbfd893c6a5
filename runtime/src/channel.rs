//! The waist's mirror on the client: one wire as an object, with its URL and its options.

#[cfg(any(feature = "grpc", feature = "ws", feature = "amqp"))]
#[cfg_attr(
    not(all(feature = "grpc", feature = "amqp")),
    allow(dead_code, reason = "each wire alone uses a part")
)]
pub(crate) mod dial;
mod endpoint;
mod retry;
#[cfg(feature = "tls")]
mod tls;
#[cfg_attr(
    not(all(feature = "grpc", feature = "ws", feature = "amqp", feature = "memory")),
    allow(dead_code, reason = "each transport alone uses a part")
)]
pub(crate) mod url;

#[cfg(feature = "grpc")]
pub(crate) use endpoint::HttpOptions;
#[cfg(feature = "ws")]
pub(crate) use endpoint::WsOptions;
pub use endpoint::{Balance, Endpoint, HttpVersion, Protocol};
pub use retry::Retry;
#[cfg(feature = "tls")]
pub use tls::ClientTls;

use crate::call::context::Context;
use crate::call::input::Codec;
use crate::call::spec::Method;
use crate::call::status::Result;
use bytes::Bytes;
use futures_core::Stream;
use futures_core::future::BoxFuture;
use std::pin::Pin;

/// Encoded messages in either direction.
pub type Messages = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

/// One wire, seen from the client: encoded messages out, encoded messages back.
///
/// The caller keeps deadlines too; a channel tells them to the server. A channel puts metadata that comes back
/// into the context ([`Context::edit_headers`], [`Context::edit_trailers`]). Dropping a future or a stream
/// cancels the call.
pub trait Channel: Send + Sync + 'static {
    /// The encoding of the messages.
    fn codec(&self) -> Codec;
    /// Makes a call with one request and one response.
    fn unary(
        &self,
        method: &'static Method,
        cx: Context,
        request: Bytes,
    ) -> BoxFuture<'static, Result<Bytes>>;
    /// Makes a call with one request and many responses.
    fn server_stream(
        &self,
        method: &'static Method,
        cx: Context,
        request: Bytes,
    ) -> BoxFuture<'static, Result<Messages>>;
    /// Makes a call with many requests and one response.
    fn client_stream(
        &self,
        method: &'static Method,
        cx: Context,
        requests: Messages,
    ) -> BoxFuture<'static, Result<Bytes>>;
    /// Makes a call with many requests and many responses.
    fn bidi(
        &self,
        method: &'static Method,
        cx: Context,
        requests: Messages,
    ) -> BoxFuture<'static, Result<Messages>>;
}
