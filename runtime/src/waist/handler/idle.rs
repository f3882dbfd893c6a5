//! The items of a client's stream. No wait for an item is longer than the stream may be idle.

use crate::call::input::Input;
use crate::call::refusal::{self, Reading};
use crate::call::status::{Result, Status};
use crate::message::codec::Message;
use crate::message::codec::check::Gate;
use futures_core::Stream;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

pub(super) struct Timely<M> {
    source: Option<Pin<Box<dyn Stream<Item = Result<Input>> + Send>>>,
    pause: Duration,
    /// Made only when the stream has to wait.
    timer: Option<Pin<Box<Sleep>>>,
    gate: Gate<M>,
    reading: Reading,
}

impl<M> Timely<M> {
    pub(super) fn new(
        source: Pin<Box<dyn Stream<Item = Result<Input>> + Send>>,
        gate: Gate<M>,
        pause: Duration,
        reading: Reading,
    ) -> Self {
        Self { source: Some(source), pause, timer: None, gate, reading }
    }
}

impl<M: Message> Stream for Timely<M> {
    type Item = Result<M>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(source) = &mut this.source else { return Poll::Ready(None) };
        if let Poll::Ready(next) = source.as_mut().poll_next(cx) {
            this.timer = None;
            return Poll::Ready(next.map(|item| refusal::read(this.gate, &item?, this.reading)));
        }
        let timer = this.timer.get_or_insert_with(|| Box::pin(sleep(this.pause)));
        ready!(timer.as_mut().poll(cx));
        this.source = None;
        let text = format!("no item of the stream came for {:?}, the limit", this.pause);
        Poll::Ready(Some(Err(Status::deadline_exceeded(text))))
    }
}
