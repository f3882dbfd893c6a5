//! The state of a connection or a consumer, for health checks.

use std::sync::Arc;
use tokio::sync::watch;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// The first attempt has not succeeded yet.
    Starting,
    Ready,
    /// The reason why it does not work now. New attempts go on.
    Down(String),
}

/// A shared cell with the state. All clones see the same state.
#[derive(Debug, Clone)]
pub(crate) struct LinkHealth(Arc<watch::Sender<State>>);

impl LinkHealth {
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

    /// Waits until the first attempt has succeeded or failed.
    pub(crate) async fn known(&self) {
        let mut states = self.0.subscribe();
        // This value holds the sender, so the wait cannot fail.
        let _ = states.wait_for(|state| *state != State::Starting).await;
    }

    /// The reason why it is not ready, as text.
    pub(crate) fn reason(&self) -> Option<String> {
        match self.get() {
            State::Ready => None,
            State::Starting => Some("not connected yet".to_owned()),
            State::Down(why) => Some(why),
        }
    }
}
