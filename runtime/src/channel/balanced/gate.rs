//! The concurrency limit: so many calls at once, so many that wait, and no more.

use crate::call::status::{Result, Status};
use crate::channel::Concurrency;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub(super) struct Gate {
    most: Concurrency,
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// A call that waits, until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Gate {
    pub(super) fn new(most: Concurrency) -> Self {
        let places = most.calls.clamp(1, Semaphore::MAX_PERMITS);
        Self { most, places: Arc::new(Semaphore::new(places)), waiting: AtomicUsize::new(0) }
    }

    /// The calls that wait now.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// Waits for a place.
    ///
    /// # Errors
    /// `resource_exhausted` when as many calls wait as may.
    pub(super) async fn enter(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Ok(place);
        }
        let before = self.waiting.fetch_add(1, Ordering::AcqRel);
        let _waiting = Waiting(&self.waiting);
        if before >= self.most.waiting {
            return Err(self.full());
        }
        Arc::clone(&self.places).acquire_owned().await.map_err(|_| self.full())
    }

    #[cold]
    fn full(&self) -> Status {
        let Concurrency { calls, waiting } = self.most;
        Status::resource_exhausted(format!(
            "{calls} calls of this client run and {waiting} wait, its limits; see `Endpoint::concurrency`"
        ))
    }
}
