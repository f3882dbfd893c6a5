//! The wait for something that other calls hold: a place, or memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;

/// Tells those who wait that something was given back.
#[derive(Debug, Default)]
pub(crate) struct Freed {
    waiting: AtomicUsize,
    notify: Notify,
}

impl Freed {
    /// Wakes one of those who wait for the same thing.
    pub(super) fn tell_one(&self) {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            self.notify.notify_one();
        }
    }

    /// Wakes all. Each may need another amount.
    pub(crate) fn tell_all(&self) {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            self.notify.notify_waiters();
        }
    }

    /// Waits for the next word. The first poll registers the wait. What is free by then may go without a word, so
    /// look again after it.
    #[allow(dead_code, reason = "asked by those transports whose messages can wait")]
    pub(crate) async fn wait(&self) {
        let _waiting = Waiting::new(&self.waiting);
        self.notify.notified().await;
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
