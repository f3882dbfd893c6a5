//! The client's orders to a running call: how many items it may send, and whether it should stop.

use super::socket::Flow;
use crate::call::status::Status;
use futures_util::task::AtomicWaker;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::task::Waker;

/// The credit of a client that never grants: it is sent items as fast as its socket takes them.
const UNLIMITED: u64 = u64::MAX;

/// The state that the connection, which hears the client, shares with the call.
#[derive(Debug)]
pub(super) struct Control {
    credit: AtomicU64,
    abort: OnceLock<Status>,
    call: AtomicWaker,
    /// Whether the call waits for the peer to take more.
    held: AtomicBool,
    /// Whether the client wants to hear no more of the call.
    hushed: AtomicBool,
}

/// The amount that calls may send on a connection.
#[derive(Debug, Default)]
pub(super) struct Gate(AtomicU8);

impl Gate {
    /// Notes how much calls may send now. True when it is more than before.
    pub(super) fn set(&self, flow: Flow) -> bool {
        (flow as u8) < self.0.swap(flow as u8, Ordering::AcqRel)
    }

    /// Whether a call may send an item, or an answer.
    pub(super) fn lets(&self, what: Saying) -> bool {
        let most = match what {
            Saying::Items => Flow::Free,
            Saying::Answer => Flow::Blocked,
        };
        self.0.load(Ordering::Acquire) <= most as u8
    }
}

/// The message that a call is about to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Saying {
    Items,
    Answer,
}

/// Items that may be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credit {
    /// Any number.
    Unlimited,
    /// At most so many.
    Items(u64),
}

impl Control {
    /// A control with the window that the client opened, if it did.
    pub(super) fn new(window: Option<u32>) -> Self {
        let credit = AtomicU64::new(window.map_or(UNLIMITED, u64::from));
        Self {
            credit,
            abort: OnceLock::new(),
            call: AtomicWaker::new(),
            held: AtomicBool::new(false),
            hushed: AtomicBool::new(false),
        }
    }

    /// Allows that many more items. The first grant of a client that opened no window ends the unlimited one.
    pub(super) fn grant(&self, items: u32) {
        let grown = |credit| match credit {
            UNLIMITED => Some(u64::from(items)),
            counted => Some(counted.saturating_add(items.into()).min(UNLIMITED - 1)),
        };
        let _ = self.credit.fetch_update(Ordering::AcqRel, Ordering::Acquire, grown);
        self.call.wake();
    }

    pub(super) fn credit(&self) -> Credit {
        match self.credit.load(Ordering::Acquire) {
            UNLIMITED => Credit::Unlimited,
            items => Credit::Items(items),
        }
    }

    /// Subtracts items that were sent.
    pub(super) fn spend(&self, items: u64) {
        let spent = |credit| (credit != UNLIMITED).then(|| u64::saturating_sub(credit, items));
        let _ = self.credit.fetch_update(Ordering::AcqRel, Ordering::Acquire, spent);
    }

    /// Ends the call with this status; the first one counts.
    pub(super) fn abort(&self, status: Status) {
        let _ = self.abort.set(status);
        self.call.wake();
    }

    /// Ends the call, and sends nothing more of it.
    pub(super) fn hush(&self, status: Status) {
        self.hushed.store(true, Ordering::Release);
        self.abort(status);
    }

    pub(super) fn is_hushed(&self) -> bool {
        self.hushed.load(Ordering::Acquire)
    }

    pub(super) fn aborted(&self) -> Option<&Status> {
        self.abort.get()
    }

    /// Notes that the call waits for the peer to take more.
    pub(super) fn hold(&self) {
        self.held.store(true, Ordering::Release);
    }

    /// Wakes a call that waited.
    pub(super) fn release(&self) {
        if self.held.swap(false, Ordering::AcqRel) {
            self.call.wake();
        }
    }

    /// Registers the task to wake when either changes.
    pub(super) fn register(&self, call: &Waker) {
        self.call.register(call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_grant_credit_has_no_end() {
        let control = Control::new(None);
        control.spend(1_000_000);
        assert_eq!(control.credit(), Credit::Unlimited);
        control.grant(3);
        assert_eq!(control.credit(), Credit::Items(3));
    }

    #[test]
    fn grants_add_up_and_never_become_unlimited() {
        let control = Control::new(Some(2));
        control.spend(2);
        assert_eq!(control.credit(), Credit::Items(0));
        control.grant(u32::MAX);
        control.grant(1);
        assert_eq!(control.credit(), Credit::Items(1 << 32));
    }

    #[test]
    fn the_first_abort_counts() {
        let control = Control::new(None);
        control.abort(Status::cancelled("first"));
        control.abort(Status::unavailable("second"));
        assert_eq!(control.aborted(), Some(&Status::cancelled("first")));
    }
}
