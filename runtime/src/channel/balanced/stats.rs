//! [`ClientStats`]: the numbers of clients, for metrics.

use super::Inner;
use super::peer::State;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The counters of a channel.
#[derive(Debug, Default)]
pub(super) struct Counters {
    calls: AtomicU64,
    attempts: AtomicU64,
    hedges: AtomicU64,
    hedges_won: AtomicU64,
    breaker_refusals: AtomicU64,
    limit_refusals: AtomicU64,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Counters {
    pub(super) fn called(&self) {
        count(&self.calls);
    }

    pub(super) fn attempted(&self) {
        count(&self.attempts);
    }

    pub(super) fn hedged(&self) {
        count(&self.hedges);
    }

    /// Notes the number of the attempt that was answered first.
    pub(super) fn won(&self, attempt: u32) {
        if attempt > 1 {
            count(&self.hedges_won);
        }
    }

    pub(super) fn refused_by_breaker(&self) {
        count(&self.breaker_refusals);
    }

    pub(super) fn refused_by_limit(&self) {
        count(&self.limit_refusals);
    }
}

/// The numbers of the clients that were connected with [`Endpoint::stats`](crate::Endpoint::stats), as they are now.
/// Clones share them.
///
/// An interceptor sees one call, whatever its attempts are. These numbers tell of the attempts.
///
/// ```
/// use polywire::{ClientStats, Concurrency, Endpoint, Result, service};
///
/// #[service(package = "books.v1")]
/// pub trait BookService {
///     async fn title(&self, id: i32) -> Result<String>;
/// }
/// # async fn run() -> Result<()> {
/// let stats = ClientStats::default();
/// let endpoint = Endpoint::new("grpc://127.0.0.1:8080").concurrency(Concurrency::default()).stats(&stats);
/// let books = BookServiceClient::connect(endpoint).await?;
/// books.title(7).await?;
/// for client in stats.clients() {
///     println!("{}: {} calls, {} attempts, {} wait", client.url, client.calls, client.attempts, client.waiting);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Default)]
pub struct ClientStats(Arc<Mutex<Vec<Weak<Inner>>>>);

impl fmt::Debug for ClientStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clients()).finish()
    }
}

/// The numbers of one client. [`ClientStats::clients`] gives them.
///
/// ```
/// use polywire::ClientReading;
///
/// fn is_troubled(client: &ClientReading) -> bool {
///     client.is_breaker_open || client.addresses.iter().any(|address| address.is_ejected)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientReading {
    /// The URL, without a password.
    pub url: String,
    /// The calls that were let through.
    pub calls: u64,
    /// The attempts of these calls, the first ones included.
    pub attempts: u64,
    /// The attempts among them that were made beside a slow or a failed one.
    pub hedges: u64,
    /// The calls that such an attempt answered.
    pub hedges_won: u64,
    /// The ejections of addresses.
    pub ejections: u64,
    /// The calls that the open breaker refused.
    pub breaker_refusals: u64,
    /// Whether the breaker is open now.
    pub is_breaker_open: bool,
    /// The calls that found the queue of the concurrency limit full.
    pub limit_refusals: u64,
    /// The calls that wait for a place now.
    pub waiting: usize,
    /// The addresses now.
    pub addresses: Vec<AddressReading>,
}

/// The numbers of one address of a client. [`ClientReading::addresses`] has them.
///
/// ```
/// use polywire::AddressReading;
///
/// fn takes_calls(address: &AddressReading) -> bool {
///     address.is_up && !address.is_ejected
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddressReading {
    /// The address, as its resolver gave it.
    pub address: String,
    /// Whether the client was connected when it last looked.
    pub is_up: bool,
    /// Whether the address is ejected.
    pub is_ejected: bool,
    /// The attempts that run there now, and the streams.
    pub running: usize,
}

impl ClientStats {
    /// The clients that live, in the order in which they were connected.
    pub fn clients(&self) -> Vec<ClientReading> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().filter_map(|inner| Some(read(&*inner.upgrade()?))).collect()
    }

    pub(super) fn add(&self, inner: &Arc<Inner>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|inner| inner.strong_count() > 0);
        all.push(Arc::downgrade(inner));
    }
}

fn read(inner: &Inner) -> ClientReading {
    let Counters { calls, attempts, hedges, hedges_won, breaker_refusals, limit_refusals } = &inner.counters;
    let number = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let shared = inner.peers.shared();
    let peers = shared.peers();
    let addresses = peers.iter().map(|peer| AddressReading {
        address: peer.address.clone(),
        is_up: matches!(peer.state(), State::Up),
        is_ejected: peer.health().is_ejected(),
        running: peer.running(),
    });
    ClientReading {
        url: inner.url.clone(),
        calls: number(calls),
        attempts: number(attempts),
        hedges: number(hedges),
        hedges_won: number(hedges_won),
        ejections: number(&shared.ejections),
        breaker_refusals: number(breaker_refusals),
        is_breaker_open: inner.circuit.as_ref().is_some_and(super::Circuit::is_open),
        limit_refusals: number(limit_refusals),
        waiting: inner.gate.as_ref().map_or(0, super::Gate::waiting),
        addresses: addresses.collect(),
    }
}
