//! Connections to servers and brokers: TCP or a Unix socket, with TLS or without. All of them have one type,
//! [`Io`].

use crate::call::status::{Result, Status};
use crate::channel::url::{self, UrlText};
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// A stream of bytes in both directions.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection of any kind. Beside a system call, a virtual call costs nothing.
pub(crate) type Io = Box<dyn Stream>;

/// The place to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// `host:port`.
    Tcp(String),
    /// The path of a Unix socket.
    Unix(PathBuf),
}

impl Address {
    /// Reads `host:port` or `unix:/path`.
    ///
    /// # Errors
    /// `invalid_argument` when it is neither.
    pub(crate) fn parse(text: &UrlText) -> Result<Self> {
        let written = text.as_written();
        let wrong = |rule: &str| {
            Status::invalid_argument(format!(
                "address `{text}` {rule}: write host:port or unix:/path/of/socket"
            ))
        };
        if let Some(path) = url::after_scheme(written, "unix") {
            return if path.is_empty() { Err(wrong("names no path")) } else { Ok(Self::Unix(path.into())) };
        }
        match url::connected(written) {
            Ok(()) => Ok(Self::Tcp(written.to_owned())),
            Err(rule) => Err(wrong(&rule)),
        }
    }

    async fn open(&self) -> io::Result<Io> {
        match self {
            Self::Tcp(address) => {
                let stream = TcpStream::connect(address).await?;
                // Small frames must not wait for each other's acknowledgement. A socket that cannot do this
                // is used all the same.
                let _ = stream.set_nodelay(true);
                Ok(Box::new(stream))
            }
            #[cfg(unix)]
            Self::Unix(path) => Ok(Box::new(tokio::net::UnixStream::connect(path).await?)),
            #[cfg(not(unix))]
            Self::Unix(_) => {
                Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no Unix sockets"))
            }
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => f.write_str(address),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// The protocols that the client offers in a TLS handshake (ALPN), the preferred one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer {
    /// No protocol by name. AMQP has no name that brokers know.
    Unnamed,
    Http1,
    Http2,
    Both,
}

/// TLS towards one server.
#[derive(Clone)]
pub(crate) struct Tls {
    #[cfg(feature = "tls")]
    inner: secure::Inner,
    #[cfg(not(feature = "tls"))]
    never: std::convert::Infallible,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

/// A new connection.
pub(crate) struct Opened {
    pub(crate) io: Io,
    /// Whether both sides agreed on HTTP/2 (ALPN). Always false without TLS.
    pub(crate) http2: bool,
}

/// Opens a connection within `timeout`.
///
/// # Errors
/// `unavailable` when nobody answers, or the handshake fails.
pub(crate) async fn open(
    address: &Address,
    tls: Option<&Tls>,
    offer: Offer,
    timeout: Duration,
) -> Result<Opened> {
    let opening = async {
        let io = address.open().await.map_err(|error| unreachable(address, "connect to", error))?;
        match tls {
            None => Ok(Opened { io, http2: false }),
            Some(tls) => tls
                .shake_hands(io, offer)
                .await
                .map_err(|error| unreachable(address, "speak TLS with", error)),
        }
    };
    match tokio::time::timeout(timeout, opening).await {
        Ok(opened) => opened,
        Err(_) => {
            Err(Status::unavailable(format!("cannot connect to {address}: no answer within {timeout:?}")))
        }
    }
}

fn unreachable(address: &Address, what: &str, error: io::Error) -> Status {
    let text = format!("cannot {what} {address}: {error}");
    Status::unavailable(text).with_source(error)
}

#[cfg(not(feature = "tls"))]
impl Tls {
    /// Refuses, because this build has no TLS.
    pub(crate) fn toward(endpoint: &crate::channel::Endpoint, _: &str) -> Result<Self> {
        let text = format!("`{}` needs TLS: enable polywire's feature `tls`", endpoint.url);
        Err(Status::invalid_argument(text))
    }

    async fn shake_hands(&self, _: Io, _: Offer) -> io::Result<Opened> {
        match self.never {}
    }
}

#[cfg(feature = "tls")]
mod secure {
    use super::{Io, Offer, Opened, Tls};
    use crate::call::status::Result;
    use crate::channel::Endpoint;
    use rustls::ClientConfig;
    use rustls::pki_types::ServerName;
    use std::io;
    use std::sync::Arc;
    use tokio_rustls::TlsConnector;

    const HTTP1: &[u8] = b"http/1.1";
    const HTTP2: &[u8] = b"h2";

    /// One configuration for each offer. A resumed session keeps the protocol that was agreed on before.
    #[derive(Clone)]
    pub(crate) struct Inner {
        name: ServerName<'static>,
        unnamed: Arc<ClientConfig>,
        http1: Arc<ClientConfig>,
        http2: Arc<ClientConfig>,
        both: Arc<ClientConfig>,
    }

    impl Tls {
        /// Prepares TLS with `host`, by the options of `endpoint`.
        ///
        /// # Errors
        /// `invalid_argument` when the host's name cannot be in a certificate, or the client's own
        /// certificate is unusable.
        pub(crate) fn toward(endpoint: &Endpoint, host: &str) -> Result<Self> {
            let tls = &endpoint.http.tls;
            let inner = Inner {
                name: tls.name(host)?,
                unnamed: tls.config(&[])?,
                http1: tls.config(&[HTTP1])?,
                http2: tls.config(&[HTTP2])?,
                both: tls.config(&[HTTP2, HTTP1])?,
            };
            Ok(Self { inner })
        }

        pub(crate) async fn shake_hands(&self, io: Io, offer: Offer) -> io::Result<Opened> {
            let config = match offer {
                Offer::Unnamed => &self.inner.unnamed,
                Offer::Http1 => &self.inner.http1,
                Offer::Http2 => &self.inner.http2,
                Offer::Both => &self.inner.both,
            };
            let stream = TlsConnector::from(Arc::clone(config)).connect(self.inner.name.clone(), io).await?;
            let http2 = stream.get_ref().1.alpn_protocol() == Some(HTTP2);
            if offer == Offer::Http2 && !http2 {
                return Err(io::Error::new(io::ErrorKind::Unsupported, "it does not offer HTTP/2 (ALPN)"));
            }
            Ok(Opened { io: Box::new(stream), http2 })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_host_and_port_or_a_path() {
        for good in ["127.0.0.1:80", "[::1]:1", "books.internal:443"] {
            assert_eq!(Address::parse(&good.into()), Ok(Address::Tcp(good.to_owned())));
        }
        assert_eq!(Address::parse(&"unix:/run/x".into()), Ok(Address::Unix("/run/x".into())));
        for bad in ["", "localhost", "unix:", "http://a:1", "a@b:1", "a b:1", "a:0", "a:99999", "a:"] {
            assert!(Address::parse(&bad.into()).is_err(), "{bad}");
        }
    }
}
