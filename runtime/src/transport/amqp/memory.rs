//! A broker in memory: `memory:` in place of an `amqp://` address.
//!
//! It is the default where no broker is installed, and stands in for one in tests. It keeps the promises of
//! AMQP 0-9-1 that polywire uses:
//!
//! - topic, direct and fanout exchanges with an alternate;
//! - prefetch, requeue of a lost consumer's messages, delivery count and limit, single active consumers;
//! - expiry and dead letters;
//! - confirms, returns and direct replies.
//!
//! Messages are lost at the end of the process.

#[cfg_attr(
    not(feature = "testing"),
    allow(dead_code, unreachable_pub, reason = "only tests ask for faults, and see them")
)]
mod faults;
mod link;
mod queue;
mod route;
mod state;
#[cfg(any(test, feature = "testing"))]
#[cfg_attr(not(feature = "testing"), allow(dead_code, unreachable_pub, reason = "these tests use a part"))]
pub(crate) mod testing;

use crate::transport::amqp::broker::{Broker, BrokerLink, Fault, Role};
use futures_core::future::BoxFuture;
use link::MemoryLink;
use state::State;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A broker in the memory of this process, for servers and clients that name it.
///
/// `memory:` is the broker of the whole process. `memory:name` is a broker for everyone who knows the name.
/// Each lives as long as the process. A test uses a name of its own.
///
/// A broker holds at most 256 MiB of messages by default. It refuses a message that does not fit: publishing
/// then fails, as it does on a full broker.
///
/// The clock is tokio's. In a test with `tokio::time::pause`, delays pass when the test says so. A test that looks at
/// what was published, or that wants a broker to fail, takes `polywire::testing::TestBroker` (feature `testing`).
///
/// ```
/// use polywire::{MemoryBroker, Result, Server, service};
///
/// #[service(package = "orders.v1", transports(amqp))]
/// pub trait Orders {
///     #[amqp(task, queue = "orders")]
///     async fn process(&self, order_id: i64) -> Result<()>;
/// }
/// # struct Worker;
/// # impl Orders for Worker { async fn process(&self, _: i64) -> Result<()> { Ok(()) } }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// tokio::spawn(Server::new().service(OrdersServer::new(Worker)).amqp("memory:shop").serve());
/// let orders = OrdersClient::connect("memory:shop").await?;
/// let broker = MemoryBroker::named("shop");
///
/// orders.process(1).await?; // the broker has it
/// while broker.depth("orders") != Some(0) {
///     tokio::task::yield_now().await;
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct MemoryBroker {
    shared: Arc<Shared>,
}

impl fmt::Debug for MemoryBroker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryBroker").field("address", &self.shared.address).finish_non_exhaustive()
    }
}

impl MemoryBroker {
    /// The broker of that name. The empty name is the broker of the process, `memory:`.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::all()
            .entry(name.to_owned())
            .or_insert_with(|| Self { shared: Arc::new(Shared::new(name)) })
            .clone()
    }

    /// Every broker that has a name.
    fn all() -> MutexGuard<'static, HashMap<String, Self>> {
        static BROKERS: LazyLock<Mutex<HashMap<String, MemoryBroker>>> = LazyLock::new(Mutex::default);
        BROKERS.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of messages that wait in a queue, or `None` when there is no such queue. Messages at a
    /// consumer are not counted.
    #[must_use]
    pub fn depth(&self, queue: &str) -> Option<usize> {
        self.shared.change(|state, now| {
            state.advance(now);
            state.depth(queue)
        })
    }

    /// Changes how many bytes of messages the broker holds before it refuses more.
    pub fn limit_bytes(&self, bytes: usize) {
        self.shared.change(|state, _| state.limit = bytes);
    }

    /// Gives the name free. Who has the broker keeps it.
    #[cfg(any(test, feature = "testing"))]
    fn forget(name: &str) {
        Self::all().remove(name);
    }

    /// Gives all connections another user, which their addresses do not tell.
    #[cfg(test)]
    pub(super) fn rename_user(&self, user: &'static str) {
        self.shared.change(|state, _| state.user = user);
    }

    pub(crate) fn broker(&self) -> Arc<dyn Broker> {
        Arc::new(self.clone())
    }
}

impl Broker for MemoryBroker {
    fn open(&self, role: Role) -> BoxFuture<'_, Result<Arc<dyn BrokerLink>, Fault>> {
        Box::pin(async move {
            let (id, lost) = self.shared.connect()?;
            Ok(Arc::new(MemoryLink::new(Arc::clone(&self.shared), id, role, lost)) as Arc<dyn BrokerLink>)
        })
    }

    fn address(&self) -> &str {
        &self.shared.address
    }

    fn user(&self) -> Option<&str> {
        Some(USER)
    }
}

/// The user that all connections in this process are.
const USER: &str = "polywire";

/// The state that every connection, channel and consumer of one broker shares.
struct Shared {
    address: String,
    state: Mutex<State>,
    links: Mutex<BTreeMap<u64, CancellationToken>>,
    /// Whether the broker has too little memory, and reads no publishes.
    alarm: watch::Sender<bool>,
}

impl Shared {
    fn new(name: &str) -> Self {
        Self {
            address: format!("memory:{name}"),
            state: Mutex::new(State::new()),
            links: Mutex::new(BTreeMap::new()),
            alarm: watch::Sender::new(false),
        }
    }

    /// Changes the state. Then wakes the affected tasks, outside the lock.
    fn change<T>(&self, change: impl FnOnce(&mut State, Instant) -> T) -> T {
        let (result, wake) = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now() + state.ahead;
            let result = change(&mut state, now);
            (result, std::mem::take(&mut state.wake))
        };
        wake.into_iter().for_each(std::task::Waker::wake);
        result
    }

    fn links(&self) -> MutexGuard<'_, BTreeMap<u64, CancellationToken>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(&self) -> Result<(u64, CancellationToken), Fault> {
        let id = self.change(|state, _| if state.away { None } else { Some(state.new_id()) });
        let id = id.ok_or_else(|| Fault::Lost(format!("{} is away", self.address)))?;
        let lost = CancellationToken::new();
        self.links().insert(id, lost.clone());
        Ok((id, lost))
    }

    fn lose(&self, link: u64) {
        let fault = Fault::Lost("the broker in memory dropped the connection".into());
        self.end(link, Some(fault));
    }

    #[cfg(any(test, feature = "testing"))]
    fn lose_all(&self) {
        let links: Vec<u64> = self.links().keys().copied().collect();
        links.into_iter().for_each(|link| self.lose(link));
    }

    /// Closes a connection in order. Does nothing when it was lost before.
    fn close(&self, link: u64) {
        self.end(link, None);
    }

    fn end(&self, link: u64, fault: Option<Fault>) {
        let Some(lost) = self.links().remove(&link) else { return };
        self.change(|state, now| state.disconnect(link, fault, now));
        lost.cancel();
    }
}
