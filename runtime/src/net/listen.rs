//! The places where a server listens: TCP addresses, alone or shared between processes, and Unix sockets.

mod accepted;
mod address;
mod handed;
#[cfg(unix)]
mod unix;

pub(crate) use accepted::Accepted;
pub use address::Address as ListenAddress;
use address::Place;
#[cfg(unix)]
pub use unix::UnixSocket;

use super::entrance::Entrance;
use crate::channel::url::{self, UrlText};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Semaphore;

/// A place to listen, as the user asked for it.
pub(crate) enum Listen {
    Address(ListenAddress),
    /// `host:port`, on which other processes may listen as well.
    Shared(String),
    Bound(TcpListener),
    /// A Unix socket that was handed over.
    #[cfg(all(feature = "systemd", unix))]
    BoundUnix(unix::Socket),
}

/// A bound place that belongs to the current runtime.
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(unix::Socket),
}

/// The connections that may still be accepted for one [`Listen`], however many sockets it became.
pub(crate) type Places = Arc<Semaphore>;

/// A bound place that belongs to no runtime yet.
pub(crate) enum Portable {
    Tcp(std::net::TcpListener),
    #[cfg(unix)]
    Unix(unix::PortableSocket),
}

impl Listen {
    /// The places that this one stands for: several, if it is a name of sockets that systemd hands over.
    ///
    /// # Errors
    /// When there is no such socket.
    pub(crate) fn expand(self) -> io::Result<Vec<Self>> {
        match self {
            Self::Address(ListenAddress(Place::Handed(name))) => handed::take(&name).map_err(|error| {
                let name = UrlText::from(name);
                io::Error::new(error.kind(), format!("cannot listen on systemd:{name}: {error}"))
            }),
            other => Ok(vec![other]),
        }
    }

    /// Binds for `count` threads. A TCP address gets a socket for each thread, and the system spreads
    /// connections over them (SO_REUSEPORT). A place that can be bound only once is one socket, from which
    /// all threads accept.
    ///
    /// # Errors
    /// As [`Listen::bind`].
    pub(crate) async fn bind_for(self, count: usize, backlog: u32) -> io::Result<Vec<Portable>> {
        match self {
            Self::Address(ListenAddress(Place::Tcp(address))) | Self::Shared(address) if cfg!(unix) => {
                let first = Self::Shared(address).bind(backlog).await?.into_portable()?;
                let Portable::Tcp(socket) = &first else { return Ok(vec![first]) };
                let address = socket.local_addr()?;
                let others = (1..count)
                    .map(|_| Listener::Tcp(tcp_socket(address, Sharing::All, backlog)?).into_portable());
                let others: Vec<_> = others.collect::<io::Result<_>>()?;
                Ok(std::iter::once(first).chain(others).collect())
            }
            other => {
                let first = other.bind(backlog).await?.into_portable()?;
                let others: Vec<_> = (1..count).map(|_| first.another()).collect::<io::Result<_>>()?;
                Ok(std::iter::once(first).chain(others).collect())
            }
        }
    }

    /// Binds. The system keeps up to `backlog` connections until they are accepted. A listener that is bound
    /// already keeps its own backlog.
    ///
    /// # Errors
    /// When the address cannot be used; the text names it.
    pub(crate) async fn bind(self, backlog: u32) -> io::Result<Listener> {
        let (address, bound) = match self {
            Self::Bound(listener) => return Ok(Listener::Tcp(listener)),
            #[cfg(all(feature = "systemd", unix))]
            Self::BoundUnix(socket) => return Ok(Listener::Unix(socket)),
            Self::Address(ListenAddress(Place::Handed(name))) => {
                let error = io::Error::new(io::ErrorKind::Unsupported, "a handed socket stands alone");
                (name, Err(error))
            }
            Self::Address(ListenAddress(Place::Tcp(address))) => {
                let bound = tcp(&address, Sharing::None, backlog).await.map(Listener::Tcp);
                (address, bound)
            }
            #[cfg(unix)]
            Self::Address(ListenAddress(Place::Unix(socket))) => {
                let bound = unix::Socket::bind(&socket, backlog).await.map(Listener::Unix);
                (socket.to_string(), bound)
            }
            #[cfg(not(unix))]
            Self::Address(ListenAddress(Place::Unix(path))) => {
                let error = io::Error::new(io::ErrorKind::Unsupported, "this system has no Unix sockets");
                (path, Err(error))
            }
            Self::Shared(address) => {
                let bound = tcp(&address, Sharing::All, backlog).await.map(Listener::Tcp);
                (address, bound)
            }
        };
        bound.map_err(|error| {
            let address = UrlText::from(address);
            io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
        })
    }
}

impl Portable {
    /// Returns the same socket once more.
    fn another(&self) -> io::Result<Self> {
        Ok(match self {
            Self::Tcp(listener) => Self::Tcp(listener.try_clone()?),
            #[cfg(unix)]
            Self::Unix(socket) => Self::Unix(socket.another()?),
        })
    }

    /// Gives the socket to the runtime that calls this.
    pub(crate) fn into_listener(self) -> io::Result<Listener> {
        Ok(match self {
            Self::Tcp(listener) => Listener::Tcp(TcpListener::from_std(listener)?),
            #[cfg(unix)]
            Self::Unix(socket) => Listener::Unix(socket.into_socket()?),
        })
    }
}

impl Listener {
    fn into_portable(self) -> io::Result<Portable> {
        Ok(match self {
            Self::Tcp(listener) => Portable::Tcp(listener.into_std()?),
            #[cfg(unix)]
            Self::Unix(socket) => Portable::Unix(socket.into_portable()?),
        })
    }

    /// The entrance of connections to this listener, before TLS.
    pub(crate) fn entrance(&self) -> Entrance {
        match self {
            Self::Tcp(listener) => match listener.local_addr() {
                Ok(address) if address.ip().to_canonical().is_loopback() => Entrance::Loopback,
                Ok(_) | Err(_) => Entrance::Tcp,
            },
            #[cfg(unix)]
            Self::Unix(_) => Entrance::Unix,
        }
    }

    /// Accepts the next connection. Also returns the peer's address, if it has one.
    pub(crate) async fn accept(&self) -> io::Result<(Accepted, Option<SocketAddr>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Small frames must not wait for each other's acknowledgement. A socket that cannot do this
                // is served all the same.
                let _ = stream.set_nodelay(true);
                Ok((Accepted::Tcp(stream), Some(peer)))
            }
            #[cfg(unix)]
            Self::Unix(socket) => Ok((Accepted::Unix(socket.accept().await?), None)),
        }
    }
}

/// Which processes may listen on the same address.
#[derive(Clone, Copy, PartialEq)]
enum Sharing {
    None,
    /// Every process that asks for it too, with SO_REUSEPORT. The system spreads connections over all of
    /// them.
    All,
}

async fn tcp(address: &str, sharing: Sharing, backlog: u32) -> io::Result<TcpListener> {
    url::listened(address)
        .map_err(|rule| io::Error::new(io::ErrorKind::InvalidInput, format!("it {rule}")))?;
    let mut last = io::Error::new(io::ErrorKind::InvalidInput, "no such host");
    for address in tokio::net::lookup_host(address).await? {
        match tcp_socket(address, sharing, backlog) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn tcp_socket(address: SocketAddr, sharing: Sharing, backlog: u32) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    #[cfg(unix)]
    {
        socket.set_reuseaddr(true)?;
        socket.set_reuseport(sharing == Sharing::All)?;
    }
    socket.bind(address)?;
    socket.listen(backlog)
}
