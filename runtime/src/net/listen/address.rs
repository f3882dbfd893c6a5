//! [`Address`]: the argument of `Server::listen`.

use std::borrow::Cow;

/// The place where a server listens: `host:port`, a Unix socket as `unix:/path` or
/// [`UnixSocket`](crate::UnixSocket), or sockets that systemd hands over.
///
/// `systemd:` is all of those, `systemd:http` the ones with `FileDescriptorName=http` (feature `systemd`). The socket stays
/// bound while a process ends and the next one starts, so a restart loses no connection attempt. Each socket can be taken
/// once. `LISTEN_FDS` and `LISTEN_PID` are removed from the environment then, so start such a server before code that
/// reads the environment from other threads in C.
///
/// ```
/// # use polywire::ListenAddress;
/// let address = ListenAddress::from("127.0.0.1:8080");
/// # drop(address);
/// ```
#[derive(Debug, Clone)]
pub struct Address(pub(super) Place);

#[derive(Debug, Clone)]
pub(super) enum Place {
    Tcp(String),
    /// The name of sockets that systemd hands over; empty for all of them.
    Handed(String),
    #[cfg(unix)]
    Unix(super::UnixSocket),
    #[cfg(not(unix))]
    Unix(String),
}

impl From<String> for Address {
    fn from(address: String) -> Self {
        use crate::channel::url::after_scheme;
        let handed = after_scheme(&address, "systemd").map(|name| Place::Handed(name.into()));
        let unix = || after_scheme(&address, "unix").map(|path| Place::Unix(path.into()));
        Self(handed.or_else(unix).unwrap_or(Place::Tcp(address)))
    }
}

impl From<&str> for Address {
    fn from(address: &str) -> Self {
        Self::from(address.to_owned())
    }
}

impl From<&String> for Address {
    fn from(address: &String) -> Self {
        Self::from(address.clone())
    }
}

impl From<Cow<'_, str>> for Address {
    fn from(address: Cow<'_, str>) -> Self {
        Self::from(address.into_owned())
    }
}

#[cfg(unix)]
impl From<super::UnixSocket> for Address {
    fn from(socket: super::UnixSocket) -> Self {
        Self(Place::Unix(socket))
    }
}
