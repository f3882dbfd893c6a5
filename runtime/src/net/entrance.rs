//! [`Entrance`]: the way in of a request, which decides how its head is checked.

/// The way in of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Entrance {
    /// A router of somebody else. Its server has read the head.
    #[default]
    Mounted,
    /// A Unix socket.
    Unix,
    /// TCP without TLS, on a loopback address.
    Loopback,
    /// TCP without TLS, on another address.
    Tcp,
    /// TLS that ends in this server.
    Tls,
}

impl Entrance {
    /// The name that an operator reads.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Mounted => "mounted",
            Self::Unix => "unix",
            Self::Loopback | Self::Tcp => "tcp",
            Self::Tls => "tls",
        }
    }

    /// The default port of an authority without one; `None` where a proxy may have ended TLS.
    pub(crate) const fn default_port(self) -> Option<u16> {
        match self {
            Self::Tls => Some(443),
            Self::Mounted | Self::Unix | Self::Loopback | Self::Tcp => None,
        }
    }
}
