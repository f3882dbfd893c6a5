//! A response stream that holds what its call has taken, until it ends or is dropped.

use super::peer::Lease;
use crate::call::status::{Result, Status};
use crate::channel::Messages;
use bytes::Bytes;
use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::sync::OwnedSemaphorePermit;

/// A place that a call has taken.
pub(super) trait Hold: Send + Unpin {
    /// Hears that the stream failed.
    fn failed(&self, status: &Status);
}

impl Hold for Lease {
    fn failed(&self, status: &Status) {
        Self::failed(self, status.code());
    }
}

impl Hold for OwnedSemaphorePermit {
    fn failed(&self, _: &Status) {}
}

pub(super) struct Held<H> {
    items: Messages,
    hold: Option<H>,
}

impl<H> Held<H> {
    pub(super) fn new(items: Messages, hold: H) -> Self {
        Self { items, hold: Some(hold) }
    }
}

impl<H: Hold> Stream for Held<H> {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = ready!(self.items.as_mut().poll_next(task));
        match (&item, &self.hold) {
            (Some(Err(status)), Some(hold)) => hold.failed(status),
            (None, _) => self.hold = None,
            _ => {}
        }
        Poll::Ready(item)
    }
}
