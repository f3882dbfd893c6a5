//! How a connection or a consumer is doing, for whoever asks.

use std::sync::Arc;
use tokio::sync::watch;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// On the way up, for the first time.
    Starting,
    Ready,
    /// Not now, and why; it goes on trying.
    Down(String),
}

/// One cell; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Health(Arc<watch::Sender<State>>);

impl Health {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(State::Starting)))
    }

    pub(crate) fn set(&self, state: State) {
        self.0.send_if_modified(|current| {
            let changed = *current != state;
            *current = state;
            changed
        });
    }

    pub(crate) fn get(&self) -> State {
        self.0.borrow().clone()
    }

    /// Returns when it is known whether it is ready.
    pub(crate) async fn known(&self) {
        let mut states = self.0.subscribe();
        // The sender is held here, so waiting cannot fail.
        let _ = states.wait_for(|state| *state != State::Starting).await;
    }

    /// Why it is not ready, in words.
    pub(crate) fn reason(&self) -> Option<String> {
        match self.get() {
            State::Ready => None,
            State::Starting => Some("not connected yet".to_owned()),
            State::Down(why) => Some(why),
        }
    }
}
