//! [`Address`]: the argument of `Server::listen`.

use std::borrow::Cow;

/// The place where a server listens: `host:port`, or a Unix socket as `unix:/path` or
/// [`UnixSocket`](crate::UnixSocket).
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
    #[cfg(unix)]
    Unix(super::UnixSocket),
    #[cfg(not(unix))]
    Unix(String),
}

impl From<String> for Address {
    fn from(address: String) -> Self {
        Self(match crate::channel::url::after_scheme(&address, "unix") {
            Some(path) => Place::Unix(path.into()),
            None => Place::Tcp(address),
        })
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
