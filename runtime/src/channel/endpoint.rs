//! The target of a client: its URL, and every option with its default.

mod broker;
mod resilience;

#[cfg(feature = "tls")]
use super::ClientTls;
use super::Retry;
#[cfg(feature = "grpc")]
use crate::call::compression::Compression;
use crate::call::input::Codec;
use crate::call::interceptor::{Interceptor, Interceptors};
use crate::channel::url::UrlText;
use broker::AmqpOptions;
pub use broker::Declare;
pub(crate) use resilience::Resilience;
use std::time::Duration;

/// The protocol that a client speaks over HTTP.
///
/// ```
/// use polywire::{Endpoint, Protocol};
/// let endpoint = Endpoint::new("https://books.example").protocol(Protocol::Grpc); // as `grpcs://`
/// # drop(endpoint);
/// ```
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

/// The HTTP version of a Connect or gRPC-Web client. gRPC has no choice.
///
/// ```
/// use polywire::{Endpoint, HttpVersion};
/// let endpoint = Endpoint::new("http://127.0.0.1:8080").http_version(HttpVersion::Http2);
/// # drop(endpoint);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum HttpVersion {
    /// Over TLS, the version that the server prefers (ALPN). In the clear, HTTP/1.1, which every proxy carries;
    /// and HTTP/2 with prior knowledge for requests that are streams.
    #[default]
    Auto,
    /// HTTP/1.1. A response stream begins when the request stream has ended.
    Http1,
    /// HTTP/2, in the clear with prior knowledge.
    Http2,
}

/// The choice among several addresses, for each call.
///
/// ```
/// use polywire::{Balance, Endpoint};
/// // Every address of the name, in turn, such as those of a headless service of Kubernetes.
/// let endpoint = Endpoint::new("grpc://books.default.svc:8080").balance(Balance::RoundRobin);
/// # drop(endpoint);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Balance {
    /// The first address that answers, until it does not. The client looks up a host's name for every new connection.
    #[default]
    PickFirst,
    /// One address after the other, among those that are connected. Without [`Endpoint::addresses`] they are
    /// all addresses of the host's name. The client looks the name up again every 30 s while there are calls.
    /// It also does so when a connection is lost, at most every 2 s.
    RoundRobin,
    /// The one of two random addresses that carries fewer calls. So a slow server gets less, and no client needs to
    /// know the others. The addresses are those of [`Endpoint::resolver`], of [`Endpoint::addresses`], or of the host's
    /// name, looked up again every 30 s. gRPC, gRPC-Web, Connect and WebSocket.
    LeastRequest,
}

/// The target of a client: where to connect, and how.
///
/// Over HTTP/2 a client opens one connection for each address, whatever the number of calls. The server says
/// how many calls it takes at once (ours, 100); more wait until one ends. If that is too few, let the server
/// take more, or name an address several times.
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
    pub(crate) amqp: AmqpOptions,
    pub(crate) interceptors: Interceptors,
    pub(crate) resilience: Resilience,
}

/// The capacity of a WebSocket channel.
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
    /// `None` means the size that servers of the wire take by default.
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
    /// Makes an endpoint from a URL: `grpc://host:port`, `grpcweb://`, `http://` (Connect), `ws://`, `amqp://`
    /// or `memory:`. Over TLS all but the last end in `s`, such as `grpcs://`. The default port is 80, or 443 over
    /// TLS; on AMQP it is 5672 or 5671. A path is put in front of the path of every method; on AMQP it is the
    /// virtual host.
    ///
    /// A scheme has no case. A port outside of 1 to 65535, or a host that cannot be one, is `invalid_argument`
    /// when the client connects. The user, the password and the values of a query are never shown, neither by
    /// `Debug` nor in an error.
    ///
    /// ```
    /// # use polywire::Endpoint;
    /// let direct = Endpoint::new("grpc://127.0.0.1:8080");
    /// let behind_a_path = Endpoint::new("https://shop.example/api");
    /// let broker = Endpoint::new("amqps://broker.internal/shop"); // the virtual host `shop`
    /// # drop((direct, behind_a_path, broker));
    /// ```
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into().into(),
            codec: None,
            connect_timeout: Duration::from_secs(10),
            message_size: 4 << 20,
            http: HttpOptions::default(),
            ws: WsOptions::default(),
            amqp: AmqpOptions::default(),
            interceptors: Interceptors::default(),
            resilience: Resilience::default(),
        }
    }

    /// Puts this interceptor around every call of the client, inside those that are there. It is for what every
    /// call needs: a token, a request id, a measurement.
    ///
    /// ```
    /// use polywire::{Context, Endpoint, Interceptor, Method, Outcome};
    /// struct Slow;
    /// impl Interceptor for Slow {
    ///     fn after(&self, _: &Context, method: &'static Method, outcome: &Outcome<'_>) {
    ///         if outcome.elapsed.as_secs() > 1 {
    ///             eprintln!("{} took {:?}", method.full_name(), outcome.elapsed);
    ///         }
    ///     }
    /// }
    /// let endpoint = Endpoint::new("grpc://127.0.0.1:8080").interceptor(Slow);
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors = self.interceptors.with(interceptor);
        self
    }

    /// Sets the encoding, where the wire has a choice. Default: protobuf, and JSON on WebSocket.
    ///
    /// ```
    /// # use polywire::{Codec, Endpoint};
    /// let endpoint = Endpoint::new("http://127.0.0.1:8080").codec(Codec::Json);
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn codec(mut self, codec: Codec) -> Self {
        self.codec = Some(codec);
        self
    }

    /// Sets the longest time to open a connection, with its TLS handshake. Default: 10 s.
    ///
    /// ```
    /// # use polywire::Endpoint; use std::time::Duration;
    /// let endpoint = Endpoint::new("grpc://10.0.0.1:8080").connect_timeout(Duration::from_secs(2));
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the largest message taken from the server, unpacked, in bytes. Default: 4 MiB. A larger one is
    /// `resource_exhausted`.
    ///
    /// ```
    /// # use polywire::Endpoint;
    /// let endpoint = Endpoint::new("grpc://127.0.0.1:8080").message_size(32 << 20); // 32 MiB
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn message_size(mut self, bytes: usize) -> Self {
        self.message_size = bytes;
        self
    }

    /// Sets the largest message sent, in bytes. Default: 4 MiB over gRPC, gRPC-Web and Connect, 1 MiB over
    /// WebSocket. On WebSocket the envelope around the message counts. A larger one is `resource_exhausted`,
    /// and nothing of it leaves.
    ///
    /// ```
    /// # use polywire::Endpoint;
    /// let endpoint = Endpoint::new("ws://127.0.0.1:8080").request_size(64 << 10); // 64 KiB
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn request_size(mut self, bytes: usize) -> Self {
        self.http.request_size = Some(bytes);
        self
    }

    /// Sets the most unary calls at once on a WebSocket connection. Default: 64, as servers allow. More go over
    /// another connection.
    #[must_use]
    pub fn connection_calls(mut self, calls: usize) -> Self {
        self.ws.calls = calls;
        self
    }

    /// Sets the most streams at once on a WebSocket connection. Default: 256, as servers allow. More go over
    /// another connection.
    #[must_use]
    pub fn connection_streams(mut self, streams: usize) -> Self {
        self.ws.streams = streams;
        self
    }

    /// Sets the most WebSocket connections at once. Default: 16. When all are full, a call fails at once with
    /// `resource_exhausted`. A connection that carries nothing is closed, unless it is the last.
    ///
    /// ```
    /// # use polywire::Endpoint;
    /// // 32 calls at once
    /// let endpoint = Endpoint::new("ws://127.0.0.1:8080").connection_calls(8).connections(4);
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.ws.connections = connections;
        self
    }

    /// Compresses what is sent. Default: no compression. The server may compress its answers in any way that
    /// this build knows. gRPC, gRPC-Web and Connect.
    ///
    /// ```
    /// # use polywire::{Compression, Endpoint};
    /// let endpoint = Endpoint::new("grpc://127.0.0.1:8080").compression(Compression::Gzip);
    /// # drop(endpoint);
    /// ```
    #[cfg(feature = "grpc")]
    #[must_use]
    pub fn compression(mut self, compression: impl Into<Option<Compression>>) -> Self {
        self.http.compression = compression.into();
        self
    }

    /// Speaks this protocol, whatever the scheme of the URL says. Without it, `http://` and `https://` mean Connect.
    ///
    /// ```
    /// # use polywire::{Endpoint, Protocol};
    /// let endpoint = Endpoint::new("https://books.example").protocol(Protocol::GrpcWeb);
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.http.protocol = Some(protocol);
        self
    }

    /// Sets the version of HTTP. Default: [`HttpVersion::Auto`].
    ///
    /// ```
    /// # use polywire::{Endpoint, HttpVersion};
    /// let endpoint = Endpoint::new("http://127.0.0.1:8080").http_version(HttpVersion::Http1);
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn http_version(mut self, version: HttpVersion) -> Self {
        self.http.version = version;
        self
    }

    /// Sets the roots to trust and the client's certificate, over TLS. Default: the roots of the web, and no
    /// certificate.
    ///
    /// ```
    /// # use polywire::{ClientTls, Endpoint, Result};
    /// # fn endpoint(ca: &[u8]) -> Result<Endpoint> {
    /// let tls = ClientTls::with_roots(ca)?; // the bytes of a PEM file
    /// Ok(Endpoint::new("grpcs://books.internal:8443").tls(tls))
    /// # }
    /// ```
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, tls: ClientTls) -> Self {
        self.http.tls = tls;
        self
    }

    /// Sends Connect calls to methods marked `#[read]` as GETs, which caches understand. A call whose URL would
    /// be longer than 8 KiB is sent by POST. Default: off.
    ///
    /// ```
    /// # use polywire::Endpoint;
    /// let endpoint = Endpoint::new("https://books.example").connect_get(true);
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn connect_get(mut self, get: bool) -> Self {
        self.http.get = get;
        self
    }

    /// Sets how long an HTTP/2 connection with calls in flight may get no byte before the client sends a PING.
    /// Default: 5 min, which gRPC servers allow. `None` never sends one.
    ///
    /// ```
    /// # use polywire::Endpoint; use std::time::Duration;
    /// let patient = Endpoint::new("grpc://127.0.0.1:8080").keepalive(Duration::from_secs(60));
    /// let silent = Endpoint::new("grpc://127.0.0.1:8080").keepalive(None);
    /// # drop((patient, silent));
    /// ```
    #[must_use]
    pub fn keepalive(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.http.keepalive = interval.into();
        self
    }

    /// Sets the longest wait for the answer to a PING of [`Endpoint::keepalive`]. After it the client closes the
    /// connection, and its calls fail with `unavailable`. Default: 20 s.
    #[must_use]
    pub fn keepalive_timeout(mut self, timeout: Duration) -> Self {
        self.http.keepalive_timeout = timeout;
        self
    }

    /// Sets how long an HTTP/1.1 connection is kept for another call. Default: 20 s, so that the client closes it
    /// before the server does.
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.http.idle_timeout = timeout;
        self
    }

    /// Sets the addresses to connect to, as `host:port` or `unix:/path`, instead of the URL's. The host of the
    /// URL stays the name in requests and in TLS.
    ///
    /// On AMQP they are the nodes of a cluster. A connection goes to the first that answers: in this order, or
    /// from a random one on with [`Balance::RoundRobin`].
    ///
    /// ```
    /// # use polywire::{Balance, Endpoint};
    /// let endpoint = Endpoint::new("grpc://books.internal")
    ///     .addresses(["10.0.0.1:8080", "10.0.0.2:8080"])
    ///     .balance(Balance::RoundRobin);
    /// ```
    #[must_use]
    pub fn addresses<A: Into<String>>(mut self, addresses: impl IntoIterator<Item = A>) -> Self {
        self.http.addresses = addresses.into_iter().map(|address| address.into().into()).collect();
        self
    }

    /// Sets how a call chooses among several addresses. Default: [`Balance::PickFirst`].
    #[must_use]
    pub fn balance(mut self, balance: Balance) -> Self {
        self.http.balance = balance;
        self
    }

    /// Repeats failed calls by this policy. Default: never. A call is sent again even without a policy if its server
    /// certainly never saw it.
    ///
    /// ```
    /// # use polywire::{Code, Endpoint, Retry};
    /// let retry = Retry { codes: vec![Code::Unavailable, Code::Aborted], ..Retry::default() };
    /// let endpoint = Endpoint::new("grpc://127.0.0.1:8080").retry(retry);
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.http.retry = Some(retry);
        self
    }

    /// Connects with the first call, not before. Default: off, so that a missing server is known at once.
    ///
    /// ```
    /// # use polywire::{Endpoint, Result, service};
    /// # #[service(package = "books.v1")]
    /// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
    /// // Nobody listens there yet.
    /// let books = BookServiceClient::connect(Endpoint::new("grpc://127.0.0.1:1").lazy(true)).await?;
    /// books.title(7).await.expect_err("nobody answers");
    /// # Ok(()) }
    /// ```
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
