//! The caller's end of a call: its answer, or its stream. Dropped before the end, it cancels the call.

use super::line::{Event, Grants, Line, Outcome};
use super::pump::Pump;
use super::{WINDOW, lost, note};
use crate::call::context::Context;
use crate::call::status::{Result, Status};
use crate::channel::Messages;
use bytes::Bytes;
use futures_core::Stream;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};
use tokio::sync::{mpsc, oneshot};

/// A call with one answer.
#[derive(Debug)]
pub(super) struct Answered {
    line: Arc<Line>,
    id: u64,
    answer: oneshot::Receiver<Outcome>,
    ended: bool,
}

impl Answered {
    pub(super) const fn new(line: Arc<Line>, id: u64, answer: oneshot::Receiver<Outcome>) -> Self {
        Self { line, id, answer, ended: false }
    }

    pub(super) async fn wait(mut self) -> Outcome {
        let outcome = (&mut self.answer).await;
        self.ended = true;
        outcome.unwrap_or_else(|_| Outcome::failed(lost()))
    }
}

impl Drop for Answered {
    fn drop(&mut self) {
        if !self.ended {
            // The driver checks whether somebody waits before it sends a call, so the receiver closes before
            // the cancel goes out.
            self.answer.close();
            self.line.cancel(self.id);
        }
    }
}

/// A call with a stream of answers.
pub(super) struct Download<F> {
    line: Arc<Line>,
    id: u64,
    cx: Context,
    events: mpsc::Receiver<Event>,
    grants: Arc<Grants>,
    /// Adds to an item what the server left out.
    whole: F,
    /// Items taken that were not granted again yet.
    taken: u32,
    pump: Option<Pump>,
    /// The call's place on its connection.
    place: Option<Box<dyn Send + Sync>>,
    ended: bool,
}

impl<F: Fn(Bytes) -> Bytes + Send + Unpin + 'static> Download<F> {
    pub(super) const fn new(
        line: Arc<Line>,
        id: u64,
        cx: Context,
        events: mpsc::Receiver<Event>,
        grants: Arc<Grants>,
        whole: F,
    ) -> Self {
        Self { line, id, cx, events, grants, whole, taken: 0, pump: None, place: None, ended: false }
    }

    /// Keeps the task that sends the caller's items as long as the call runs.
    pub(super) fn pump(&mut self, pump: Pump) {
        self.pump = Some(pump);
    }

    /// Keeps the call's place, and frees it when the call ends.
    pub(super) fn keep(&mut self, place: Box<dyn Send + Sync>) {
        self.place = Some(place);
    }

    /// Waits until the server has taken the call.
    pub(super) async fn opened(mut self) -> Result<Messages> {
        match self.events.recv().await {
            Some(Event::Headers(headers)) => note(&self.cx, &headers, &Default::default()),
            Some(Event::End(outcome)) => self.end(outcome)?,
            Some(Event::Item(_)) => {
                return Err(Status::internal("the server sent an item before it answered the call"));
            }
            None => self.end(Outcome::failed(lost()))?,
        }
        Ok(Box::pin(self))
    }

    fn end(&mut self, outcome: Outcome) -> Result<()> {
        self.ended = true;
        self.pump = None;
        self.place = None;
        note(&self.cx, &outcome.headers, &outcome.trailers);
        outcome.result.map(drop)
    }
}

impl<F: Fn(Bytes) -> Bytes + Send + Unpin + 'static> Stream for Download<F> {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        while !this.ended {
            match ready!(this.events.poll_recv(task)) {
                Some(Event::Headers(headers)) => note(&this.cx, &headers, &Default::default()),
                Some(Event::Item(item)) => {
                    this.taken += 1;
                    if this.taken >= WINDOW / 2 {
                        this.line.grant(this.id, &this.grants, std::mem::take(&mut this.taken));
                    }
                    return Poll::Ready(Some(Ok((this.whole)(item))));
                }
                Some(Event::End(outcome)) => return Poll::Ready(this.end(outcome).err().map(Err)),
                None => return Poll::Ready(this.end(Outcome::failed(lost())).err().map(Err)),
            }
        }
        Poll::Ready(None)
    }
}

impl<F> Drop for Download<F> {
    fn drop(&mut self) {
        if !self.ended {
            self.events.close();
            self.line.cancel(self.id);
        }
    }
}
