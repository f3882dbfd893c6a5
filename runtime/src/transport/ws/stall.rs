//! An item that waits for room in the queue to its handler, and the time that the handler has.

use super::inbox::{Inbox, Item};
use crate::call::status::Status;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// An item that waits for room.
#[derive(Debug)]
pub(super) struct Stalled {
    call: u64,
    inbox: Inbox,
    item: Item,
    /// The number of items that the handler had taken when its time began, and the end of that time.
    moved: u64,
    patience: Pin<Box<Sleep>>,
}

/// The reason why an item waits no longer.
#[derive(Debug)]
pub(super) enum Stall {
    /// There is room for it.
    Over,
    /// The handler of this call took no item in its time.
    Stuck(u64),
}

impl Stalled {
    pub(super) fn new(call: u64, inbox: Inbox, item: Item, patience: Duration) -> Self {
        let patience = Box::pin(sleep(patience));
        Self { call, moved: inbox.moved(), inbox, item, patience }
    }

    /// Ready when the item waits no longer. A handler that has taken items since then has the full time
    /// again.
    pub(super) fn poll(&mut self, patience: Duration, task: &mut Context<'_>) -> Poll<Stall> {
        if self.inbox.poll_room(task).is_ready() {
            return Poll::Ready(Stall::Over);
        }
        ready!(self.patience.as_mut().poll(task));
        let before = std::mem::replace(&mut self.moved, self.inbox.moved());
        if before == self.moved {
            return Poll::Ready(Stall::Stuck(self.call));
        }
        self.patience.set(sleep(patience));
        task.waker().wake_by_ref();
        Poll::Pending
    }

    /// Hands the item over, with or without room.
    pub(super) fn push(self) {
        self.inbox.push(self.item);
    }
}

/// The status of a call whose handler is stuck.
pub(super) fn status() -> Status {
    let text = "the method read none of its items for too long; send as many as `$/stream/grant` allows";
    Status::resource_exhausted(text)
}
