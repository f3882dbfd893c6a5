//! The addresses of a channel as they are now, and the choice of one for a call.

use super::health::has_room;
use super::hedged::Asked;
use super::peer::{Lease, Peer, State};
use super::{Make, Single};
use crate::call::status::{Code, Result, Status};
use crate::channel::resolver::Fixed;
use crate::channel::url::{self, Url};
use crate::channel::{Balance, DnsResolver, Ejection, Endpoint, Resolver};
use crate::log::Quoted;
use crate::waist::supervise::caught;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// The shortest time between two questions to a resolver, because an address was lost.
const AFTER_LOSS: Duration = Duration::from_secs(2);
/// The same, whatever the resolver says.
const ALWAYS: Duration = Duration::from_millis(10);
/// The most addresses that a channel connects to.
const MOST: usize = 256;

pub(super) type Current = Arc<[Arc<Peer>]>;

pub(super) struct Peers {
    shared: Arc<Shared>,
    /// Cancelled at the end of the channel.
    _end: tokio_util::sync::DropGuard,
}

pub(super) struct Shared {
    url: String,
    current: RwLock<Current>,
    resolver: Arc<dyn Resolver>,
    /// The endpoint of each address, which lacks the address.
    endpoint: Endpoint,
    make: Make,
    /// A channel to nowhere, which knows codec and forms.
    pattern: Arc<dyn Single>,
    balance: Balance,
    next: AtomicUsize,
    pub(super) ejection: Option<Ejection>,
    pub(super) ejections: AtomicU64,
    /// Told when a peer's state changes.
    pub(super) changed: Arc<Notify>,
    /// Told when an address is lost.
    stale: Notify,
    /// Whether the resolver was asked.
    is_asked: AtomicBool,
    /// Held by the one that asks it.
    asking: tokio::sync::Mutex<()>,
    /// Why the resolver's last answer is not known.
    trouble: Mutex<Option<Status>>,
    end: CancellationToken,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.current.get_mut().unwrap_or_else(PoisonError::into_inner).iter().for_each(|peer| peer.leave());
    }
}

/// The resolver that the endpoint's options stand for.
fn resolver(endpoint: &Endpoint) -> Result<Arc<dyn Resolver>> {
    if let Some(resolver) = &endpoint.resilience.resolver {
        return Ok(Arc::clone(resolver));
    }
    let given = &endpoint.http.addresses;
    if !given.is_empty() {
        let addresses = given.iter().map(|address| address.as_written().to_owned()).collect();
        return Ok(Arc::new(Fixed(addresses)));
    }
    let url = Url::without_credentials(&endpoint.url)?;
    let secure = url::scheme(endpoint.url.as_written()).ends_with('s');
    let address = url.at.address(if secure { 443 } else { 80 });
    Ok(match endpoint.http.balance {
        // The name is looked up for each connection.
        Balance::PickFirst => Arc::new(Fixed(vec![address])),
        Balance::RoundRobin | Balance::LeastRequest => Arc::new(DnsResolver::new(address)),
    })
}

impl Peers {
    /// # Errors
    /// `invalid_argument` for a malformed URL or address.
    pub(super) async fn new(endpoint: &Endpoint, make: Make) -> Result<Self> {
        let resolver = resolver(endpoint)?;
        let mut one = endpoint.clone();
        one.resilience = crate::channel::endpoint::Resilience::default();
        one.http.balance = Balance::PickFirst;
        one.http.retry = None;
        one.http.lazy = true;
        // The pattern also reads the URL and every address that was given, so that faults are known at once.
        for address in &endpoint.http.addresses {
            one.http.addresses = vec![address.clone()];
            make(one.clone()).await?;
        }
        one.http.addresses.truncate(1);
        let pattern = make(one.clone()).await?;
        let end = CancellationToken::new();
        let shared = Shared {
            url: endpoint.url.to_string(),
            current: RwLock::new(Arc::new([])),
            resolver,
            endpoint: one,
            make,
            pattern,
            balance: endpoint.http.balance,
            next: AtomicUsize::new(0),
            ejection: endpoint.resilience.ejection.clone(),
            ejections: AtomicU64::new(0),
            changed: Arc::default(),
            stale: Notify::new(),
            is_asked: AtomicBool::new(false),
            asking: tokio::sync::Mutex::new(()),
            trouble: Mutex::default(),
            end: end.clone(),
        };
        Ok(Self { shared: Arc::new(shared), _end: end.drop_guard() })
    }

    pub(super) fn pattern(&self) -> &Arc<dyn Single> {
        &self.shared.pattern
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(super) fn count(&self) -> usize {
        self.shared.peers().len()
    }

    /// Waits for the first connection.
    ///
    /// # Errors
    /// `unavailable` when there is no address or nobody answers.
    pub(super) async fn ready(&self) -> Result<()> {
        self.pick(None, None).await.map(drop)
    }

    /// Chooses an address for a call. Waits if all are being connected to for the first time.
    ///
    /// # Errors
    /// The last failure to connect, or that there is no address.
    pub(super) async fn pick(&self, deadline: Option<Instant>, asked: Option<&Asked>) -> Result<Lease> {
        let shared = &self.shared;
        let peer = match shared.choose(asked) {
            Some(peer) => peer,
            None => shared.wait(asked).await?,
        };
        if let Some(asked) = asked {
            asked.add(&peer);
        }
        Ok(Lease::new(peer, shared, deadline))
    }

    /// Notes that a call could not leave.
    pub(super) fn lost(&self, lease: Lease, status: &Status) {
        lease.lost(status);
        self.shared.stale.notify_one();
    }
}

impl Shared {
    pub(super) fn peers(&self) -> Current {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Chooses among the addresses that are connected: one that the call has not asked and that is not ejected, if there is
    /// one.
    fn choose(&self, asked: Option<&Asked>) -> Option<Arc<Peer>> {
        let peers = self.peers();
        let is_well = |peer: &Arc<Peer>| self.ejection.is_none() || !peer.health().is_ejected();
        let is_new = |peer: &Arc<Peer>| asked.is_none_or(|asked| !asked.has(peer));
        // Mostly all are fine.
        if let Some(peer) =
            self.one_of(&peers, |peer| peer.is_up(&self.changed) && is_well(peer) && is_new(peer))
        {
            return Some(Arc::clone(peer));
        }
        let all = peers.iter().filter(|peer| peer.is_up(&self.changed)).cloned().collect::<Vec<_>>();
        let well = all.iter().filter(|peer| is_well(peer)).cloned().collect::<Vec<_>>();
        let new = well.iter().filter(|peer| is_new(peer)).cloned().collect::<Vec<_>>();
        let among = [new, well, all].into_iter().find(|some| !some.is_empty())?;
        self.one_of(&among, |_| true).cloned()
    }

    /// Takes one by the channel's rule. `None` when the rule meets one that is not fine.
    fn one_of<'p>(
        &self,
        peers: &'p [Arc<Peer>],
        is_fine: impl Fn(&Arc<Peer>) -> bool,
    ) -> Option<&'p Arc<Peer>> {
        let (one, other) = match (self.balance, peers.len()) {
            (_, 0) => return None,
            (Balance::PickFirst, _) | (_, 1) => (0, 0),
            (Balance::RoundRobin, count) => {
                let at = self.next.fetch_add(1, Ordering::Relaxed) % count;
                (at, at)
            }
            (Balance::LeastRequest, count) => two_below(count),
        };
        let (one, other) = (&peers[one], &peers[other]);
        let lighter = if other.running() < one.running() { other } else { one };
        (is_fine(one) && (one.is(other) || is_fine(other))).then_some(lighter)
    }

    #[cold]
    async fn wait(self: &Arc<Self>, asked: Option<&Asked>) -> Result<Arc<Peer>> {
        self.begin().await?;
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if let Some(peer) = self.choose(asked) {
                return Ok(peer);
            }
            self.connect()?;
            changed.await;
        }
    }

    /// Connects to the addresses, unless that was begun.
    ///
    /// # Errors
    /// The failure of the last, if no attempt is the first.
    fn connect(&self) -> Result<()> {
        let peers = self.peers();
        let (mut is_connecting, mut failure) = (false, None);
        for peer in peers.iter() {
            match peer.state() {
                State::Idle if self.balance == Balance::PickFirst && is_connecting => {}
                State::Idle => {
                    peer.connect(&self.changed);
                    is_connecting = true;
                }
                State::Connecting | State::Up => is_connecting = true,
                State::Failed(status) => failure = Some(status),
            }
        }
        if is_connecting {
            return Ok(());
        }
        self.stale.notify_one();
        let trouble = || self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Err(failure.or_else(trouble).unwrap_or_else(|| {
            Status::unavailable(format!("`{}` has no address: its resolver gave none", self.url))
        }))
    }

    /// Asks the resolver for the first time.
    async fn begin(self: &Arc<Self>) -> Result<()> {
        if self.is_asked.load(Ordering::Acquire) {
            return Ok(());
        }
        let _asking = self.asking.lock().await;
        if self.is_asked.load(Ordering::Acquire) {
            return Ok(());
        }
        let resolved = self.refresh().await;
        if !self.is_asked.swap(true, Ordering::AcqRel) {
            let (shared, end) = (Arc::downgrade(self), self.end.clone());
            let follow = async move {
                loop {
                    let asked = Instant::now();
                    let Some(shared) = shared.upgrade() else { return };
                    tokio::select! {
                        () = shared.resolver.changed() => sleep_until(asked + ALWAYS).await,
                        () = async { shared.stale.notified().await; sleep_until(asked + AFTER_LOSS).await } => {}
                    }
                    if let Err(status) = shared.refresh().await {
                        tracing::warn!(url = %shared.url, status = %Quoted(status), "a client keeps the addresses that it has");
                    }
                }
            };
            tokio::spawn(async move {
                // A panic of a resolver ends its questions. The addresses stay.
                end.run_until_cancelled(caught("resolver of a client", follow)).await
            });
        }
        resolved
    }

    /// Asks the resolver, and keeps the peers of addresses that stay.
    async fn refresh(&self) -> Result<()> {
        let resolved = self.resolver.resolve().await;
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = resolved.as_ref().err().cloned();
        let addresses = resolved?;
        let mut old = self.peers().to_vec();
        let mut new = Vec::with_capacity(addresses.len().min(MOST));
        let mut fault = None;
        for address in addresses.into_iter().take(MOST) {
            if let Some(at) = old.iter().position(|peer| peer.address == address) {
                new.push(old.swap_remove(at));
                continue;
            }
            let mut endpoint = self.endpoint.clone();
            endpoint.http.addresses = vec![address.clone().into()];
            match (self.make)(endpoint).await {
                Ok(wire) => new.push(Arc::new(Peer::new(address, wire))),
                Err(status) => fault = Some(status),
            }
        }
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new.into();
        old.iter().for_each(|peer| peer.leave());
        // All are connected to before a call needs them, unless the first of them is enough.
        if self.balance != Balance::PickFirst {
            let is_idle = |peer: &&Arc<Peer>| matches!(peer.state(), State::Idle);
            self.peers().iter().filter(is_idle).for_each(|peer| peer.connect(&self.changed));
        }
        self.changed.notify_waiters();
        fault.map_or(Ok(()), Err)
    }

    /// Notes that a call failed, and ejects its address if that was one too many.
    pub(super) fn failed(&self, peer: &Arc<Peer>, code: Code) {
        let Some(rule) = &self.ejection else { return };
        if !peer.health().failed(rule, code) {
            return;
        }
        // The lock of the list keeps two calls from ejecting the last two addresses at once.
        let peers = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let ejected = peers.iter().filter(|other| other.health().is_ejected()).count();
        if has_room(rule, ejected, peers.len()) && !peer.health().is_ejected() {
            peer.health().eject(rule);
            self.ejections.fetch_add(1, Ordering::Relaxed);
            tracing::debug!(address = %Quoted(&peer.address), %code, "an address is ejected for a while");
        }
    }
}

/// Two different numbers below `count`, at random.
#[allow(clippy::cast_possible_truncation, reason = "a random number has no meaning to lose")]
fn two_below(count: usize) -> (usize, usize) {
    let random = RandomState::new().build_hasher().finish();
    let first = (random >> 32) as usize % count;
    (first, (first + 1 + random as u32 as usize % (count - 1)) % count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_are_always_different_and_every_pair_comes() {
        let pairs: std::collections::HashSet<_> = (0..2_000).map(|_| two_below(4)).collect();
        assert!(pairs.iter().all(|(one, other)| one != other && *one < 4 && *other < 4));
        assert_eq!(pairs.len(), 12);
    }
}
