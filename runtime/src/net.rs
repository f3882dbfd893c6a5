//! The parts that the HTTP transports share: sockets, TLS, connections, bodies, and the checks before every
//! call. This hall knows no wire by name.

pub(crate) mod body;
pub(crate) mod clock;
pub(crate) mod cookies;
pub(crate) mod cork;
pub(crate) mod cors;
pub(crate) mod entrance;
pub(crate) mod exchange;
pub(crate) mod hosts;
pub(crate) mod intake;
mod linger;
pub(crate) mod listen;
pub(crate) mod pages;
pub(crate) mod proxies;
pub(crate) mod refusal;
pub(crate) mod sound;
pub(crate) mod streams;
pub(crate) mod survivor;
#[cfg(feature = "tls")]
mod tls;
pub(crate) mod turns;
pub(crate) mod watch;

pub use body::{Body, RequestBody};
pub use cors::Cors;
pub use listen::ListenAddress;
#[cfg(unix)]
pub use listen::UnixSocket;
pub use proxies::ClientAddress;
#[cfg(feature = "tls")]
pub use tls::{ClientAuth, PeerIdentity, ServerTls};
