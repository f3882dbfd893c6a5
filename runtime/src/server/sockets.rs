//! The sockets of a server: the options of its HTTP wires, and what becomes of them when it starts.

use super::accept::{self, Door};
use super::cores::{self, Cores};
use super::engine::Engine;
use super::operation::Desk;
#[cfg(feature = "axum")]
use super::router;
use super::tables::Tables;
use super::{Server, checks};
use crate::call::compression::{Compression, Compressions};
use crate::call::limits::Limits;
use crate::net::hosts::Hosts;
use crate::net::listen::{Listen, Listener, Places, Portable};
use crate::net::proxies::{ClientAddress, Proxies};
use crate::net::watch::Connections;
use crate::net::{Cors, ListenAddress};
use crate::waist::mounted::Mounted;
use std::io;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The options of the HTTP wires.
#[derive(Default)]
pub(super) struct Sockets {
    compressions: Vec<Compression>,
    listeners: Vec<Listen>,
    threads: Threads,
    #[cfg(feature = "tls")]
    tls: Option<crate::net::ServerTls>,
    cors: Option<Cors>,
    /// The hosts that are served; `None` when the program names none.
    hosts: Option<Vec<String>>,
    /// The peers whose word about clients is believed.
    proxies: Vec<String>,
    /// The header in which they name the client.
    client: Option<ClientAddress>,
    /// The peers whose connections begin with a header of the PROXY protocol.
    prefaced: Vec<String>,
    /// The answers to an operator, on these sockets.
    pub(super) desk: Option<Desk>,
    /// Notes of the connections, if an operator may ask.
    pub(super) noted: Option<Arc<Connections>>,
    /// The router for requests that no service takes.
    #[cfg(feature = "axum")]
    pub(super) router: Option<axum::Router>,
    /// The layers around everything.
    #[cfg(feature = "axum")]
    pub(super) layers: super::layered::Layers,
}

/// The threads that serve HTTP.
#[derive(Clone, Copy, Default)]
enum Threads {
    /// The threads of the runtime that awaits the server.
    #[default]
    Callers,
    /// A thread of the server's own for each core.
    PerCore,
}

/// A bound socket, and the connections that may be open on it.
pub(super) enum Bound {
    Here(Listener, Places),
    /// A socket for each core.
    PerCore(Vec<Portable>, Places),
}

/// The options of HTTP.
impl Server {
    /// Accepts requests that are packed in one of these ways: messages of gRPC, gRPC-Web and Connect, and
    /// bodies of HTTP/JSON routes. Messages are answered in the same encoding; answers of HTTP/JSON are
    /// packed as `Accept-Encoding` asks. By default none are accepted, because a few bytes can unpack to very
    /// many. Unpacking stops at [`Limits::message_size`] or [`Limits::json_size`]. Server-sent events and
    /// NDJSON requests are never packed.
    ///
    /// ```
    /// # use polywire::{Compression, Server};
    /// let server = Server::new().compression([Compression::Gzip]);
    /// # drop(server);
    /// ```
    pub fn compression(mut self, taken: impl IntoIterator<Item = Compression>) -> Self {
        self.sockets.compressions.extend(taken);
        self
    }

    /// Listens on an address such as `127.0.0.1:8080`, or on a Unix socket such as `unix:/run/books.sock`,
    /// for every HTTP transport at once. The server removes the socket's file at its end, and replaces the
    /// file that a dead server left. A [`UnixSocket`](crate::UnixSocket) says who may connect.
    ///
    /// ```
    /// # use polywire::{Server, UnixSocket};
    /// let server = Server::new()
    ///     .listen("127.0.0.1:8080")
    ///     .listen("[::1]:8080")
    ///     .listen(UnixSocket::new("/run/books.sock").mode(0o660));
    /// # drop(server);
    /// ```
    pub fn listen(mut self, address: impl Into<ListenAddress>) -> Self {
        self.sockets.listeners.push(Listen::Address(address.into()));
        self
    }

    /// Listens like [`Server::listen`], on an address that other processes may listen on as well
    /// (SO_REUSEPORT). The system spreads connections over them.
    ///
    /// ```
    /// # use polywire::Server;
    /// let server = Server::new().listen_shared("0.0.0.0:8080"); // the old process may still listen there
    /// # drop(server);
    /// ```
    #[cfg(unix)]
    pub fn listen_shared(mut self, address: impl Into<String>) -> Self {
        self.sockets.listeners.push(Listen::Shared(address.into()));
        self
    }

    /// Uses a listener that is bound already.
    ///
    /// ```
    /// # use polywire::{Result, Server, service};
    /// # #[service(package = "books.v1")]
    /// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
    /// # struct Shelf;
    /// # impl BookService for Shelf { async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?; // any free port
    /// let url = format!("grpc://{}", listener.local_addr()?);
    /// tokio::spawn(Server::new().service(BookServiceServer::new(Shelf)).listener(listener).serve());
    /// assert_eq!(BookServiceClient::connect(url).await?.title(7).await?, "book 7");
    /// # Ok(()) }
    /// ```
    pub fn listener(mut self, listener: tokio::net::TcpListener) -> Self {
        self.sockets.listeners.push(Listen::Bound(listener));
        self
    }

    /// Serves HTTP on one thread for each core, each with a single-threaded runtime, instead of the runtime
    /// that awaits this server. A call then stays on the core that its connection came to. This is cheaper
    /// than a runtime whose threads share their work, if there are more connections than cores and no handler
    /// blocks its thread.
    ///
    /// Each thread listens on every TCP address (SO_REUSEPORT). The system spreads connections by their
    /// addresses, and another process of the same user could listen there too. Tasks that handlers spawn run
    /// on their core. Brokers stay on the runtime of the caller. Limits count over all cores, and all cores
    /// drain together.
    ///
    /// ```no_run
    /// # use polywire::{Server, Service};
    /// # async fn run(books: impl Service) -> std::io::Result<()> {
    /// Server::new().service(books).listen("0.0.0.0:8080").thread_per_core().serve().await
    /// # }
    /// ```
    pub fn thread_per_core(mut self) -> Self {
        self.sockets.threads = Threads::PerCore;
        self
    }

    /// Uses TLS on every TCP listener, with HTTP/2 and HTTP/1.1 by ALPN. Unix sockets stay without TLS.
    ///
    /// ```
    /// # use polywire::{Result, Server, ServerTls};
    /// # fn server(chain: &[u8], key: &[u8]) -> Result<Server> {
    /// let tls = ServerTls::new(chain, key)?; // the bytes of PEM files
    /// Ok(Server::new().listen("0.0.0.0:8443").tls(tls))
    /// # }
    /// ```
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: crate::net::ServerTls) -> Self {
        self.sockets.tls = Some(tls);
        self
    }

    /// Lets pages of other sites call, over every HTTP transport. By default none may.
    ///
    /// ```
    /// # use polywire::{Cors, Server};
    /// let server = Server::new().cors(Cors::origins(["https://shop.example"]));
    /// # drop(server);
    /// ```
    pub fn cors(mut self, cors: Cors) -> Self {
        self.sockets.cors = Some(cors);
        self
    }

    /// Serves requests for these hosts only: the `Host` of HTTP/1.1, the `:authority` of HTTP/2. Other
    /// requests get `421 Misdirected Request`, on every listener and in a mounted router.
    ///
    /// `shop.example` is that name with any port, `shop.example:8443` is the name with this port.
    /// `*.shop.example` is every name below it, and `*` is any host. A loopback listener serves the names of
    /// loopback as well.
    ///
    /// # Unless set
    /// A listener on a loopback address, without TLS, accepts requests of browsers only for `localhost`,
    /// `127.0.0.0/8` and `[::1]`, with any port. Otherwise a page on the web could point its own name at
    /// 127.0.0.1 (DNS rebinding), and read what only this machine may read.
    ///
    /// Only a browser can be tricked like this, and its requests show it. They have an `Origin` of `http:`
    /// with the same host, or neither `Origin` nor `Sec-Fetch-Site`. Programs, and pages that a reverse proxy
    /// serves over TLS, may use any name. A proxy without TLS that passes on the outer `Host` needs its names
    /// in this list. Other listeners, Unix sockets and mounted routers check nothing.
    ///
    /// ```
    /// # use polywire::Server;
    /// let server = Server::new().listen("127.0.0.1:8080").hosts(["shop.example", "*.shop.example"]);
    /// let any = Server::new().listen("127.0.0.1:8081").hosts(["*"]);
    /// # drop((server, any));
    /// ```
    ///
    /// # Errors
    /// `serve` and `try_into_router` refuse text that is no host, such as a URL.
    pub fn hosts<I: IntoIterator<Item: Into<String>>>(mut self, hosts: I) -> Self {
        self.sockets.hosts.get_or_insert_default().extend(hosts.into_iter().map(Into::into));
        self
    }

    /// Believes what these peers say about clients, as proxies of ours do: `forwarded`, `x-forwarded-…`, `x-real-ip`,
    /// `x-remote-user` and such names. From everybody else they are removed before anything reads them,
    /// interceptors and a merged router included.
    ///
    /// A peer is an address (`10.0.0.7`, `::1`), a network (`10.0.0.0/8`), or `unix`: everyone who may connect to our
    /// Unix sockets. A proxy that is believed must overwrite these names, or its own clients can forge them.
    ///
    /// # Unless set
    /// Nobody is believed. A mounted router passes the names on, because the server around it has read the head.
    /// With a list it removes them too, unless `ConnectInfo` names a peer of the list. Calls inside a WebSocket and
    /// messages of a broker never carry such names.
    ///
    /// ```
    /// # use polywire::Server;
    /// let server = Server::new().listen("10.0.0.5:8080").trusted_proxies(["10.0.0.1", "10.8.0.0/16"]);
    /// # drop(server);
    /// ```
    ///
    /// # Errors
    /// `serve` and `try_into_router` refuse text that is no address, such as a host name.
    pub fn trusted_proxies<I: IntoIterator<Item: Into<String>>>(mut self, peers: I) -> Self {
        self.sockets.proxies.extend(peers.into_iter().map(Into::into));
        self
    }
}

/// Options about the address of the client behind a proxy.
impl Server {
    /// Takes the address of the client from this header of the [trusted proxies](Server::trusted_proxies), as
    /// [`Context::peer`](crate::Context::peer) and as axum's `ConnectInfo`. It is the last address in the list that is no
    /// trusted proxy. The port is 0 where the header has none.
    ///
    /// Name the header that your proxies write themselves. They pass on others as their client wrote them.
    ///
    /// # Unless set
    /// The peer is the proxy.
    ///
    /// ```
    /// # use polywire::{ClientAddress, Server};
    /// let server = Server::new()
    ///     .listen("127.0.0.1:8080")
    ///     .trusted_proxies(["127.0.0.1"])
    ///     .client_address(ClientAddress::XForwardedFor);
    /// # drop(server);
    /// ```
    pub fn client_address(mut self, header: ClientAddress) -> Self {
        self.sockets.client = Some(header);
        self
    }

    /// Expects a header of the PROXY protocol, version 1 or 2, at the start of each connection from these peers, before TLS.
    /// The client that it names is the peer of the connection from then on. A connection that begins otherwise is closed,
    /// and so is one whose header is not there within [`Limits::handshake_timeout`] or is longer than 2 KiB.
    ///
    /// A peer is written as for [`Server::trusted_proxies`]. Connections of others have no such header; one that comes
    /// all the same is a malformed request.
    ///
    /// ```
    /// # use polywire::Server;
    /// let server = Server::new().listen("10.0.0.5:8080").proxy_protocol(["10.0.0.1", "10.0.0.2"]);
    /// # drop(server);
    /// ```
    ///
    /// # Errors
    /// `serve` refuses text that is no address, such as a host name.
    pub fn proxy_protocol<I: IntoIterator<Item: Into<String>>>(mut self, peers: I) -> Self {
        self.sockets.prefaced.extend(peers.into_iter().map(Into::into));
        self
    }
}

impl Sockets {
    /// Refuses options that this build cannot keep.
    ///
    /// # Errors
    /// `InvalidInput` for a compression that is not in this build.
    pub(super) fn check(&self) -> io::Result<()> {
        checks::refuse_unbuilt(&self.compressions)
    }

    /// The ways in which requests may be packed.
    pub(super) fn compressions(&self) -> Compressions {
        self.compressions.iter().copied().collect()
    }

    /// Binds the listeners.
    ///
    /// # Errors
    /// When an address cannot be bound.
    pub(super) async fn bind(&mut self, limits: &Limits) -> io::Result<Vec<Bound>> {
        let mut bound = Vec::new();
        let mut listeners = Vec::new();
        for listen in std::mem::take(&mut self.listeners) {
            listeners.extend(listen.expand()?);
        }
        for listen in listeners {
            let places = Places::new(Semaphore::new(limits.connections));
            bound.push(match self.threads {
                Threads::Callers => Bound::Here(listen.bind(limits.backlog).await?, places),
                Threads::PerCore => {
                    Bound::PerCore(listen.bind_for(cores::count(), limits.backlog).await?, places)
                }
            });
        }
        Ok(bound)
    }

    /// Makes the engine: every HTTP transport, the checks before them, and the router behind them.
    ///
    /// # Errors
    /// `InvalidInput` when one of the hosts is not a host.
    pub(super) fn engine(&mut self, mounted: &Mounted, tables: Tables) -> io::Result<Engine> {
        let hosts = self.hosts.take().map(Hosts::parse).transpose()?;
        let engine = Engine::new(mounted, tables).with_cors(self.cors.take()).with_hosts(hosts);
        let engine =
            engine.with_proxies(Proxies::parse(&self.proxies)?, self.client).with_desk(self.desk.take());
        #[cfg(feature = "axum")]
        let engine = engine.with_router(self.router.take());
        Ok(engine)
    }

    /// Makes the router of the HTTP wires.
    ///
    /// # Errors
    /// As [`Sockets::engine`].
    #[cfg(feature = "axum")]
    pub(super) fn router(&mut self, mounted: &Mounted, tables: Tables) -> io::Result<axum::Router> {
        let engine = Arc::new(self.engine(mounted, tables)?);
        Ok(router::build(&engine, mounted, &self.layers))
    }

    /// Accepts connections. The threads of the cores live as long as what this returns.
    ///
    /// # Errors
    /// When one of the hosts is not a host, or a thread cannot be started.
    pub(super) async fn accept(
        mut self,
        bound: Vec<Bound>,
        mounted: &Arc<Mounted>,
        tables: Tables,
    ) -> io::Result<Option<Cores>> {
        if bound.is_empty() {
            return Ok(None);
        }
        let engine = Arc::new(self.engine(mounted, tables)?);
        let door = Door {
            #[cfg(feature = "axum")]
            layered: router::layered(&engine, mounted, &self.layers),
            engine,
            mounted: Arc::clone(mounted),
            noted: self.noted.take(),
            prefaced: match self.prefaced.is_empty() {
                true => None,
                false => Some(Arc::new(Proxies::parse(&self.prefaced)?)),
            },
            #[cfg(feature = "tls")]
            tls: self.tls,
        };
        let mut sockets: Vec<_> = (0..cores::count()).map(|_| Vec::new()).collect();
        for bound in bound {
            match bound {
                Bound::Here(listener, places) => {
                    mounted.tasks.spawn(accept::serve(listener, places, door.clone()));
                }
                Bound::PerCore(each, places) => {
                    for (core, socket) in sockets.iter_mut().zip(each) {
                        core.push((socket, Arc::clone(&places)));
                    }
                }
            }
        }
        match self.threads {
            Threads::Callers => Ok(None),
            Threads::PerCore => Cores::start(sockets, &door).await.map(Some),
        }
    }
}
