//! What the HTTP transports share: bodies, the engine that tells requests apart, the accept loop.

pub(crate) mod accept;
pub(crate) mod body;
pub(crate) mod clock;
mod cookies;
pub(crate) mod cores;
mod cork;
pub(crate) mod cors;
pub(crate) mod documents;
pub(crate) mod engine;
pub(crate) mod entrance;
pub(crate) mod hosts;
pub(crate) mod intake;
mod linger;
pub(crate) mod listen;
#[cfg(feature = "docs")]
mod page;
#[cfg_attr(not(feature = "ws"), allow(dead_code, reason = "each transport alone uses a part"))]
pub(crate) mod pages;
#[cfg_attr(
    not(all(feature = "grpc", feature = "http", feature = "ws")),
    allow(dead_code, reason = "each transport alone uses a part")
)]
pub(crate) mod refusal;
#[cfg(feature = "axum")]
pub(crate) mod router;
mod sound;
pub(crate) mod stream;
mod streams;
pub(crate) mod survivor;
#[cfg(feature = "tls")]
mod tls;
mod turns;
pub(crate) mod watch;

pub use body::{Body, RequestBody};
pub use cors::Cors;
pub use listen::ListenAddress;
#[cfg(unix)]
pub use listen::UnixSocket;
#[cfg(feature = "tls")]
pub use tls::{ClientAuth, PeerIdentity, ServerTls};
