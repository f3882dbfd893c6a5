//! [`Operation`]: what an operator asks a running server over HTTP, and where it answers.
//!
//! Probes are answered before the check of hosts, because load balancers and orchestrators ask by address. Reasons and
//! numbers are for requests that pass it.

mod debug;
mod desk;
mod own;

pub(super) use debug::Notes;
pub(super) use desk::Asker;
pub(crate) use desk::Desk;
pub(super) use own::{Own, Ready, Running};

use super::Server;
use crate::net::ListenAddress;
use crate::net::listen::Listen;
use crate::waist::health::Health;
use desk::Reasons;
use std::io;

/// Paths for the operator of a running server, over HTTP: `/livez`, `/readyz`, `/metrics`, `/debug/…`.
///
/// | path | answer |
/// |---|---|
/// | `/livez` | 200 as long as the process answers, also while it drains |
/// | `/readyz` | 200 for work, 503 while the server drains, a broker is away, or a [check](Health::check) fails |
/// | `/metrics` | the numbers of `Operation::metrics`: OpenMetrics, or Prometheus' text format, as `Accept` asks |
/// | `/debug/connections`, `/debug/calls` | what is open and what runs, one JSON object a line ([`Operation::debug`]) |
///
/// They stand on the listeners of the server, or on one of their own ([`Operation::listen`]), which answers until the
/// drain has ended. There `/readyz` tells its reasons, one a line. Elsewhere it only says that it is not ready, unless
/// [`Operation::reasons`] lets it.
///
/// ```
/// # use polywire::{Health, Operation, Server};
/// # async fn ping() -> std::io::Result<()> { Ok(()) }
/// let health = Health::new();
/// health.check("database", || async { ping().await });
/// let operation = Operation::new().listen("0.0.0.0:9900"); // the orchestrator and Prometheus alone reach this port
/// let server = Server::new().health(health).operation(operation).listen("0.0.0.0:8080");
/// # drop(server);
/// ```
#[derive(Default)]
#[must_use = "give it to `Server::operation`"]
pub struct Operation {
    listeners: Vec<Listen>,
    reasons: Reasons,
    probes_everywhere: bool,
    notes: Option<Notes>,
    #[cfg(feature = "metrics")]
    metrics: Option<crate::layers::Metrics>,
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Operation({} listeners of its own)", self.listeners.len())
    }
}

impl Operation {
    /// The probes, on every listener of the server.
    ///
    /// ```
    /// # use polywire::{Operation, Server};
    /// let server = Server::new().listen("0.0.0.0:8080").operation(Operation::new());
    /// # drop(server);
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers on this address instead of the server's own listeners: HTTP without TLS, or a Unix socket. Whoever
    /// reaches it may see everything, so no stranger should.
    ///
    /// ```
    /// # use polywire::Operation;
    /// let operation = Operation::new().listen("127.0.0.1:9900").listen("unix:/run/books/operation.sock");
    /// # drop(operation);
    /// ```
    pub fn listen(mut self, address: impl Into<ListenAddress>) -> Self {
        self.listeners.push(Listen::Address(address.into()));
        self
    }

    /// Answers on a listener that is bound already, as [`Operation::listen`] does.
    ///
    /// ```
    /// # use polywire::{Operation, Server};
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?; // any free port
    /// println!("probes at {}", listener.local_addr()?);
    /// let server = Server::new().operation(Operation::new().listener(listener));
    /// # drop(server);
    /// # Ok(()) }
    /// ```
    pub fn listener(mut self, listener: tokio::net::TcpListener) -> Self {
        self.listeners.push(Listen::Bound(listener));
        self
    }

    /// Answers `/livez` and `/readyz` on the server's own listeners too, for load balancers that ask where they send.
    ///
    /// ```
    /// # use polywire::Operation;
    /// let operation = Operation::new().listen("0.0.0.0:9900").probes_everywhere();
    /// # drop(operation);
    /// ```
    pub fn probes_everywhere(mut self) -> Self {
        self.probes_everywhere = true;
        self
    }

    /// Lets everybody see why `/readyz` says no, on the server's own listeners too. A reason names brokers and hosts.
    ///
    /// ```
    /// # use polywire::Operation;
    /// let operation = Operation::new().reasons(); // all who reach this server are ours
    /// # drop(operation);
    /// ```
    pub fn reasons(mut self) -> Self {
        self.reasons = Reasons::Told;
        self
    }

    /// Tells at `/debug/calls` which calls run and at `/debug/connections` which connections are open: since when, from
    /// where, over which wire, until when. A drain that takes long shows there what it waits for. Metadata and messages
    /// are not shown.
    ///
    /// Only the listeners of its own answer. The server then keeps a note of each call and connection.
    ///
    /// ```
    /// # use polywire::Operation;
    /// let operation = Operation::new().listen("127.0.0.1:9900").debug();
    /// # drop(operation);
    /// ```
    ///
    /// # Errors
    /// `serve` refuses it without [`Operation::listen`].
    pub fn debug(mut self) -> Self {
        self.notes = Some(Notes::default());
        self
    }

    /// Serves these numbers at `/metrics`. They are written on a thread for blocking work, one scrape at a time, so that
    /// calls do not wait for them. The interceptors of [`Metrics`](crate::layers::Metrics) count; this only shows.
    ///
    /// ```
    /// # use polywire::{Operation, Server, layers::Metrics};
    /// let metrics = Metrics::new();
    /// let server = Server::new()
    ///     .interceptor(metrics.server())
    ///     .operation(Operation::new().listen("0.0.0.0:9900").metrics(&metrics));
    /// # drop(server);
    /// ```
    #[cfg(feature = "metrics")]
    pub fn metrics(mut self, metrics: &crate::layers::Metrics) -> Self {
        self.metrics = Some(metrics.clone());
        self
    }

    /// The answers on the listeners of the server, if there are any.
    pub(super) fn main(&self, health: &Health) -> Option<Desk> {
        let has_own = !self.listeners.is_empty();
        (!has_own || self.probes_everywhere).then(|| Desk {
            health: health.clone(),
            reasons: self.reasons,
            notes: None,
            #[cfg(feature = "metrics")]
            metrics: self.metrics.clone().filter(|_| !has_own).map(desk::Scraped::new),
        })
    }

    /// The notes that the server keeps, if an operator may ask for them.
    pub(super) fn notes(&self) -> Option<&Notes> {
        self.notes.as_ref()
    }

    /// Refuses what strangers could ask.
    ///
    /// # Errors
    /// `InvalidInput` for `debug` without a listener of its own.
    pub(super) fn check(&self) -> io::Result<()> {
        if self.notes.is_some() && self.listeners.is_empty() {
            let text = "`Operation::debug` needs a listener of its own, so that no stranger reads it: add `Operation::listen`";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        Ok(())
    }

    /// The listeners of its own, and the answers there.
    pub(super) fn into_own(self, health: &Health) -> Option<Own> {
        if self.listeners.is_empty() {
            return None;
        }
        let desk = Desk {
            health: health.clone(),
            reasons: Reasons::Told,
            notes: self.notes,
            #[cfg(feature = "metrics")]
            metrics: self.metrics.map(desk::Scraped::new),
        };
        Some(Own { listeners: self.listeners, desk })
    }
}

/// Binds the listeners of operation's own, if there are any.
///
/// # Errors
/// When an address cannot be bound.
pub(super) async fn bind(operation: Option<Operation>, health: &Health) -> std::io::Result<Option<Ready>> {
    match operation.and_then(|operation| operation.into_own(health)) {
        Some(own) => own.bind().await.map(Some),
        None => Ok(None),
    }
}

/// The options of operation.
impl Server {
    /// Answers probes, and what else this names, over HTTP. By default nothing of it is there.
    ///
    /// On the server's own listeners these paths go before every method and before a merged router.
    ///
    /// ```
    /// # use polywire::{Operation, Server};
    /// let server = Server::new().operation(Operation::new().listen("0.0.0.0:9900"));
    /// # drop(server);
    /// ```
    pub fn operation(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }
}
