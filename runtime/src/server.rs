//! [`Server`]: serves services on every wire. It owns listeners, brokers, and shutdown.

#[cfg(feature = "_net")]
mod accept;
#[cfg(feature = "_queue")]
mod brokers;
mod checks;
#[cfg(feature = "axum")]
mod consumers;
#[cfg(feature = "_net")]
mod cores;
#[cfg(feature = "_net")]
mod documents;
#[cfg(feature = "_net")]
pub(crate) mod engine;
#[cfg(feature = "axum")]
mod layered;
#[cfg(feature = "axum")]
mod mount;
#[cfg(feature = "_net")]
mod operation;
#[cfg(feature = "docs")]
mod page;
#[cfg(feature = "axum")]
mod router;
#[cfg(feature = "_net")]
mod sockets;
mod stop;
#[cfg(feature = "_net")]
mod tables;

use crate::call::interceptor::{Interceptor, Interceptors};
use crate::call::limits::Limits;
use crate::call::policy::{Policy, Propagated};
use crate::channel::Channel;
use crate::client::Local;
use crate::waist::handler::Service;
use crate::waist::health::Health;
use crate::waist::mounted::{Mounted, Services, Settings, Shown};
#[cfg(feature = "_queue")]
use brokers::Brokers;
use checks::Checked;
#[cfg(feature = "axum")]
pub use consumers::Consumers;
#[cfg(feature = "_net")]
pub use operation::Operation;
use polywire_codegen::schema::api::Info;
use polywire_codegen::schema::openapi::Version;
#[cfg(feature = "_net")]
use sockets::Sockets;
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
    interceptors: Interceptors,
    propagated: Vec<String>,
    limits: Limits,
    health: Health,
    shown: Shown,
    #[cfg(feature = "grpc")]
    reflection: bool,
    #[cfg(feature = "_net")]
    sockets: Sockets,
    #[cfg(feature = "_net")]
    operation: Option<Operation>,
    #[cfg(feature = "_queue")]
    brokers: Brokers,
    /// Told the rules of the server when it is mounted.
    #[cfg(feature = "config")]
    told: Option<Arc<std::sync::OnceLock<Arc<Policy>>>>,
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
            interceptors: Interceptors::default(),
            propagated: Vec::new(),
            limits: Limits::default(),
            health: Health::new(),
            shown: Shown::default(),
            #[cfg(feature = "grpc")]
            reflection: true,
            #[cfg(feature = "_net")]
            sockets: Sockets::default(),
            #[cfg(feature = "_net")]
            operation: None,
            #[cfg(feature = "_queue")]
            brokers: Brokers::default(),
            #[cfg(feature = "config")]
            told: None,
        }
    }

    /// Tells its rules when it is mounted, so that they can change while it runs.
    #[cfg(feature = "config")]
    pub(crate) fn telling(mut self, told: Arc<std::sync::OnceLock<Arc<Policy>>>) -> Self {
        self.told = Some(told);
        self
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
        self.interceptors = self.interceptors.with(interceptor);
        self
    }

    /// Sends these metadata on: what a call brings under one of these names, the calls of its handler take with them.
    /// The deadline and the trace context go on in any case. Nothing else does, and no credentials unless they are
    /// named.
    ///
    /// ```
    /// # use polywire::Server;
    /// let server = Server::new().propagate(["x-tenant", "x-request-id"]);
    /// # drop(server);
    /// ```
    ///
    /// A name that metadata cannot have, such as `content-type`, stops the start.
    pub fn propagate<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.propagated.extend(names.into_iter().map(Into::into));
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
    ///
    /// # Panics
    /// When an interceptor does not let a method be served ([`Interceptor::mount`]), with its text, and when
    /// [`Server::propagate`] has a name that metadata cannot have.
    pub fn into_local(mut self) -> Arc<dyn Channel> {
        let mounted = self.mount();
        let refused = checks::unfit(&mounted);
        assert!(refused.is_empty(), "{}", refused.join("; "));
        Local::of(&mounted)
    }

    fn mount(&mut self) -> Mounted {
        #[cfg(feature = "_net")]
        {
            self.sockets.desk = self.operation.as_ref().and_then(|operation| operation.main(&self.health));
            self.shown.operation = self.sockets.desk.as_ref().map(operation::Desk::paths).unwrap_or_default();
        }
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
        let mounted = Mounted::new(self.settings(), services, own);
        #[cfg(feature = "config")]
        if let Some(told) = &self.told {
            // A server is mounted once.
            let _ = told.set(Arc::clone(&mounted.policy));
        }
        mounted
    }

    fn policy(&mut self) -> Policy {
        let mut policy = Policy::new(self.limits.clone(), std::mem::take(&mut self.interceptors));
        policy.propagated = Propagated::new(&self.propagated);
        #[cfg(feature = "_net")]
        if let Some(notes) = self.operation.as_ref().and_then(Operation::notes) {
            policy.noted = Some(Arc::clone(&notes.calls));
            self.sockets.noted = Some(Arc::clone(&notes.connections));
        }
        policy
    }

    fn settings(&mut self) -> Settings {
        Settings {
            policy: self.policy(),
            health: self.health.clone(),
            shown: std::mem::take(&mut self.shown),
            #[cfg(feature = "_queue")]
            queues: self.brokers.queues(),
            #[cfg(feature = "_net")]
            compressions: self.sockets.compressions(),
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
        let signals = Signals::new();
        self.start().await?.until_signal(signals).await;
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
        self.start().await?.until(stop).await;
        Ok(())
    }

    /// Mounts the services, and checks them.
    fn checked(&mut self) -> io::Result<Checked> {
        #[cfg(feature = "_net")]
        self.sockets.check()?;
        #[cfg(feature = "_net")]
        self.operation.as_ref().map_or(Ok(()), Operation::check)?;
        checks::run(self.mount())
    }

    /// Binds the listeners, consumes from the brokers, and takes the first request.
    async fn start(mut self) -> io::Result<Started> {
        let checked = self.checked()?;
        let mounted = checked.mounted;
        #[cfg(feature = "_net")]
        let bound = self.sockets.bind(&mounted.policy.limits).await?;
        #[cfg(feature = "_net")]
        let own = operation::bind(self.operation.take(), &mounted.health).await?;
        // Brokers come before the first request: a health check must report a broker that is not there yet.
        #[cfg(feature = "_queue")]
        self.brokers.consume(&mounted)?;
        #[cfg(feature = "_net")]
        let cores = self.sockets.accept(bound, &mounted, checked.tables).await?;
        Ok(Started {
            mounted,
            #[cfg(feature = "_net")]
            cores,
            // Last: until the server listens, nobody may think that it is ready.
            #[cfg(feature = "_net")]
            operation: own.map(operation::Ready::start).transpose()?,
        })
    }
}

/// A running server.
struct Started {
    mounted: Arc<Mounted>,
    #[cfg(feature = "_net")]
    cores: Option<cores::Cores>,
    /// The listeners of operation's own.
    #[cfg(feature = "_net")]
    operation: Option<operation::Running>,
}

impl Started {
    /// Serves until a signal asks for the stop.
    async fn until_signal(self, mut signals: Signals) {
        let delay = match signals.next().await {
            Asked::Terminate => self.mounted.policy.limits.drain_delay,
            Asked::Interrupt => Duration::ZERO,
        };
        self.drain(delay, Again::Signals(signals)).await;
    }

    /// Serves until `stop` is ready.
    async fn until(self, stop: impl Future<Output = ()>) {
        stop.await;
        let delay = self.mounted.policy.limits.drain_delay;
        self.drain(delay, Again::Nobody).await;
    }

    async fn drain(self, delay: Duration, again: Again) {
        drain(&self.mounted, delay, again).await;
        #[cfg(feature = "_net")]
        if let Some(cores) = self.cores {
            cores.end().await;
        }
        #[cfg(feature = "_net")]
        if let Some(operation) = self.operation {
            operation.end().await;
        }
    }
}

/// Mounts one service, once the server's rules are known.
type AddService = Box<dyn FnOnce(&mut Services) + Send>;
