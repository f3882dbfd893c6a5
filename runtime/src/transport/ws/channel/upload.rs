//! The room that the server gives to a caller's items. Their number is bounded by the server's grants, their bytes
//! by what the server holds for a slow handler.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Bytes under way, after which no more items are sent. A server grants again long before so many were taken.
const BYTES: usize = 128 << 10;

/// The room that the server gives to a call's items.
#[derive(Debug)]
pub(super) struct Uploads {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    credit: u64,
    /// The sizes of the items that the handler has not taken yet.
    under_way: VecDeque<usize>,
    bytes: usize,
    closed: bool,
}

impl Uploads {
    pub(super) fn new(window: u32) -> Self {
        let state = State { credit: window.into(), under_way: VecDeque::new(), bytes: 0, closed: false };
        Self { state: Mutex::new(state), changed: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the number of items that the handler took.
    pub(super) fn grant(&self, items: u32) {
        let mut state = self.lock();
        state.credit = state.credit.saturating_add(items.into());
        for _ in 0..items {
            let Some(size) = state.under_way.pop_front() else { break };
            state.bytes -= size;
        }
        drop(state);
        self.changed.notify_one();
    }

    /// Closes the stream: the server wants no more items.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_one();
    }

    /// Waits until an item of this size may be sent. False when none may be sent any more.
    pub(super) async fn reserve(&self, size: usize) -> bool {
        loop {
            if let Some(answer) = self.lock().reserve(size) {
                return answer;
            }
            self.changed.notified().await;
        }
    }
}

impl State {
    fn reserve(&mut self, size: usize) -> Option<bool> {
        if self.closed {
            return Some(false);
        }
        if self.credit == 0 || self.bytes >= BYTES {
            return None;
        }
        self.credit -= 1;
        self.bytes += size;
        self.under_way.push_back(size);
        Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn may_send(uploads: &Uploads, size: usize) -> Option<bool> {
        uploads.reserve(size).now_or_never()
    }

    #[test]
    fn items_are_sent_as_far_as_they_were_granted() {
        let uploads = Uploads::new(2);
        assert_eq!(
            [may_send(&uploads, 1), may_send(&uploads, 1), may_send(&uploads, 1)],
            [Some(true), Some(true), None]
        );
        uploads.grant(1);
        assert_eq!([may_send(&uploads, 1), may_send(&uploads, 1)], [Some(true), None]);
    }

    #[test]
    fn bytes_are_bounded_and_one_item_always_goes() {
        let uploads = Uploads::new(100);
        assert_eq!(may_send(&uploads, 10 * BYTES), Some(true));
        assert_eq!(may_send(&uploads, 1), None);
        uploads.grant(1);
        assert_eq!(may_send(&uploads, BYTES - 1), Some(true));
        assert_eq!(may_send(&uploads, BYTES), Some(true));
        assert_eq!(may_send(&uploads, 1), None);
    }

    #[test]
    fn nothing_is_sent_after_the_end() {
        let uploads = Uploads::new(1);
        uploads.close();
        assert_eq!(may_send(&uploads, 1), Some(false));
    }
}
