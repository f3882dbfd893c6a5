//! The wires. Each has a feature and a folder of its own. This file names all of them, and the schemes of their URLs.

use crate::call::status::{Result, Status};
use crate::channel::{Channel, Endpoint};
use std::sync::Arc;

#[cfg(feature = "_queue")]
#[cfg_attr(
    not(all(feature = "amqp", feature = "memory")),
    allow(dead_code, reason = "each broker alone uses a part")
)]
pub(crate) mod amqp;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
#[cfg(feature = "grpc")]
pub(crate) mod grpc;
#[cfg(feature = "http")]
pub(crate) mod http;
#[cfg(any(feature = "http", feature = "ws"))]
#[cfg_attr(
    not(feature = "http"),
    allow(dead_code, reason = "WebSocket endpoints know neither verbs nor default routes")
)]
mod paths;
#[cfg(feature = "ws")]
pub(crate) mod ws;

/// Whether plain JSON requests have a transport of their own.
#[cfg(feature = "grpc")]
pub(crate) const HAS_HTTP: bool = cfg!(feature = "http");

/// Opens the channel that the URL's scheme names.
pub(crate) async fn connect(endpoint: Endpoint) -> Result<Arc<dyn Channel>> {
    match crate::channel::url::scheme(endpoint.url.as_written()).as_str() {
        #[cfg(feature = "grpc")]
        "grpc" | "grpcs" | "grpcweb" | "grpcwebs" | "http" | "https" => {
            grpc::channel::connect(endpoint).await
        }
        #[cfg(feature = "ws")]
        "ws" | "wss" => ws::channel::connect(endpoint).await,
        #[cfg(feature = "amqp")]
        "amqp" | "amqps" => amqp::channel::connect(endpoint).await,
        #[cfg(feature = "memory")]
        "memory" => amqp::channel::connect(endpoint).await,
        _ => Err(Status::invalid_argument(format!(
            "no transport for `{}`: use grpc://, http://, ws://, amqp:// or memory:, and enable the transport's feature",
            endpoint.url
        ))),
    }
}
