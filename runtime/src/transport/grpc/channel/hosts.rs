//! The addresses of a channel, and the choice of one for each call.

use super::dial::Dial;
use super::fault;
use super::host::{Connection, Host, Via};
use super::response::ResponseBody;
use super::target::Target;
use crate::call::status::{Result, Status};
use crate::channel::dial::{Address, Tls};
use crate::channel::{Balance, Endpoint};
use crate::net::Body;
use futures_core::future::BoxFuture;
use http::{Request, Response};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::Instant;

/// How often a request is sent in all, if earlier connections never took it.
const TRIES: usize = 3;

/// The greatest age of a name's addresses.
const FRESH: Duration = Duration::from_secs(30);
/// The greatest age of a name's addresses after a connection was lost.
const FRESH_AFTER_LOSS: Duration = Duration::from_secs(2);

/// The current addresses.
type Current = RwLock<Arc<[Arc<Host>]>>;

pub(super) struct Hosts {
    current: Arc<Current>,
    balance: Balance,
    /// The index of the next call's address, or of the one that answered last.
    next: AtomicUsize,
    /// The name of the addresses, if calls go to all of them.
    name: Option<Arc<Name>>,
}

/// A name that is looked up repeatedly. Its addresses change as servers come and go.
struct Name {
    lookup: Lookup,
    make: Make,
    looked_up: Mutex<Instant>,
}

type Lookup = Box<dyn Fn() -> BoxFuture<'static, Result<Vec<Address>>> + Send + Sync>;
type Make = Box<dyn Fn(Address) -> Arc<Host> + Send + Sync>;

impl Name {
    /// Whether a lookup is due. If it is, this counts as the lookup.
    fn is_due(&self, fresh: Duration) -> bool {
        let mut looked_up = self.looked_up.lock().unwrap_or_else(PoisonError::into_inner);
        let due = looked_up.elapsed() >= fresh;
        if due {
            *looked_up = Instant::now();
        }
        due
    }

    /// Replaces the addresses, and keeps the connections to those that remain. If the lookup fails, nothing
    /// changes.
    async fn refresh(&self, current: &Current) {
        let Ok(addresses) = (self.lookup)().await else { return };
        let mut hosts = current.write().unwrap_or_else(PoisonError::into_inner);
        let kept = |address| hosts.iter().find(|host| *host.address() == address).cloned().ok_or(address);
        let all = addresses.into_iter().map(|address| kept(address).unwrap_or_else(|new| (self.make)(new)));
        *hosts = all.collect();
    }
}

impl Hosts {
    /// Finds the addresses of an endpoint. A name is looked up here only if calls are to go to all its
    /// addresses.
    ///
    /// # Errors
    /// `invalid_argument` for a malformed address, `unavailable` for a name that cannot be looked up.
    pub(super) async fn new(endpoint: &Endpoint, target: &Target) -> Result<Self> {
        let options = &endpoint.http;
        let tls = target.secure.then(|| Tls::toward(endpoint, target.authority.host())).transpose()?;
        let timeout = endpoint.connect_timeout;
        let host = {
            let options = options.clone();
            move |address| Arc::new(Host::new(Dial::new(address, tls.clone(), timeout), &options))
        };
        let addresses = match options.addresses.as_slice() {
            [] if options.balance == Balance::RoundRobin => {
                let address = target.address();
                return Self::named(Box::new(move || Box::pin(resolve(address.clone()))), Box::new(host))
                    .await;
            }
            [] => vec![Address::Tcp(target.address())],
            given => given.iter().map(Address::parse).collect::<Result<_>>()?,
        };
        let current = Arc::new(RwLock::new(addresses.into_iter().map(host).collect()));
        Ok(Self { current, balance: options.balance, next: AtomicUsize::new(0), name: None })
    }

    /// Makes the hosts of all addresses of a name, for calls in turn.
    async fn named(lookup: Lookup, make: Make) -> Result<Self> {
        let hosts = lookup().await?.into_iter().map(&make).collect();
        let name = Name { lookup, make, looked_up: Mutex::new(Instant::now()) };
        Ok(Self {
            current: Arc::new(RwLock::new(hosts)),
            balance: Balance::RoundRobin,
            next: AtomicUsize::new(0),
            name: Some(Arc::new(name)),
        })
    }

    fn hosts(&self) -> Arc<[Arc<Host>]> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks the name up again when a lookup is due. Calls do not wait for it.
    fn refresh(&self, is_lost: bool) {
        let fresh = if is_lost { FRESH_AFTER_LOSS } else { FRESH };
        if let Some(name) = self.name.as_ref().filter(|name| name.is_due(fresh)) {
            let (name, current) = (Arc::clone(name), Arc::clone(&self.current));
            tokio::spawn(async move { name.refresh(&current).await });
        }
    }

    /// Opens a connection, unless there is one.
    ///
    /// # Errors
    /// `unavailable` when nobody answers.
    pub(super) async fn open(&self, via: Via) -> Result<()> {
        if let Connection::Http1(connection) = self.connection(via).await? {
            connection.give_back();
        }
        Ok(())
    }

    /// Whether a call would find a server, by what is known now.
    pub(super) fn is_up(&self, via: Via) -> bool {
        self.hosts().iter().any(|host| host.is_up(via))
    }

    /// Opens a connection, unless there is one, after the pause that follows a failure.
    ///
    /// # Errors
    /// `unavailable` when nobody answers.
    pub(super) async fn open_after_pause(&self, via: Via) -> Result<()> {
        for host in self.hosts().iter() {
            host.rest().await;
        }
        self.open(via).await
    }

    /// Sends a request. Returns when the head of the response is there.
    ///
    /// # Errors
    /// `unavailable` when no server can be reached; otherwise the failure that ended the call.
    pub(super) async fn send(&self, mut request: Request<Body>, via: Via) -> Result<Response<ResponseBody>> {
        for attempt in 1.. {
            match self.connection(via).await.map_err(Status::unsent)?.send(request).await {
                Ok(response) => return Ok(response),
                // The server said goodbye during the call. A request that never left may be sent again.
                Err(mut unsent) => match unsent.take_message() {
                    Some(same) if attempt < TRIES => request = same,
                    Some(_) => return Err(fault::status(unsent.into_error()).unsent()),
                    None => return Err(fault::status(unsent.into_error())),
                },
            }
        }
        Err(Status::internal("no attempt was made"))
    }

    async fn connection(&self, via: Via) -> Result<Connection> {
        let hosts = self.hosts();
        if self.name.is_some() {
            self.refresh(hosts.iter().any(|host| !host.is_connected(via)));
        }
        match (self.balance, &*hosts) {
            (_, [only]) => only.connection(via).await,
            (Balance::PickFirst, hosts) => self.first(hosts, via).await,
            // `channel::balanced` chooses by load; its channels have one address each.
            (Balance::RoundRobin | Balance::LeastRequest, hosts) => self.in_turn(hosts, via).await,
        }
    }

    /// Connects to the first address that answers, beginning with the one that answered last.
    async fn first(&self, hosts: &[Arc<Host>], via: Via) -> Result<Connection> {
        let start = self.next.load(Ordering::Relaxed);
        let mut failure = None;
        for at in order(hosts.len(), start) {
            match hosts[at].connection(via).await {
                Ok(connection) => {
                    self.next.store(at, Ordering::Relaxed);
                    return Ok(connection);
                }
                Err(status) => failure = Some(status),
            }
        }
        Err(failure.unwrap_or_else(nobody))
    }

    /// Takes the next connected address. It also connects to the others in the background; a call waits for
    /// them only if no address is connected.
    async fn in_turn(&self, hosts: &[Arc<Host>], via: Via) -> Result<Connection> {
        let start = self.next.fetch_add(1, Ordering::Relaxed);
        let mut ready = None;
        for at in order(hosts.len(), start) {
            let host = &hosts[at];
            if host.is_connected(via) {
                ready = ready.or(Some(at));
            } else if !host.is_pausing() {
                let host = Arc::clone(host);
                // A failure concerns nobody here: the next call sees whether the host is connected.
                tokio::spawn(async move { drop(host.open(via).await) });
            }
        }
        let start = ready.unwrap_or(start);
        let mut failure = None;
        for at in order(hosts.len(), start) {
            match hosts[at].connection(via).await {
                Ok(connection) => return Ok(connection),
                Err(status) => failure = Some(status),
            }
        }
        Err(failure.unwrap_or_else(nobody))
    }
}

fn order(count: usize, start: usize) -> impl Iterator<Item = usize> {
    (0..count).map(move |offset| start.wrapping_add(offset) % count)
}

fn nobody() -> Status {
    Status::unavailable("the name has no address")
}

async fn resolve(name: String) -> Result<Vec<Address>> {
    let found = tokio::net::lookup_host(&name).await.map_err(|error| {
        let text = format!("cannot look up {name}: {error}");
        Status::unavailable(text).with_source(error)
    })?;
    let addresses: Vec<_> = found.map(|address| Address::Tcp(address.to_string())).collect();
    if addresses.is_empty() { Err(nobody()) } else { Ok(addresses) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn listener() -> (TcpListener, Address) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        (listener, Address::Tcp(address))
    }

    #[tokio::test]
    async fn a_name_is_looked_up_again_and_what_stays_keeps_its_connections() {
        let ((_first, one), (second, two)) = (listener().await, listener().await);
        let known = Arc::new(Mutex::new(vec![one.clone()]));
        let lookup: Lookup = {
            let known = Arc::clone(&known);
            Box::new(move || {
                let all = known.lock().expect("a lock").clone();
                Box::pin(async move { if all.is_empty() { Err(nobody()) } else { Ok(all) } })
            })
        };
        let endpoint = Endpoint::new("grpc://books.example:80");
        let make: Make =
            Box::new(move |address| Arc::new(Host::new(Dial::new(address, None, FRESH), &endpoint.http)));
        let hosts = Hosts::named(lookup, make).await.expect("one");
        let before = hosts.hosts();
        let name = hosts.name.clone().expect("a name");
        assert!(!name.is_due(FRESH_AFTER_LOSS), "it was looked up just now");

        *known.lock().expect("a lock") = vec![one.clone(), two.clone()];
        name.refresh(&hosts.current).await;
        let after = hosts.hosts();
        assert!(after.len() == 2 && Arc::ptr_eq(&before[0], &after[0]));

        *known.lock().expect("a lock") = Vec::new();
        name.refresh(&hosts.current).await;
        assert_eq!(hosts.hosts().len(), 2, "a name that cannot be looked up changes nothing");

        *known.lock().expect("a lock") = vec![two];
        // A call without a connection starts a lookup, with a pause between two lookups.
        *name.looked_up.lock().expect("a lock") = Instant::now() - FRESH_AFTER_LOSS;
        while hosts.hosts().len() != 1 {
            drop(hosts.connection(Via::Http1).await);
            tokio::task::yield_now().await;
        }
        hosts.connection(Via::Http1).await.expect("the second");
        second.accept().await.expect("a connection");
    }
}
