//! Where a server listens: TCP addresses, alone or shared between processes, and Unix sockets.

use super::entrance::Entrance;
use super::stream::Stream;
use crate::url::{self, UrlText};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Semaphore;

/// What the user asked for.
pub(crate) enum Listen {
    /// `host:port`, or `unix:` and a path.
    Address(String),
    /// `host:port`, which other processes may listen on as well.
    Shared(String),
    Bound(TcpListener),
}

/// Bound.
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(unix::Socket),
}

/// Places for the connections of what was asked for, however many sockets it became.
pub(crate) type Places = Arc<Semaphore>;

/// Bound, and of no runtime yet.
pub(crate) enum Portable {
    Tcp(std::net::TcpListener),
    #[cfg(unix)]
    Unix(unix::PortableSocket),
}

impl Listen {
    /// The same for `count` threads. A TCP address gets a socket for each, and the system spreads connections over them
    /// (SO_REUSEPORT); what can be bound only once is one socket, from which all of them accept.
    ///
    /// # Errors
    /// As [`Listen::bind`].
    pub(crate) async fn bind_for(self, count: usize, backlog: u32) -> io::Result<Vec<Portable>> {
        let is_tcp = !matches!(&self, Self::Address(address) if url::after_scheme(address, "unix").is_some());
        match self {
            Self::Address(address) | Self::Shared(address) if is_tcp && cfg!(unix) => {
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

    /// The system keeps up to `backlog` connections until they are accepted: not of what is bound already, nor of a Unix socket.
    ///
    /// # Errors
    /// When the address cannot be used; the text names it.
    pub(crate) async fn bind(self, backlog: u32) -> io::Result<Listener> {
        let (address, bound) = match self {
            Self::Bound(listener) => return Ok(Listener::Tcp(listener)),
            Self::Address(address) => match url::after_scheme(&address, "unix") {
                None => {
                    let bound = tcp(&address, Sharing::None, backlog).await.map(Listener::Tcp);
                    (address, bound)
                }
                Some(path) => {
                    let bound = unix_socket(path).await;
                    (address, bound)
                }
            },
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
    /// The same socket once more.
    fn another(&self) -> io::Result<Self> {
        Ok(match self {
            Self::Tcp(listener) => Self::Tcp(listener.try_clone()?),
            #[cfg(unix)]
            Self::Unix(socket) => Self::Unix(socket.another()?),
        })
    }

    /// The socket, of the runtime that this is called in.
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

    /// The way in that this is, before TLS.
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

    /// The next connection, and who is at the other end where an address says so.
    pub(crate) async fn accept(&self) -> io::Result<(Stream, Option<SocketAddr>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Small frames must not wait for each other's acknowledgement; a socket that cannot is served all the same.
                let _ = stream.set_nodelay(true);
                Ok((Stream::Tcp(stream), Some(peer)))
            }
            #[cfg(unix)]
            Self::Unix(socket) => Ok((Stream::Unix(socket.accept().await?), None)),
        }
    }
}

/// Who may listen on the same address.
#[derive(Clone, Copy, PartialEq)]
enum Sharing {
    None,
    /// Whoever asks for it too, with SO_REUSEPORT: the system spreads connections over all that listen so.
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

#[cfg(unix)]
async fn unix_socket(path: &str) -> io::Result<Listener> {
    unix::Socket::bind(path).await.map(Listener::Unix)
}

#[cfg(not(unix))]
async fn unix_socket(_: &str) -> io::Result<Listener> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no Unix sockets"))
}

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::unix::fs::FileTypeExt;
    use std::os::unix::net::UnixListener as StdListener;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;
    use tokio::net::{UnixListener, UnixStream};

    /// A Unix socket. Its file goes with the last of its copies.
    pub(crate) struct Socket {
        listener: UnixListener,
        file: Arc<File>,
    }

    /// One that is of no runtime yet.
    pub(crate) struct PortableSocket {
        listener: StdListener,
        file: Arc<File>,
    }

    struct File(PathBuf);

    impl PortableSocket {
        pub(super) fn another(&self) -> io::Result<Self> {
            Ok(Self { listener: self.listener.try_clone()?, file: Arc::clone(&self.file) })
        }

        pub(super) fn into_socket(self) -> io::Result<Socket> {
            Ok(Socket { listener: UnixListener::from_std(self.listener)?, file: self.file })
        }
    }

    impl Socket {
        /// Takes the place of a socket that a dead process left, and of nothing else.
        pub(super) async fn bind(path: &str) -> io::Result<Self> {
            let path = Path::new(path);
            match UnixListener::bind(path) {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_dead(path).await => {
                    std::fs::remove_file(path)?;
                    Self::of(UnixListener::bind(path), path)
                }
                bound => Self::of(bound, path),
            }
        }

        fn of(bound: io::Result<UnixListener>, path: &Path) -> io::Result<Self> {
            Ok(Self { listener: bound?, file: Arc::new(File(path.to_owned())) })
        }

        pub(super) fn into_portable(self) -> io::Result<PortableSocket> {
            Ok(PortableSocket { listener: self.listener.into_std()?, file: self.file })
        }

        pub(super) async fn accept(&self) -> io::Result<UnixStream> {
            self.listener.accept().await.map(|(stream, _)| stream)
        }
    }

    async fn is_dead(path: &Path) -> bool {
        let is_socket = std::fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
        let refused = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
        is_socket && UnixStream::connect(path).await.is_err_and(refused)
    }

    impl Drop for File {
        fn drop(&mut self) {
            // Gone already, or not ours to remove: either way the next server finds out by itself.
            let _ = std::fs::remove_file(&self.0);
        }
    }
}
