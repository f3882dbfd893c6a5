//! [`Server`]: services in, every wire out. Listeners, brokers, shutdown.

#[cfg(feature = "_net")]
mod accept;
mod checks;
#[cfg(feature = "_net")]
mod cores;
#[cfg(feature = "_net")]
mod documents;
#[cfg(feature = "_net")]
pub(crate) mod engine;
#[cfg(feature = "axum")]
mod mount;
#[cfg(feature = "docs")]
mod page;
#[cfg(feature = "axum")]
mod router;
mod stop;

use crate::call::interceptor::Interceptor;
use crate::call::limits::Limits;
use crate::call::policy::Policy;
use crate::channel::Channel;
use crate::client::Local;
#[cfg(feature = "_net")]
use crate::net::listen::{Listen, Listener, Places, Portable};
use crate::waist::handler::Service;
use crate::waist::health::Health;
use crate::waist::mounted::{Mounted, Shown};
#[cfg(feature = "_net")]
use cores::Cores;
use polywire_codegen::schema::api::Info;
use polywire_codegen::schema::openapi::Version;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use stop::{Again, Asked, Signals, drain};

/// Serves services on every wire that is enabled.
///
/// ```no_run
/// # async fn run<S: polywire::Service>(service: S) -> std::io::Result<()> {
/// polywire::Server::new()
///     .service(service)
///     .listen("127.0.0.1:8080") // gRPC, gRPC-Web, Connect, HTTP/JSON, WebSocket: one port
///     .amqp("memory:")
///     .serve()
///     .await
/// # }
/// ```
#[must_use = "a server does nothing until `serve` is awaited"]
pub struct Server {
    services: Vec<AddService>,
    interceptors: Vec<Arc<dyn Interceptor>>,
    limits: Limits,
    health: Health,
    shown: Shown,
    #[cfg(feature = "grpc")]
    reflection: bool,
    #[cfg(feature = "_net")]
    compressions: Vec<crate::call::compression::Compression>,
    #[cfg(feature = "_net")]
    listeners: Vec<Listen>,
    #[cfg(feature = "_net")]
    threads: Threads,
    #[cfg(feature = "tls")]
    tls: Option<crate::net::ServerTls>,
    #[cfg(feature = "_net")]
    cors: Option<crate::net::Cors>,
    #[cfg(feature = "_net")]
    hosts: Option<Vec<String>>,
    #[cfg(feature = "_queue")]
    brokers: Vec<crate::channel::Endpoint>,
    #[cfg(feature = "_queue")]
    group: Option<String>,
    #[cfg(feature = "axum")]
    router: Option<axum::Router>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Server({} services)", self.services.len())
    }
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

impl Server {
    /// No service, no listener, the default limits.
    pub fn new() -> Self {
        Self {
            services: Vec::new(),
            interceptors: Vec::new(),
            limits: Limits::default(),
            health: Health::new(),
            shown: Shown::default(),
            #[cfg(feature = "grpc")]
            reflection: true,
            #[cfg(feature = "_net")]
            compressions: Vec::new(),
            #[cfg(feature = "_net")]
            listeners: Vec::new(),
            #[cfg(feature = "_net")]
            threads: Threads::Callers,
            #[cfg(feature = "tls")]
            tls: None,
            #[cfg(feature = "_net")]
            cors: None,
            #[cfg(feature = "_net")]
            hosts: None,
            #[cfg(feature = "_queue")]
            brokers: Vec::new(),
            #[cfg(feature = "_queue")]
            group: None,
            #[cfg(feature = "axum")]
            router: None,
        }
    }

    /// Adds a service.
    pub fn service(mut self, service: impl Service) -> Self {
        self.services.push(Box::new(move |mounted| mounted.add(service)));
        self
    }

    /// Adds an interceptor, inside of those added before. It stands before every method, health and reflection included, and
    /// not before documents: see [`Interceptor`].
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Replaces the limits.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Uses this health, so that the program can set it and ask for it.
    pub fn health(mut self, health: Health) -> Self {
        self.health = health;
        self
    }

    /// What the OpenAPI and AsyncAPI documents say of the API as a whole: its title, version, licence, address.
    pub fn info(mut self, info: Info) -> Self {
        self.shown.info = info;
        self
    }

    /// Which OpenAPI `/openapi.json` is: 3.1 unless set.
    pub fn openapi(mut self, version: Version) -> Self {
        self.shown.openapi = version;
        self
    }

    /// Whether the schema is shown: the `.proto` files, `/openapi.json`, `/asyncapi.json`, `/docs` and gRPC reflection. All
    /// of them are unless this says otherwise.
    pub fn show_schema(mut self, shown: bool) -> Self {
        self.shown.is_hidden = !shown;
        self
    }

    /// Whether gRPC reflection shows the schema: it does unless this, or [`Server::show_schema`], says otherwise.
    #[cfg(feature = "grpc")]
    pub fn reflection(mut self, shown: bool) -> Self {
        self.reflection = shown;
        self
    }

    /// Takes requests that are packed in one of these ways: messages of gRPC, gRPC-Web and Connect, which are answered in kind, and
    /// bodies of HTTP/JSON routes, whose answers are packed as `Accept-Encoding` asks. None unless set: few bytes can ask for
    /// much unpacking. What is unpacked is held to [`Limits::message_size`], or [`Limits::json_size`], all the while.
    /// Server-sent events and NDJSON requests stay as they are.
    #[cfg(feature = "_net")]
    pub fn compression(
        mut self,
        taken: impl IntoIterator<Item = crate::call::compression::Compression>,
    ) -> Self {
        self.compressions.extend(taken);
        self
    }

    /// Listens on an address such as `127.0.0.1:8080`, or a Unix socket, `unix:/run/books.sock`, for every HTTP transport at
    /// once. The file of a socket goes when the server does; one that a dead server left is replaced. A
    /// [`UnixSocket`](crate::UnixSocket) says who may connect.
    #[cfg(feature = "_net")]
    pub fn listen(mut self, address: impl Into<crate::net::ListenAddress>) -> Self {
        self.listeners.push(Listen::Address(address.into()));
        self
    }

    /// As [`Server::listen`], on an address that other processes may listen on as well (SO_REUSEPORT): the system spreads
    /// connections over them.
    #[cfg(all(feature = "_net", unix))]
    pub fn listen_shared(mut self, address: impl Into<String>) -> Self {
        self.listeners.push(Listen::Shared(address.into()));
        self
    }

    /// Serves HTTP on a thread for each core, with a single-threaded runtime each, rather than on the runtime that this server
    /// is awaited on. A call then stays on the core that its connection came to: cheaper than a runtime whose threads share their
    /// work, as long as there are more connections than cores and no handler blocks its thread.
    ///
    /// A TCP address is listened on by each thread (SO_REUSEPORT): the system spreads connections by their addresses, and
    /// another process of the same user could listen there too. What handlers spawn runs on their core. Brokers stay on the runtime of
    /// the caller; limits count over all cores, and a drain is one drain.
    #[cfg(feature = "_net")]
    pub fn thread_per_core(mut self) -> Self {
        self.threads = Threads::PerCore;
        self
    }

    /// TLS on every TCP listener, HTTP/2 and HTTP/1.1 by ALPN. Unix sockets stay as they are.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: crate::net::ServerTls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Uses a listener that is bound already.
    #[cfg(feature = "_net")]
    pub fn listener(mut self, listener: tokio::net::TcpListener) -> Self {
        self.listeners.push(Listen::Bound(listener));
        self
    }

    /// Lets pages of other sites call, over every HTTP transport. Closed unless set.
    #[cfg(feature = "_net")]
    pub fn cors(mut self, cors: crate::net::Cors) -> Self {
        self.cors = Some(cors);
        self
    }

    /// Serves requests for these hosts alone: the `Host` of HTTP/1.1, the `:authority` of HTTP/2. Others get `421 Misdirected
    /// Request`, on every listener and in a mounted router.
    ///
    /// `shop.example` is that name with any port, `shop.example:8443` with this one, `*.shop.example` every name below it,
    /// and `*` any host. A loopback listener serves the names of loopback as well.
    ///
    /// # Unless set
    /// A listener on a loopback address, without TLS, takes requests of browsers for `localhost`, `127.0.0.0/8` and `[::1]`
    /// alone, with any port. A page on the web can point its own name at 127.0.0.1 (DNS rebinding), and would then read
    /// what only this machine may. Nobody but a browser can be made to do that, and it leaves traces: an `Origin` of `http:`
    /// that is the host itself, or no `Origin` and no `Sec-Fetch-Site` on what a browser sends. Programs, and pages that
    /// a reverse proxy serves over TLS, pass by any name. A proxy without TLS that hands on the outer `Host` needs its names
    /// here. Other listeners, Unix sockets and mounted routers check nothing.
    ///
    /// ```
    /// # use polywire::Server;
    /// let server = Server::new().listen("127.0.0.1:8080").hosts(["shop.example", "*.shop.example"]);
    /// let any = Server::new().listen("127.0.0.1:8081").hosts(["*"]);
    /// # drop((server, any));
    /// ```
    ///
    /// # Errors
    /// `serve` and `try_into_router` refuse what is no host, such as a URL.
    #[cfg(feature = "_net")]
    pub fn hosts<I: IntoIterator<Item: Into<String>>>(mut self, hosts: I) -> Self {
        self.hosts.get_or_insert_default().extend(hosts.into_iter().map(Into::into));
        self
    }

    /// Consumes from this broker: `amqp://host:port`, `amqps://host:port` or `memory:`.
    ///
    /// An [`Endpoint`](crate::Endpoint) gives the roots, the certificate and the name of TLS as for every other wire. With
    /// `?auth_mechanism=external` the broker takes the certificate for the user (SASL EXTERNAL).
    ///
    /// ```
    /// # use polywire::{ClientTls, Endpoint, Result, Server};
    /// # fn server(ca: &[u8], chain: &[u8], key: &[u8]) -> Result<Server> {
    /// let tls = ClientTls::with_roots(ca)?.identity(chain, key)?;
    /// let broker = Endpoint::new("amqps://broker.internal/shop?auth_mechanism=external").tls(tls);
    /// Ok(Server::new().amqp(broker))
    /// # }
    /// ```
    ///
    /// Of headers that are tables or lists in each other 32 levels are kept in what is retried or dead-lettered, and the rest is left out.
    #[cfg(feature = "_queue")]
    pub fn amqp(mut self, broker: impl Into<crate::channel::Endpoint>) -> Self {
        self.brokers.push(broker.into());
        self
    }

    /// Names the consumer group of this server: of each event, every group gets one. Servers with the same services and the
    /// same group share the work. The name of the program unless set.
    #[cfg(feature = "_queue")]
    pub fn consumer_group(mut self, name: impl Into<String>) -> Self {
        self.group = Some(name.into());
        self
    }

    /// The services as a channel for calls in the same process, under the limits and the interceptors of this server: what it answers on
    /// any wire, without one. Brokers, listeners and what concerns a connection are not part of it. A service's `…Client::local` is the
    /// short way, with the default limits.
    ///
    /// ```
    /// # use polywire::{Caller, Code, Limits, Result, Server, service}; use std::time::Duration;
    /// #[service(package = "books.v1")]
    /// pub trait Books {
    ///     async fn count(&self) -> Result<i32>;
    /// }
    /// # struct Shelf;
    /// # impl Books for Shelf { async fn count(&self) -> Result<i32> { std::future::pending().await } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let limits = Limits::default().unary_timeout(Duration::from_millis(5));
    /// let channel = Server::new().limits(limits).service(BooksServer::new(Shelf)).into_local();
    /// let books = BooksClient::from_caller(Caller::new(channel));
    /// assert_eq!(books.count().await.map_err(|status| status.code()), Err(Code::DeadlineExceeded));
    /// # }
    /// ```
    pub fn into_local(mut self) -> Arc<dyn Channel> {
        Local::of(&self.mount())
    }

    fn mount(&mut self) -> Mounted {
        let policy = Policy::new(self.limits.clone(), std::mem::take(&mut self.interceptors));
        let mut mounted = Mounted::new(policy);
        #[cfg(feature = "_queue")]
        {
            mounted.group = self.group.take();
        }
        for add in std::mem::take(&mut self.services) {
            add(&mut mounted);
        }
        mounted.health = self.health.clone();
        mounted.own_from = Some(mounted.services.len());
        mounted.shown = std::mem::take(&mut self.shown);
        #[cfg(feature = "grpc")]
        let is_hidden = mounted.shown.is_hidden;
        #[cfg(feature = "_net")]
        {
            mounted.compressions = self.compressions.iter().copied().collect();
        }
        #[cfg(feature = "grpc")]
        crate::transport::grpc::add_own_services(&mut mounted, self.reflection && !is_hidden);
        mounted
    }

    /// Serves until SIGTERM or Ctrl-C, then drains: finishes what runs, acknowledges nothing that is unfinished. At SIGTERM the
    /// server's health says so for [`Limits::drain_delay`] before anything is refused; at Ctrl-C, where nobody balances load, it
    /// drains at once. Another signal ends the delay; the next one after that, what still runs.
    ///
    /// # Errors
    /// When an address cannot be bound, two methods have the same HTTP route, a service is there twice, or two different types
    /// have the same name.
    pub async fn serve(self) -> io::Result<()> {
        let mut signals = Signals::new();
        let started = self.start().await?;
        let delay = match signals.next().await {
            Asked::Terminate => started.mounted.policy.limits.drain_delay,
            Asked::Interrupt => Duration::ZERO,
        };
        started.drain(delay, Again::Signals(signals)).await;
        Ok(())
    }

    /// As [`Server::serve`], until `stop` is ready, and then as at SIGTERM, but that signals are left alone. Tests do best with
    /// [`Limits::drain_delay`] at zero.
    ///
    /// # Errors
    /// When an address cannot be bound, two methods have the same HTTP route, a service is there twice, or two different types
    /// have the same name.
    pub async fn serve_until(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let started = self.start().await?;
        stop.await;
        let delay = started.mounted.policy.limits.drain_delay;
        started.drain(delay, Again::Nobody).await;
        Ok(())
    }

    /// The services, when nothing is wrong with them.
    fn checked(&mut self) -> io::Result<Arc<Mounted>> {
        #[cfg(feature = "_net")]
        checks::refuse_unbuilt(&self.compressions)?;
        let mounted = Arc::new(self.mount());
        checks::run(&mounted)?;
        Ok(mounted)
    }

    /// Binds, consumes, and takes the first request.
    async fn start(mut self) -> io::Result<Started> {
        let mounted = self.checked()?;
        #[cfg(feature = "_net")]
        let bound = self.bind(&mounted.policy.limits).await?;
        // Before the first request is taken: whoever asks for the health must hear of a broker that is not there yet.
        #[cfg(feature = "_queue")]
        for broker in &self.brokers {
            crate::transport::amqp::serve(broker, &mounted).map_err(io::Error::other)?;
        }
        #[cfg(feature = "_net")]
        let cores = self.accept(bound, &mounted).await?;
        Ok(Started {
            mounted,
            #[cfg(feature = "_net")]
            cores,
        })
    }

    #[cfg(feature = "_net")]
    async fn bind(&mut self, limits: &Limits) -> io::Result<Vec<Bound>> {
        let mut bound = Vec::new();
        for listen in std::mem::take(&mut self.listeners) {
            let places = Places::new(tokio::sync::Semaphore::new(limits.connections));
            bound.push(match self.threads {
                Threads::Callers => Bound::Here(listen.bind(limits.backlog).await?, places),
                Threads::PerCore => {
                    Bound::PerCore(listen.bind_for(cores::count(), limits.backlog).await?, places)
                }
            });
        }
        Ok(bound)
    }

    /// Every HTTP transport, and what stands before and behind them.
    #[cfg(feature = "_net")]
    fn engine(&mut self, mounted: &Arc<Mounted>) -> io::Result<crate::server::engine::Engine> {
        let hosts = self.hosts.take().map(crate::net::hosts::Hosts::parse).transpose()?;
        let engine =
            crate::server::engine::Engine::new(mounted).with_cors(self.cors.take()).with_hosts(hosts);
        #[cfg(feature = "axum")]
        let engine = engine.with_router(self.router.take());
        Ok(engine)
    }

    #[cfg(feature = "_net")]
    async fn accept(&mut self, bound: Vec<Bound>, mounted: &Arc<Mounted>) -> io::Result<Option<Cores>> {
        if bound.is_empty() {
            return Ok(None);
        }
        let engine = self.engine(mounted)?;
        let door = crate::server::accept::Door {
            engine: Arc::new(engine),
            mounted: Arc::clone(mounted),
            #[cfg(feature = "tls")]
            tls: self.tls.clone(),
        };
        let mut sockets: Vec<_> = (0..cores::count()).map(|_| Vec::new()).collect();
        for bound in bound {
            match bound {
                Bound::Here(listener, places) => {
                    let serving = crate::server::accept::serve(listener, places, door.clone());
                    mounted.tasks.spawn(serving);
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

/// A server that runs.
struct Started {
    mounted: Arc<Mounted>,
    #[cfg(feature = "_net")]
    cores: Option<Cores>,
}

impl Started {
    async fn drain(self, delay: Duration, again: Again) {
        drain(&self.mounted, delay, again).await;
        #[cfg(feature = "_net")]
        if let Some(cores) = self.cores {
            cores.end().await;
        }
    }
}

/// Which threads serve HTTP.
#[cfg(feature = "_net")]
#[derive(Clone, Copy)]
enum Threads {
    /// Those of the runtime that the server is awaited on.
    Callers,
    /// One of its own for each core.
    PerCore,
}

/// What is listened on, and how many connections may be open there.
#[cfg(feature = "_net")]
enum Bound {
    Here(Listener, Places),
    /// A socket for each core.
    PerCore(Vec<Portable>, Places),
}

/// Mounts one service, once the server's rules are known.
type AddService = Box<dyn FnOnce(&mut Mounted) + Send>;
