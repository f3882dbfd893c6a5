//! The options of a client that guards itself: which servers it asks, and when it does not ask. All are off.

use super::{Balance, Endpoint};
use crate::call::status::Result;
#[cfg(feature = "_queue")]
use crate::call::status::Status;
use crate::channel::{Breaker, ClientStats, Concurrency, Ejection, Hedge, Resolver};
use std::fmt;
use std::sync::Arc;

#[derive(Clone, Default)]
#[cfg_attr(
    not(any(feature = "grpc", feature = "ws")),
    allow(dead_code, reason = "the options of transports that are not built")
)]
pub(crate) struct Resilience {
    pub(crate) resolver: Option<Arc<dyn Resolver>>,
    pub(crate) ejection: Option<Ejection>,
    pub(crate) breaker: Option<Breaker>,
    pub(crate) concurrency: Option<Concurrency>,
    pub(crate) hedge: Option<Hedge>,
    pub(crate) stats: Option<ClientStats>,
}

impl fmt::Debug for Resilience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ejection, breaker, concurrency, hedge, .. } = self;
        write!(f, "Resilience({ejection:?}, {breaker:?}, {concurrency:?}, {hedge:?})")
    }
}

impl Resilience {
    /// The name of the first option that is set.
    fn first(&self) -> Option<&'static str> {
        let Self { resolver, ejection, breaker, concurrency, hedge, stats } = self;
        [
            (resolver.is_some(), "resolver"),
            (ejection.is_some(), "ejection"),
            (breaker.is_some(), "breaker"),
            (concurrency.is_some(), "concurrency"),
            (hedge.is_some(), "hedge"),
            (stats.is_some(), "stats"),
        ]
        .into_iter()
        .find_map(|(is_set, name)| is_set.then_some(name))
    }
}

impl Endpoint {
    /// Whether calls pass a channel of several channels.
    pub(crate) fn is_balanced(&self) -> bool {
        self.http.balance == Balance::LeastRequest || self.resilience.first().is_some()
    }

    /// Refuses the options that a broker does not know.
    ///
    /// # Errors
    /// `invalid_argument`, which names the option.
    #[cfg(feature = "_queue")]
    pub(crate) fn refuse_balanced(&self) -> Result<()> {
        let option = match (self.resilience.first(), self.http.balance) {
            (Some(name), _) => format!("Endpoint::{name}"),
            (None, Balance::LeastRequest) => "Balance::LeastRequest".to_owned(),
            (None, Balance::PickFirst | Balance::RoundRobin) => return Ok(()),
        };
        Err(Status::invalid_argument(format!(
            "`{}` is a broker, which `{option}` is not for: its queues spread calls over the servers, and the client \
             tries the nodes of `Endpoint::addresses` by itself; remove the option",
            self.url
        )))
    }

    /// Opens the channel that the URL names, for programs that wrap it, or that call without a generated client.
    ///
    /// The interceptors of the endpoint are not in it, because they see messages and not bytes.
    /// [`Caller::connect`](crate::Caller::connect) has both.
    ///
    /// ```
    /// # use polywire::{Caller, Endpoint, Result, service};
    /// # #[service(package = "books.v1")]
    /// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
    /// # async fn run() -> Result<()> {
    /// let channel = Endpoint::new("grpc://127.0.0.1:8080").connect().await?;
    /// println!("{:?}", channel.codec());
    /// let books = BookServiceClient::from_caller(Caller::new(channel));
    /// # drop(books); Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `invalid_argument` for a URL that no transport takes; `unavailable` when nobody answers.
    pub async fn connect(self) -> Result<Arc<dyn crate::Channel>> {
        Ok(Arc::clone(crate::Caller::connect(self).await?.channel()))
    }

    /// Takes the addresses from this resolver, and asks it again while the client lives. Default: those of
    /// [`Endpoint::addresses`], or the host's name. The host of the URL stays the name in requests and in TLS.
    ///
    /// gRPC, gRPC-Web, Connect and WebSocket, as all options below.
    ///
    /// ```
    /// # use polywire::{Balance, Endpoint, FileResolver};
    /// let endpoint = Endpoint::new("grpc://books.internal")
    ///     .resolver(FileResolver::new("/etc/books/addresses"))
    ///     .balance(Balance::LeastRequest);
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn resolver(mut self, resolver: impl Resolver) -> Self {
        self.resilience.resolver = Some(Arc::new(resolver));
        self
    }

    /// Sends no calls for a while to an address that fails again and again. Default: off.
    ///
    /// ```
    /// # use polywire::{Balance, Ejection, Endpoint};
    /// let endpoint = Endpoint::new("grpc://books.internal")
    ///     .addresses(["10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080"])
    ///     .balance(Balance::LeastRequest)
    ///     .ejection(Ejection::default());
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn ejection(mut self, ejection: Ejection) -> Self {
        self.resilience.ejection = Some(ejection);
        self
    }

    /// Refuses calls for a while when too many failed in a row. Default: off.
    ///
    /// ```
    /// # use polywire::{Breaker, Endpoint};
    /// let endpoint = Endpoint::new("grpc://127.0.0.1:8080").breaker(Breaker { failures: 20, ..Breaker::default() });
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn breaker(mut self, breaker: Breaker) -> Self {
        self.resilience.breaker = Some(breaker);
        self
    }

    /// Bounds the calls that run at once, and those that wait for a place. Default: off.
    ///
    /// ```
    /// # use polywire::{Concurrency, Endpoint};
    /// let endpoint = Endpoint::new("grpc://127.0.0.1:8080").concurrency(Concurrency { calls: 50, waiting: 200 });
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn concurrency(mut self, concurrency: Concurrency) -> Self {
        self.resilience.concurrency = Some(concurrency);
        self
    }

    /// Asks a second server when the first is slow, and takes the first answer. Default: off. Only for methods marked
    /// `#[read]` or `#[idempotent]`.
    ///
    /// ```
    /// # use polywire::{Balance, Endpoint, Hedge}; use std::time::Duration;
    /// let endpoint = Endpoint::new("grpc://books.internal")
    ///     .balance(Balance::LeastRequest)
    ///     .hedge(Hedge { delay: Duration::from_millis(30), ..Hedge::default() });
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn hedge(mut self, hedge: Hedge) -> Self {
        self.resilience.hedge = Some(hedge);
        self
    }

    /// Shows the numbers of this client there. Default: nobody reads them.
    ///
    /// ```
    /// # use polywire::{ClientStats, Endpoint};
    /// let stats = ClientStats::default();
    /// let endpoint = Endpoint::new("grpc://127.0.0.1:8080").stats(&stats);
    /// // Once the client is connected, `stats.clients()` tells of it.
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn stats(mut self, stats: &ClientStats) -> Self {
        self.resilience.stats = Some(stats.clone());
        self
    }
}
