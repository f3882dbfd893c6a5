//! The addresses of a channel, and which of them a call goes to.

use super::dial::Dial;
use super::fault;
use super::host::{Connection, Host, Via};
use super::response::ResponseBody;
use super::target::Target;
use crate::client::{Balance, Endpoint};
use crate::net::Body;
use crate::net::dial::{Address, Tls};
use crate::status::{Result, Status};
use http::{Request, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How often a request that never left is tried on another connection.
const TRIES: usize = 3;

pub(super) struct Hosts {
    hosts: Box<[Arc<Host>]>,
    balance: Balance,
    /// Where the next call goes, or the one that answered last.
    next: AtomicUsize,
}

impl Hosts {
    /// The addresses of an endpoint. A name is looked up here only when calls are to go to all that it stands for.
    ///
    /// # Errors
    /// `invalid_argument` for an address that is none, `unavailable` for a name that cannot be looked up.
    pub(super) async fn new(endpoint: &Endpoint, target: &Target) -> Result<Self> {
        let options = &endpoint.http;
        let tls = tls(endpoint, target)?;
        let addresses = match options.addresses.as_slice() {
            [] if options.balance == Balance::RoundRobin => resolve(&target.address()).await?,
            [] => vec![Address::Tcp(target.address())],
            given => given.iter().map(|address| Address::parse(address)).collect::<Result<_>>()?,
        };
        let host = |address| {
            let dial = Dial::new(address, tls.clone(), endpoint.connect_timeout);
            Arc::new(Host::new(dial, options))
        };
        let hosts = addresses.into_iter().map(host).collect();
        Ok(Self { hosts, balance: options.balance, next: AtomicUsize::new(0) })
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

    /// Sends a request; ready with the head of the response.
    ///
    /// # Errors
    /// `unavailable` when no server can be reached, or what ended the call.
    pub(super) async fn send(&self, mut request: Request<Body>, via: Via) -> Result<Response<ResponseBody>> {
        for attempt in 1.. {
            match self.connection(via).await?.send(request).await {
                Ok(response) => return Ok(response),
                // The server said goodbye while we called; what never left may be sent again.
                Err(mut unsent) => match unsent.take_message() {
                    Some(same) if attempt < TRIES => request = same,
                    _ => return Err(fault::status(unsent.into_error())),
                },
            }
        }
        Err(Status::internal("no attempt was made"))
    }

    async fn connection(&self, via: Via) -> Result<Connection> {
        match (self.balance, &*self.hosts) {
            (_, [only]) => only.connection(via).await,
            (Balance::PickFirst, _) => self.first(via).await,
            (Balance::RoundRobin, _) => self.in_turn(via).await,
        }
    }

    /// From the one that answered last: the first that answers.
    async fn first(&self, via: Via) -> Result<Connection> {
        let start = self.next.load(Ordering::Relaxed);
        let mut failure = None;
        for at in self.order(start) {
            match self.hosts[at].connection(via).await {
                Ok(connection) => {
                    self.next.store(at, Ordering::Relaxed);
                    return Ok(connection);
                }
                Err(status) => failure = Some(status),
            }
        }
        Err(failure.unwrap_or_else(nobody))
    }

    /// The next that is connected. The others are connected to meanwhile, and waited for only when none is.
    async fn in_turn(&self, via: Via) -> Result<Connection> {
        let start = self.next.fetch_add(1, Ordering::Relaxed);
        let mut ready = None;
        for at in self.order(start) {
            let host = &self.hosts[at];
            if host.is_connected(via) {
                ready = ready.or(Some(at));
            } else if !host.is_pausing() {
                let host = Arc::clone(host);
                // It fails for itself: the next call sees whether it is connected.
                tokio::spawn(async move { drop(host.open(via).await) });
            }
        }
        let start = ready.unwrap_or(start);
        let mut failure = None;
        for at in self.order(start) {
            match self.hosts[at].connection(via).await {
                Ok(connection) => return Ok(connection),
                Err(status) => failure = Some(status),
            }
        }
        Err(failure.unwrap_or_else(nobody))
    }

    fn order(&self, start: usize) -> impl Iterator<Item = usize> + use<> {
        let count = self.hosts.len();
        (0..count).map(move |offset| start.wrapping_add(offset) % count)
    }
}

fn nobody() -> Status {
    Status::unavailable("the name stands for no address")
}

async fn resolve(name: &str) -> Result<Vec<Address>> {
    let found = tokio::net::lookup_host(name).await.map_err(|error| {
        let text = format!("cannot look up {name}: {error}");
        Status::unavailable(text).with_source(Arc::new(error) as Arc<dyn std::error::Error + Send + Sync>)
    })?;
    let addresses: Vec<_> = found.map(|address| Address::Tcp(address.to_string())).collect();
    if addresses.is_empty() { Err(nobody()) } else { Ok(addresses) }
}

#[cfg(feature = "tls")]
fn tls(endpoint: &Endpoint, target: &Target) -> Result<Option<Tls>> {
    target.secure.then(|| Tls::new(&endpoint.http.tls, target.authority.host())).transpose()
}

#[cfg(not(feature = "tls"))]
fn tls(endpoint: &Endpoint, target: &Target) -> Result<Option<Tls>> {
    if target.secure {
        let text = format!("`{}` needs TLS: enable polywire's feature `tls`", endpoint.url);
        return Err(Status::invalid_argument(text));
    }
    Ok(None)
}
