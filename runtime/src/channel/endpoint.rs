//! Where and how to connect: the URL, and every option of a client with its default.

#[cfg(feature = "tls")]
use super::ClientTls;
use super::Retry;
#[cfg(feature = "grpc")]
use crate::call::compression::Compression;
use crate::call::input::Codec;
use crate::channel::url::UrlText;
use std::time::Duration;

/// What a client speaks over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// gRPC: `grpc://`, and `grpcs://` over TLS. HTTP/2 alone.
    Grpc,
    /// gRPC-Web: `grpcweb://` and `grpcwebs://`.
    GrpcWeb,
    /// Connect: `http://` and `https://`.
    Connect,
}

/// Which HTTP a client of Connect or gRPC-Web uses; gRPC has no choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum HttpVersion {
    /// Over TLS what the server prefers (ALPN). In the clear HTTP/1.1, which every proxy carries, and HTTP/2 with prior
    /// knowledge for requests that are streams.
    #[default]
    Auto,
    /// HTTP/1.1: a stream of responses begins when the stream of requests has ended.
    Http1,
    /// HTTP/2, in the clear with prior knowledge.
    Http2,
}

/// Which of several addresses a call goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Balance {
    /// The first that answers, until it does not. A host's name is looked up for every new connection.
    #[default]
    PickFirst,
    /// One after the other, among those that are connected. Without [`Endpoint::addresses`] they are all that the host's
    /// name stands for: it is looked up again every 30 s while there are calls, and when a connection is lost, at most every
    /// 2 s.
    RoundRobin,
}

/// Where and how to connect.
///
/// HTTP/2 is one connection an address, whatever the number of calls. A server says how many it takes at once (ours, 100); more
/// wait until one ends. Where that is too few, let the server take more, or name an address several times.
///
/// ```
/// # use polywire::{Codec, Endpoint};
/// let endpoint = Endpoint::new("http://127.0.0.1:8080").codec(Codec::Json);
/// ```
#[derive(Debug, Clone)]
pub struct Endpoint {
    pub(crate) url: UrlText,
    pub(crate) codec: Option<Codec>,
    pub(crate) connect_timeout: Duration,
    pub(crate) message_size: usize,
    pub(crate) http: HttpOptions,
    pub(crate) ws: WsOptions,
}

/// How much a channel of WebSocket carries.
#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "ws"), allow(dead_code, reason = "the options of a transport that is not built"))]
pub(crate) struct WsOptions {
    pub(crate) calls: usize,
    pub(crate) streams: usize,
    pub(crate) connections: usize,
}

impl Default for WsOptions {
    fn default() -> Self {
        Self { calls: 64, streams: 256, connections: 16 }
    }
}

/// The options of gRPC, gRPC-Web and Connect.
#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "grpc"), allow(dead_code, reason = "the options of a transport that is not built"))]
pub(crate) struct HttpOptions {
    pub(crate) protocol: Option<Protocol>,
    pub(crate) version: HttpVersion,
    #[cfg(feature = "tls")]
    pub(crate) tls: ClientTls,
    #[cfg(feature = "grpc")]
    pub(crate) compression: Option<Compression>,
    /// `None` is what servers of the wire take unless told otherwise.
    pub(crate) request_size: Option<usize>,
    pub(crate) get: bool,
    pub(crate) keepalive: Option<Duration>,
    pub(crate) keepalive_timeout: Duration,
    pub(crate) idle_timeout: Duration,
    pub(crate) addresses: Vec<UrlText>,
    pub(crate) balance: Balance,
    pub(crate) retry: Option<Retry>,
    pub(crate) lazy: bool,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            protocol: None,
            version: HttpVersion::default(),
            #[cfg(feature = "tls")]
            tls: ClientTls::default(),
            #[cfg(feature = "grpc")]
            compression: None,
            request_size: None,
            get: false,
            keepalive: Some(Duration::from_secs(300)),
            keepalive_timeout: Duration::from_secs(20),
            idle_timeout: Duration::from_secs(20),
            addresses: Vec::new(),
            balance: Balance::default(),
            retry: None,
            lazy: false,
        }
    }
}

impl Endpoint {
    /// By URL: `grpc://host:port`, `grpcweb://`, `http://` (Connect), `ws://`, each with an `s` at its end over TLS;
    /// `amqp://`, `memory:`. The port is 80, or 443 over TLS, unless given; a path is put in front of every method's.
    ///
    /// A scheme has no case. A port outside of 1 to 65535, or a host that cannot be one, is `invalid_argument` when the client connects. User,
    /// password and the values of a query are never shown, neither by `Debug` nor in an error.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into().into(),
            codec: None,
            connect_timeout: Duration::from_secs(10),
            message_size: 4 << 20,
            http: HttpOptions::default(),
            ws: WsOptions::default(),
        }
    }

    /// The encoding, where the wire has a choice; protobuf unless set, JSON on WebSocket.
    #[must_use]
    pub fn codec(mut self, codec: Codec) -> Self {
        self.codec = Some(codec);
        self
    }

    /// How long a connection may take to come up, its TLS handshake included: 10 s.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The largest message taken from the server, unpacked, in bytes: 4 MiB. A larger one is `resource_exhausted`.
    #[must_use]
    pub fn message_size(mut self, bytes: usize) -> Self {
        self.message_size = bytes;
        self
    }

    /// The largest message sent, in bytes: 4 MiB over gRPC, gRPC-Web and Connect, and 1 MiB over WebSocket, where what surrounds
    /// the message counts. A larger one is `resource_exhausted`, and nothing of it leaves.
    #[must_use]
    pub fn request_size(mut self, bytes: usize) -> Self {
        self.http.request_size = Some(bytes);
        self
    }

    /// Unary calls at once on a WebSocket connection: 64, as servers take. More go over another connection.
    #[must_use]
    pub fn connection_calls(mut self, calls: usize) -> Self {
        self.ws.calls = calls;
        self
    }

    /// Streams at once on a WebSocket connection: 256, as servers take. More go over another connection.
    #[must_use]
    pub fn connection_streams(mut self, streams: usize) -> Self {
        self.ws.streams = streams;
        self
    }

    /// WebSocket connections at once: 16. When all are full, a call fails at once with `resource_exhausted`. One that carries nothing
    /// is closed, unless it is the last.
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.ws.connections = connections;
        self
    }

    /// Packs what is sent: not at all. What comes back may be packed in any way that this build knows, unless the server knows
    /// better. gRPC, gRPC-Web and Connect.
    #[cfg(feature = "grpc")]
    #[must_use]
    pub fn compression(mut self, compression: impl Into<Option<Compression>>) -> Self {
        self.http.compression = compression.into();
        self
    }

    /// Speaks this protocol, whatever the scheme of the URL says: `http://` and `https://` mean Connect otherwise.
    #[must_use]
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.http.protocol = Some(protocol);
        self
    }

    /// The version of HTTP: [`HttpVersion::Auto`].
    #[must_use]
    pub fn http_version(mut self, version: HttpVersion) -> Self {
        self.http.version = version;
        self
    }

    /// Whom to trust, and who we are, over TLS: the roots of the web, and nobody.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, tls: ClientTls) -> Self {
        self.http.tls = tls;
        self
    }

    /// Connect's calls to methods marked `#[read]` are GETs, which caches understand, as long as their URL is no longer than
    /// 8 KiB: off.
    #[must_use]
    pub fn connect_get(mut self, get: bool) -> Self {
        self.http.get = get;
        self
    }

    /// The time without a byte from the server after which an HTTP/2 connection with calls in flight is probed by a PING: 5
    /// min, which is what gRPC servers allow. `None` never probes.
    #[must_use]
    pub fn keepalive(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.http.keepalive = interval.into();
        self
    }

    /// How long the answer to such a PING may take before the connection is given up, its calls with `unavailable`: 20 s.
    #[must_use]
    pub fn keepalive_timeout(mut self, timeout: Duration) -> Self {
        self.http.keepalive_timeout = timeout;
        self
    }

    /// How long an HTTP/1.1 connection is kept for another call: 20 s, less than servers keep it.
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.http.idle_timeout = timeout;
        self
    }

    /// Where to connect, as `host:port` or `unix:/path`, instead of where the URL says: the host of the URL stays the name
    /// that requests and TLS bear. gRPC, gRPC-Web and Connect.
    #[must_use]
    pub fn addresses<A: Into<String>>(mut self, addresses: impl IntoIterator<Item = A>) -> Self {
        self.http.addresses = addresses.into_iter().map(|address| address.into().into()).collect();
        self
    }

    /// Which of several addresses a call goes to: [`Balance::PickFirst`].
    #[must_use]
    pub fn balance(mut self, balance: Balance) -> Self {
        self.http.balance = balance;
        self
    }

    /// Calls that failed may be made again: not unless a policy is given. What a server provably never saw is sent again
    /// without one.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.http.retry = Some(retry);
        self
    }

    /// Connects with the first call, not before: off, so that nobody there is known at once.
    #[must_use]
    pub fn lazy(mut self, lazy: bool) -> Self {
        self.http.lazy = lazy;
        self
    }
}

impl From<&str> for Endpoint {
    fn from(url: &str) -> Self {
        Self::new(url)
    }
}

impl From<String> for Endpoint {
    fn from(url: String) -> Self {
        Self::new(url)
    }
}

impl From<&String> for Endpoint {
    fn from(url: &String) -> Self {
        Self::new(url.as_str())
    }
}
