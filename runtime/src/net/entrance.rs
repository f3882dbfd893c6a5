//! [`Entrance`]: how a request came in, which decides what is asked of its head.

/// The way in of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Entrance {
    /// A router of somebody else's, whose server has read the head.
    #[default]
    Mounted,
    /// A Unix socket.
    Unix,
    /// TCP in the clear, on a loopback address.
    Loopback,
    /// TCP in the clear, on another address.
    Tcp,
    /// TLS that ends here.
    Tls,
}

impl Entrance {
    /// The port that an authority without one means; `None` where a proxy may have ended TLS.
    pub(crate) const fn default_port(self) -> Option<u16> {
        match self {
            Self::Tls => Some(443),
            Self::Mounted | Self::Unix | Self::Loopback | Self::Tcp => None,
        }
    }
}
