//! [`Ledger`]: notes about what goes on now, for an operator who asks. A server has one only if it is asked for.

use crate::call::context::{Context, Transport};
use crate::call::spec::Method;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;

/// Notes, each as long as its [`Entry`] lives.
#[derive(Debug)]
pub(crate) struct Ledger<N> {
    notes: Mutex<HashMap<u64, N>>,
    next: AtomicU64,
}

/// Keeps a note in its ledger.
#[derive(Debug)]
pub(crate) struct Entry<N> {
    ledger: Arc<Ledger<N>>,
    number: u64,
}

impl<N> Default for Ledger<N> {
    fn default() -> Self {
        Self { notes: Mutex::default(), next: AtomicU64::new(0) }
    }
}

impl<N> Ledger<N> {
    pub(crate) fn enter(self: &Arc<Self>, note: N) -> Entry<N> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.notes().insert(number, note);
        Entry { ledger: Arc::clone(self), number }
    }

    fn notes(&self) -> MutexGuard<'_, HashMap<u64, N>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<N: Clone> Ledger<N> {
    /// All notes, the oldest first.
    #[cfg(feature = "_net")]
    pub(crate) fn read(&self) -> Vec<N> {
        let mut notes: Vec<(u64, N)> =
            self.notes().iter().map(|(number, note)| (*number, note.clone())).collect();
        notes.sort_unstable_by_key(|(number, _)| *number);
        notes.into_iter().map(|(_, note)| note).collect()
    }
}

impl<N> Drop for Entry<N> {
    fn drop(&mut self) {
        // The note is dropped after the lock is given back.
        let note = self.ledger.notes().remove(&self.number);
        drop(note);
    }
}

/// A call that runs.
#[derive(Debug, Clone)]
pub(crate) struct CallNote {
    pub(crate) method: &'static str,
    pub(crate) transport: Transport,
    pub(crate) peer: Option<SocketAddr>,
    pub(crate) since: Instant,
    pub(crate) deadline: Option<Instant>,
    pub(crate) attempt: u32,
}

impl CallNote {
    pub(crate) fn of(cx: &Context, method: &'static Method, since: Instant) -> Self {
        Self {
            method: method.full_name(),
            transport: cx.transport(),
            peer: cx.peer(),
            since,
            deadline: cx.deadline(),
            attempt: cx.attempt(),
        }
    }
}

#[cfg(all(test, feature = "_net"))]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_there_as_long_as_its_entry() {
        let ledger = Arc::new(Ledger::default());
        let (first, second) = (ledger.enter("first"), ledger.enter("second"));
        assert_eq!(ledger.read(), ["first", "second"]);
        drop(first);
        assert_eq!(ledger.read(), ["second"]);
        drop(second);
        assert!(ledger.read().is_empty());
    }
}
