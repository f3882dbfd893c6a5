//! One address: its channel, its calls, and whether it may be asked.

use super::Single;
use super::health::Health;
use super::peers::Shared;
use crate::call::jitter::jitter;
use crate::call::status::{Code, Status};
use crate::waist::supervise::caught;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The pause between two attempts to connect, beside the wire's own.
const PAUSE: Duration = Duration::from_millis(50);

pub(super) struct Peer {
    pub(super) address: String,
    wire: Arc<dyn Single>,
    running: AtomicUsize,
    state: Mutex<State>,
    health: Mutex<Health>,
    /// Whether a task connects.
    is_dialled: AtomicBool,
    /// Cancelled when the address is no longer one of the channel.
    gone: CancellationToken,
}

/// The connection of a peer.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// No connection was asked for yet.
    Idle,
    Connecting,
    Up,
    /// The last attempt failed. Others follow.
    Failed(Status),
}

impl Peer {
    pub(super) fn new(address: String, wire: Arc<dyn Single>) -> Self {
        Self {
            address,
            wire,
            running: AtomicUsize::new(0),
            state: Mutex::new(State::Idle),
            health: Mutex::default(),
            is_dialled: AtomicBool::new(false),
            gone: CancellationToken::new(),
        }
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }

    pub(super) fn running(&self) -> usize {
        self.running.load(Ordering::Relaxed)
    }

    pub(super) fn state(&self) -> State {
        self.state_mut().clone()
    }

    fn state_mut(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is connected. If the connection was lost, it is opened again.
    pub(super) fn is_up(self: &Arc<Self>, changed: &Arc<Notify>) -> bool {
        if !matches!(*self.state_mut(), State::Up) {
            return false;
        }
        let is_up = self.wire.is_up();
        if !is_up {
            self.connect(changed);
        }
        is_up
    }

    /// Begins to connect, and goes on until it succeeds or the address is gone.
    pub(super) fn connect(self: &Arc<Self>, changed: &Arc<Notify>) {
        self.connect_from(State::Connecting, changed);
    }

    /// The same. Calls see this state until an attempt has ended.
    fn connect_from(self: &Arc<Self>, state: State, changed: &Arc<Notify>) {
        if self.is_dialled.swap(true, Ordering::AcqRel) {
            return;
        }
        *self.state_mut() = state;
        let (peer, changed) = (Arc::clone(self), Arc::clone(changed));
        tokio::spawn(async move {
            let dial = peer.gone.run_until_cancelled(peer.dial(&changed));
            // A panic of a wire ends this attempt. The next call begins another.
            if caught("connection of a client", dial).await.is_err() {
                *peer.state_mut() = State::Idle;
            }
            peer.is_dialled.store(false, Ordering::Release);
            changed.notify_waiters();
        });
    }

    async fn dial(&self, changed: &Notify) {
        while let Err(status) = self.wire.open().await {
            *self.state_mut() = State::Failed(status);
            changed.notify_waiters();
            tokio::time::sleep(jitter(PAUSE)).await;
        }
        *self.state_mut() = State::Up;
    }

    /// Takes the address out of the channel. Its running calls go on.
    pub(super) fn leave(&self) {
        self.gone.cancel();
    }
}

/// A call's share of a peer, until it is dropped.
pub(super) struct Lease {
    peer: Arc<Peer>,
    shared: Arc<Shared>,
    deadline: Option<Instant>,
    is_noted: AtomicBool,
}

impl Lease {
    pub(super) fn new(peer: Arc<Peer>, shared: &Arc<Shared>, deadline: Option<Instant>) -> Self {
        peer.running.fetch_add(1, Ordering::Relaxed);
        Self { peer, shared: Arc::clone(shared), deadline, is_noted: AtomicBool::new(false) }
    }

    pub(super) fn wire(&self) -> &Arc<dyn Single> {
        &self.peer.wire
    }

    pub(super) fn succeeded(&mut self) {
        *self.is_noted.get_mut() = true;
        if self.shared.ejection.is_some() {
            self.peer.health().succeeded();
        }
    }

    pub(super) fn failed(&self, code: Code) {
        self.is_noted.store(true, Ordering::Relaxed);
        self.shared.failed(&self.peer, code);
    }

    /// Notes that the call could not leave: nobody is there. Calls are told the failure until somebody is.
    pub(super) fn lost(self, status: &Status) {
        self.is_noted.store(true, Ordering::Relaxed);
        self.peer.connect_from(State::Failed(status.clone()), &self.shared.changed);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.peer.running.fetch_sub(1, Ordering::Relaxed);
        let is_late = || self.deadline.is_some_and(|deadline| deadline <= Instant::now());
        if !*self.is_noted.get_mut() && is_late() {
            self.shared.failed(&self.peer, Code::DeadlineExceeded);
        }
    }
}
