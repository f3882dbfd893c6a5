//! [`Server`]: serves services on every wire. It owns listeners, brokers, and shutdown.

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
#[cfg(feature = "_net")]
mod tables;

use crate::call::interceptor::Interceptor;
use crate::call::limits::Limits;
use crate::call::policy::Policy;
use crate::channel::Channel;
use crate::client::Local;
#[cfg(feature = "_net")]
use crate::net::listen::{Listen, Listener, Places, Portable};
use crate::waist::handler::Service;
use crate::waist::health::Health;
use crate::waist::mounted::{Mounted, Services, Settings, Shown};
use checks::Checked;
#[cfg(feature = "_net")]
use cores::Cores;
use polywire_codegen::schema::api::Info;
use polywire_codegen::schema::openapi::Version;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use stop::{Again, Asked, Signals, drain};
#[cfg(feature = "_net")]
use tables::Tables;

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
    #[cfg(feature = "_queue")]
    reply_queues: Vec<String>,
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
    /// Makes a server without services and listeners, with the default limits.
    ///
    /// ```
    /// # use polywire::{Result, Server, service};
    /// # #[service(package = "books.v1")]
    /// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
    /// # struct Shelf;
    /// # impl BookService for Shelf { async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) } }
    /// let server = Server::new().service(BookServiceServer::new(Shelf)).listen("127.0.0.1:8080");
    /// # drop(server);
    /// ```
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
            #[cfg(feature = "_queue")]
            reply_queues: Vec::new(),
            #[cfg(feature = "axum")]
            router: None,
        }
    }

    /// Adds a service.
    ///
    /// ```
    /// # use polywire::{Server, Service};
    /// fn server(books: impl Service, orders: impl Service) -> Server {
    ///     Server::new().service(books).service(orders)
    /// }
    /// ```
    pub fn service(mut self, service: impl Service) -> Self {
        self.services.push(Box::new(move |services| services.add(service)));
        self
    }

    /// Adds an interceptor, inside of those added before. It runs before every method, health and reflection
    /// included. It does not run before documents: see [`Interceptor`].
    ///
    /// ```
    /// # use polywire::{Context, Interceptor, Method, Outcome, Server};
    /// struct Log;
    ///
    /// impl Interceptor for Log {
    ///     fn after(&self, cx: &Context, method: &'static Method, outcome: &Outcome<'_>) {
    ///         println!("{} {} {}", cx.transport(), method.full_name(), outcome.code());
    ///     }
    /// }
    ///
    /// let server = Server::new().interceptor(Log);
    /// # drop(server);
    /// ```
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Replaces the limits.
    ///
    /// ```
    /// # use polywire::{Limits, Server}; use std::time::Duration;
    /// let server = Server::new().limits(Limits::default().unary_timeout(Duration::from_secs(5)));
    /// # drop(server);
    /// ```
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Uses this health, so that the program can set it and read it.
    ///
    /// ```
    /// # use polywire::{Health, Server};
    /// let health = Health::new();
    /// let server = Server::new().health(health.clone());
    /// health.set_not_serving("books.v1.BookService"); // the server says so from now on
    /// # drop(server);
    /// ```
    pub fn health(mut self, health: Health) -> Self {
        self.health = health;
        self
    }

    /// Sets what the OpenAPI and AsyncAPI documents say about the API as a whole: its title, version,
    /// licence, address.
    ///
    /// ```
    /// # use polywire::{ApiInfo, Server};
    /// let info = ApiInfo::new("Bookstore", "1.4.0").license("Apache-2.0").server("https://shop.example");
    /// let server = Server::new().info(info);
    /// # drop(server);
    /// ```
    pub fn info(mut self, info: Info) -> Self {
        self.shown.info = info;
        self
    }

    /// Sets the OpenAPI version of `/openapi.json`. The default is 3.1.
    ///
    /// ```
    /// # use polywire::{OpenApi, Server};
    /// let server = Server::new().openapi(OpenApi::V3_2); // describes the items of streams
    /// # drop(server);
    /// ```
    pub fn openapi(mut self, version: Version) -> Self {
        self.shown.openapi = version;
        self
    }

    /// Sets whether the schema is shown: the `.proto` files, `/openapi.json`, `/asyncapi.json`, `/docs` and
    /// gRPC reflection. By default all of them are.
    ///
    /// ```
    /// # use polywire::Server;
    /// let server = Server::new().show_schema(false);
    /// # drop(server);
    /// ```
    pub fn show_schema(mut self, shown: bool) -> Self {
        self.shown.is_hidden = !shown;
        self
    }

    /// Sets whether gRPC reflection shows the schema. By default it does, unless [`Server::show_schema`]
    /// hides the schema.
    ///
    /// ```
    /// # use polywire::Server;
    /// let server = Server::new().reflection(false); // the documents stay
    /// # drop(server);
    /// ```
    #[cfg(feature = "grpc")]
    pub fn reflection(mut self, shown: bool) -> Self {
        self.reflection = shown;
        self
    }

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
    #[cfg(feature = "_net")]
    pub fn compression(
        mut self,
        taken: impl IntoIterator<Item = crate::call::compression::Compression>,
    ) -> Self {
        self.compressions.extend(taken);
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
    #[cfg(feature = "_net")]
    pub fn listen(mut self, address: impl Into<crate::net::ListenAddress>) -> Self {
        self.listeners.push(Listen::Address(address.into()));
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
    #[cfg(all(feature = "_net", unix))]
    pub fn listen_shared(mut self, address: impl Into<String>) -> Self {
        self.listeners.push(Listen::Shared(address.into()));
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
    #[cfg(feature = "_net")]
    pub fn thread_per_core(mut self) -> Self {
        self.threads = Threads::PerCore;
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
        self.tls = Some(tls);
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
    #[cfg(feature = "_net")]
    pub fn listener(mut self, listener: tokio::net::TcpListener) -> Self {
        self.listeners.push(Listen::Bound(listener));
        self
    }

    /// Lets pages of other sites call, over every HTTP transport. By default none may.
    ///
    /// ```
    /// # use polywire::{Cors, Server};
    /// let server = Server::new().cors(Cors::origins(["https://shop.example"]));
    /// # drop(server);
    /// ```
    #[cfg(feature = "_net")]
    pub fn cors(mut self, cors: crate::net::Cors) -> Self {
        self.cors = Some(cors);
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
    #[cfg(feature = "_net")]
    pub fn hosts<I: IntoIterator<Item: Into<String>>>(mut self, hosts: I) -> Self {
        self.hosts.get_or_insert_default().extend(hosts.into_iter().map(Into::into));
        self
    }

    /// Consumes from this broker: `amqp://host:port`, `amqps://host:port` or `memory:`.
    ///
    /// An [`Endpoint`](crate::Endpoint) gives the roots, the certificate and the name of TLS, as for every
    /// other wire. With `?auth_mechanism=external` the broker takes the user from the certificate (SASL
    /// EXTERNAL).
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
    /// Retried and dead-lettered messages keep nested headers (tables and lists) to a depth of 32.
    #[cfg(feature = "_queue")]
    pub fn amqp(mut self, broker: impl Into<crate::channel::Endpoint>) -> Self {
        self.brokers.push(broker.into());
        self
    }

    /// Names the consumer group of this server. Every group gets each event once. Servers with the same
    /// services and the same group share the work. The default is the name of the program.
    ///
    /// ```
    /// # use polywire::Server;
    /// let mails = Server::new().amqp("memory:shop").consumer_group("mails");
    /// let statistics = Server::new().amqp("memory:shop").consumer_group("statistics"); // gets each event too
    /// # drop((mails, statistics));
    /// ```
    #[cfg(feature = "_queue")]
    pub fn consumer_group(mut self, name: impl Into<String>) -> Self {
        self.group = Some(name.into());
        self
    }

    /// Names queues of callers that replies over AMQP may go to. A `*` at the end stands for any rest.
    ///
    /// A server publishes replies with its own rights, and the caller names the queue in `reply_to`. So a server
    /// answers only direct replies (`amq.rabbitmq.reply-to`), queues that the broker named (`amq.gen-…`), and the
    /// queues that it is told of here. Clients of polywire use direct replies, and need none.
    ///
    /// ```
    /// # use polywire::Server;
    /// let server = Server::new().amqp("amqp://localhost").reply_queues(["billing.replies", "results.*"]);
    /// # drop(server);
    /// ```
    #[cfg(feature = "_queue")]
    pub fn reply_queues<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.reply_queues.extend(names.into_iter().map(Into::into));
        self
    }

    /// Makes a channel for calls in the same process, under the limits and the interceptors of this server.
    /// Its answers are those of any wire. Brokers, listeners and limits of connections are not part of it. A
    /// service's `…Client::local` is the short way, with the default limits.
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
        let mut services = Services::default();
        for add in std::mem::take(&mut self.services) {
            add(&mut services);
        }
        #[cfg(feature = "grpc")]
        let own = {
            let reflection = self.reflection && !self.shown.is_hidden;
            crate::transport::grpc::own_services(&services, &self.health, reflection)
        };
        #[cfg(not(feature = "grpc"))]
        let own = Services::default();
        Mounted::new(self.settings(), services, own)
    }

    fn settings(&mut self) -> Settings {
        Settings {
            policy: Policy::new(self.limits.clone(), std::mem::take(&mut self.interceptors)),
            health: self.health.clone(),
            shown: std::mem::take(&mut self.shown),
            #[cfg(feature = "_queue")]
            group: self.group.take(),
            #[cfg(feature = "_queue")]
            reply_queues: std::mem::take(&mut self.reply_queues),
            #[cfg(feature = "_net")]
            compressions: self.compressions.iter().copied().collect(),
        }
    }

    /// Serves until SIGTERM or Ctrl-C, then drains: it finishes running calls, and acknowledges no unfinished
    /// message.
    ///
    /// After SIGTERM the server's health reports the stop for [`Limits::drain_delay`] before anything is
    /// refused, so that load balancers notice. After Ctrl-C the server drains at once. Another signal during
    /// the delay ends it; another one after it ends the calls that still run.
    ///
    /// ```no_run
    /// # use polywire::{Server, Service};
    /// # async fn run(books: impl Service) -> std::io::Result<()> {
    /// Server::new().service(books).listen("127.0.0.1:8080").serve().await // until Ctrl-C
    /// # }
    /// ```
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

    /// Serves until `stop` is ready, then drains as [`Server::serve`] does at SIGTERM. It leaves signals
    /// alone. Tests do best with [`Limits::drain_delay`] at zero.
    ///
    /// ```
    /// # use polywire::{Limits, Result, Server, service}; use std::time::Duration;
    /// # #[service(package = "books.v1")]
    /// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
    /// # struct Shelf;
    /// # impl BookService for Shelf { async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    /// let server = Server::new()
    ///     .limits(Limits::default().drain_delay(Duration::ZERO))
    ///     .service(BookServiceServer::new(Shelf))
    ///     .listen("127.0.0.1:0");
    /// let serving = tokio::spawn(server.serve_until(async { drop(stopped.await) }));
    /// drop(stop);
    /// serving.await.expect("no panic")?;
    /// # Ok(()) }
    /// ```
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

    /// Mounts the services, and checks them.
    fn checked(&mut self) -> io::Result<Checked> {
        #[cfg(feature = "_net")]
        checks::refuse_unbuilt(&self.compressions)?;
        checks::run(self.mount())
    }

    /// Binds the listeners, consumes from the brokers, and takes the first request.
    async fn start(mut self) -> io::Result<Started> {
        let checked = self.checked()?;
        let mounted = checked.mounted;
        #[cfg(feature = "_net")]
        let bound = self.bind(&mounted.policy.limits).await?;
        // Brokers come before the first request: a health check must report a broker that is not there yet.
        #[cfg(feature = "_queue")]
        for broker in &self.brokers {
            crate::transport::amqp::serve(broker, &mounted).map_err(io::Error::other)?;
        }
        #[cfg(feature = "_net")]
        let cores = self.accept(bound, &mounted, checked.tables).await?;
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

    /// Makes the engine: every HTTP transport, the checks before them, and the router behind them.
    #[cfg(feature = "_net")]
    fn engine(&mut self, mounted: &Mounted, tables: Tables) -> io::Result<crate::server::engine::Engine> {
        let hosts = self.hosts.take().map(crate::net::hosts::Hosts::parse).transpose()?;
        let engine =
            crate::server::engine::Engine::new(mounted, tables).with_cors(self.cors.take()).with_hosts(hosts);
        #[cfg(feature = "axum")]
        let engine = engine.with_router(self.router.take());
        Ok(engine)
    }

    #[cfg(feature = "_net")]
    async fn accept(
        &mut self,
        bound: Vec<Bound>,
        mounted: &Arc<Mounted>,
        tables: Tables,
    ) -> io::Result<Option<Cores>> {
        if bound.is_empty() {
            return Ok(None);
        }
        let engine = self.engine(mounted, tables)?;
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

/// A running server.
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

/// The threads that serve HTTP.
#[cfg(feature = "_net")]
#[derive(Clone, Copy)]
enum Threads {
    /// The threads of the runtime that awaits the server.
    Callers,
    /// A thread of the server's own for each core.
    PerCore,
}

/// The bound sockets, and the connections that may be open on them.
#[cfg(feature = "_net")]
enum Bound {
    Here(Listener, Places),
    /// A socket for each core.
    PerCore(Vec<Portable>, Places),
}

/// Mounts one service, once the server's rules are known.
type AddService = Box<dyn FnOnce(&mut Services) + Send>;
