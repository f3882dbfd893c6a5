//! [`Compression`]: the ways to compress a message, by name. The module `codecs` does the work.
//!
//! A server unpacks only the ways that `Server::compression` names, because unpacking costs the server more than its
//! peer. It answers in the way of the request, or on HTTP/JSON routes by `Accept-Encoding`. It packs streams piece by
//! piece, but never server-sent events, because proxies hold packed ones back. Bytes are counted while they come out.
//! A zstd window is at most the 8 MiB that RFC 8878 asks for. The codecs are pure Rust.

pub(crate) mod codecs;

use std::fmt;

/// A way to compress messages. Each needs the feature named after it; `gzip` brings deflate as well.
///
/// ```
/// use polywire::{Compression, Endpoint, Server};
/// let server = Server::new().compression([Compression::Gzip]);
/// let endpoint = Endpoint::new("grpc://127.0.0.1:8080").compression(Compression::Gzip);
/// # drop((server, endpoint));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// gzip (RFC 1952).
    Gzip,
    /// deflate, by which HTTP means zlib (RFC 1950).
    Deflate,
    /// br (RFC 7932).
    Brotli,
    /// zstd (RFC 8878).
    Zstd,
    /// snappy, in its framing format.
    Snappy,
}

impl Compression {
    /// Every way, the preferred ones first.
    ///
    /// ```
    /// # use polywire::{Compression, Server};
    /// let server = Server::new().compression(Compression::ALL.into_iter().filter(|way| way.is_built_in()));
    /// # drop(server);
    /// ```
    pub const ALL: [Self; 5] = [Self::Gzip, Self::Deflate, Self::Brotli, Self::Zstd, Self::Snappy];

    /// The name in headers.
    ///
    /// ```
    /// # use polywire::Compression;
    /// assert_eq!(Compression::Brotli.name(), "br");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Snappy => "snappy",
        }
    }

    /// Whether this build has this way.
    pub const fn is_built_in(self) -> bool {
        match self {
            Self::Gzip | Self::Deflate => cfg!(feature = "gzip"),
            Self::Brotli => cfg!(feature = "brotli"),
            Self::Zstd => cfg!(feature = "zstd"),
            Self::Snappy => cfg!(feature = "snappy"),
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of ways, all of them built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Compressions(u8);

impl Compressions {
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The ways of this build.
    pub(crate) fn built_in() -> Self {
        Compression::ALL.into_iter().collect()
    }

    pub(crate) const fn contains(self, compression: Compression) -> bool {
        self.0 & 1 << compression as u8 != 0
    }

    /// The way of this name, in any case.
    pub(crate) fn named(self, name: &str) -> Option<Compression> {
        // RFC 9110, section 8.4.1.3: `x-gzip` is an old name of gzip.
        let name = if name.eq_ignore_ascii_case("x-gzip") { "gzip" } else { name };
        self.iter().find(|compression| compression.name().eq_ignore_ascii_case(name))
    }

    /// The ways of the set, the preferred ones first.
    pub(crate) fn iter(self) -> impl Iterator<Item = Compression> {
        Compression::ALL.into_iter().filter(move |compression| self.contains(*compression))
    }
}

/// Leaves out ways that are not built in.
impl FromIterator<Compression> for Compressions {
    fn from_iter<I: IntoIterator<Item = Compression>>(all: I) -> Self {
        let built_in = all.into_iter().filter(|compression| compression.is_built_in());
        Self(built_in.fold(0, |set, compression| set | 1 << compression as u8))
    }
}
