//! A response stream that ends at its deadline, even if nobody asks for its next item. So a peer that takes
//! nothing holds no handler.

use super::guarded::too_late;
use super::outgoing::{Frame, Items, Outgoing};
use crate::call::input::Codec;
use crate::call::status::Result;
use crate::message::codec::Message;
use bytes::BytesMut;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::task::{Context, Poll};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

/// A response stream that ends at its deadline; see the module.
pub(super) struct Expiring<T: Message> {
    shared: Arc<Shared<T>>,
    deadline: Instant,
    /// The task that waits for the deadline.
    timer: Option<AbortHandle>,
}

struct Shared<T: Message> {
    /// `None` once the deadline has passed.
    items: Mutex<Option<Items<T>>>,
    expired: AtomicBool,
}

impl<T: Message> Expiring<T> {
    pub(super) fn new(items: Items<T>, deadline: Instant) -> Self {
        let shared = Arc::new(Shared { items: Mutex::new(Some(items)), expired: AtomicBool::new(false) });
        let weak = Arc::downgrade(&shared);
        let expire = async move {
            sleep_until(deadline).await;
            if let Some(shared) = weak.upgrade() {
                shared.expired.store(true, SeqCst);
                shared.expire();
            }
        };
        let timer = Handle::try_current().ok().map(|runtime| runtime.spawn(expire).abort_handle());
        Self { shared, deadline, timer }
    }
}

impl<T: Message> Shared<T> {
    /// Ends the stream. If someone is taking items at this moment, they end it when they are done.
    fn expire(&self) {
        let mut items = match self.items.try_lock() {
            Ok(items) => items,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        if let Some(mut items) = items.take() {
            let _ = items.end(too_late());
        }
    }

    fn with<R>(&self, run: impl FnOnce(Option<Pin<&mut Items<T>>>) -> R) -> R {
        let given = {
            let mut items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
            run(items.as_mut().map(Pin::new))
        };
        if self.expired.load(SeqCst) {
            self.expire();
        }
        given
    }
}

impl<T: Message> Outgoing for Expiring<T> {
    fn poll_fill(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
        target: usize,
        frame: &mut dyn Frame,
    ) -> Poll<Option<Result<()>>> {
        self.shared.with(|items| match items {
            Some(items) => items.poll_fill(cx, buf, target, frame),
            None => Poll::Ready(Some(Err(too_late()))),
        })
    }

    fn deadline(&self) -> Option<Instant> {
        Some(self.deadline)
    }

    fn set_codec(self: Pin<&mut Self>, codec: Codec) {
        self.shared.with(|items| {
            if let Some(items) = items {
                items.set_codec(codec);
            }
        });
    }
}

impl<T: Message> Drop for Expiring<T> {
    fn drop(&mut self) {
        if let Some(timer) = &self.timer {
            timer.abort();
        }
    }
}
