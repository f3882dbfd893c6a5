//! The connections of the server's listeners: TCP, TLS over it, a Unix socket. They are one type, so hyper is
//! compiled once for all.
//!
//! Beside a system call, the branch on the enum costs nothing.

use crate::net::entrance::Entrance;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// An accepted connection.
pub(crate) enum Accepted {
    Tcp(TcpStream),
    #[cfg(feature = "tls")]
    Tls(Box<tokio_rustls::server::TlsStream<TcpStream>>),
    #[cfg(unix)]
    Unix(tokio::net::UnixStream),
}

#[cfg(feature = "tls")]
impl Accepted {
    /// The identity that the peer has proved with its certificate.
    pub(crate) fn identity(&self) -> Option<crate::net::PeerIdentity> {
        let Self::Tls(io) = self else { return None };
        crate::net::PeerIdentity::of(io.get_ref().1.peer_certificates())
    }
}

impl Accepted {
    /// The entrance of this connection, given that of its listener.
    pub(crate) fn entrance(&self, listener: Entrance) -> Entrance {
        match self {
            #[cfg(feature = "tls")]
            Self::Tls(_) => Entrance::Tls,
            #[cfg(unix)]
            Self::Unix(_) => listener,
            Self::Tcp(_) => listener,
        }
    }
}

/// Makes the same call on each kind of connection.
macro_rules! each {
    ($self:ident, $io:ident => $call:expr) => {
        match $self.get_mut() {
            Accepted::Tcp($io) => $call,
            #[cfg(feature = "tls")]
            Accepted::Tls($io) => $call,
            #[cfg(unix)]
            Accepted::Unix($io) => $call,
        }
    };
}

impl AsyncRead for Accepted {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        each!(self, io => Pin::new(io).poll_read(cx, buf))
    }
}

impl AsyncWrite for Accepted {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        each!(self, io => Pin::new(io).poll_write(cx, buf))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, io => Pin::new(io).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, io => Pin::new(io).poll_shutdown(cx))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        each!(self, io => Pin::new(io).poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(io) => io.is_write_vectored(),
            #[cfg(feature = "tls")]
            Self::Tls(io) => io.is_write_vectored(),
            #[cfg(unix)]
            Self::Unix(io) => io.is_write_vectored(),
        }
    }
}
