//! A call that runs on a multiplexed connection and was not ready at once. It hands over messages when it has
//! some, and keeps to the client's credit.

use super::credit::{Control, Credit, Gate, Saying};
use super::dialect::{Back, Dialect, Ended, Envelope, Fault, Manner};
use super::inbox::Inbox;
use super::methods::Served;
use crate::call::budget::Reservation;
use crate::call::context::Context;
use crate::call::policy::{Terms, after};
use crate::call::status::{Result, Status};
use crate::waist::handler::BoxOutgoing;
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_core::future::BoxFuture;
use polywire_codegen::model::{Idempotency, Shape};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};
use tokio::time::{Instant, Sleep, sleep_until};

/// Bytes of items that a call gathers before others have their turn.
const FILL: usize = 16 << 10;

/// Messages that a call has to send.
#[derive(Debug)]
pub(super) struct Said {
    /// The serial number of the call.
    pub(super) serial: u64,
    pub(super) messages: Messages,
    /// Whether the call is over.
    pub(super) last: bool,
}

/// Whole messages.
#[derive(Debug)]
pub(super) enum Messages {
    None,
    One(Bytes),
    /// Messages one after the other, and the place where each ends.
    Several(BytesMut, Vec<usize>),
}

/// A running call.
pub(super) struct Running<D: Dialect> {
    pub(super) serial: u64,
    pub(super) id: Option<D::Id>,
    pub(super) served: Arc<Served>,
    /// The context that the handler got; metadata that the handler sets for the client is in it.
    pub(super) cx: Context,
    pub(super) control: Arc<Control>,
    /// Whether the peer takes what calls say.
    pub(super) gate: Arc<Gate>,
    /// Ends a call that may say nothing at its deadline.
    pub(super) held: Option<Pin<Box<Sleep>>>,
    /// The client's items when it keeps to grants, and how many the handler must take before the client is
    /// granted more.
    pub(super) uploads: Option<(Inbox, u32)>,
    pub(super) state: State,
    /// How the client asked for the response stream.
    pub(super) manner: Manner,
    /// Whether the client knows that the response is a stream.
    pub(super) opened: bool,
    /// The largest message to the client, in bytes.
    pub(super) limit: usize,
    /// Memory that the request holds.
    pub(super) memory: Reservation,
}

/// The progress of a call.
pub(super) enum State {
    /// The response is one message.
    Unary(BoxFuture<'static, Result<BytesMut>>),
    /// The response will be a stream.
    Opening(BoxFuture<'static, Result<BoxOutgoing>>),
    Streaming(Streaming),
    /// All but the end has been sent.
    Ending(Option<Status>),
    Done,
}

/// A response stream that is being sent.
pub(super) struct Streaming {
    source: BoxOutgoing,
    envelope: Envelope,
    /// Ends a call whose client grants nothing for too long.
    starved: Option<Pin<Box<Sleep>>>,
}

/// The answer of a call whose response is one message.
pub(super) fn answer<D: Dialect>(id: &D::Id, cx: &Context, result: Result<BytesMut>, limit: usize) -> Bytes {
    let back = Back::of(cx);
    match result {
        Ok(body) if body.len() <= limit => D::result(id, body, &back),
        Ok(_) => D::failure(Some(id), Fault::Call, &too_large(limit), &back),
        Err(status) => D::failure(Some(id), Fault::Call, &status, &back),
    }
}

fn too_large(limit: usize) -> Status {
    Status::resource_exhausted(format!("the response is larger than {limit} bytes, the limit"))
}

impl<D: Dialect> Running<D> {
    /// The rest of the call when the client is gone. A call that changes something runs to its end, as on any
    /// wire.
    pub(super) fn into_orphan(self) -> Option<BoxFuture<'static, Result<BytesMut>>> {
        match self.state {
            State::Unary(call) if self.served.method().idempotency() == Idempotency::Unknown => {
                let memory = self.memory;
                let orphan = self.cx.orphan(call)?;
                Some(Box::pin(async move {
                    let _held = memory;
                    orphan.await
                }))
            }
            _ => None,
        }
    }

    fn say(&self, messages: Messages) -> Poll<Option<Said>> {
        let last = matches!(self.state, State::Done);
        Poll::Ready(Some(Said { serial: self.serial, messages, last }))
    }

    /// Ends the call, with or without an error. Drops the handler.
    fn finish(&mut self, result: Option<Status>) -> Poll<Option<Said>> {
        self.state = State::Done;
        let (method, manner) = (&*self.served.name, self.manner);
        let heard = self.id.as_ref().filter(|_| !self.control.is_hushed());
        let message = heard.map(|id| match (&result, self.opened) {
            (Some(status), false) => D::failure(Some(id), Fault::Call, status, &Back::of(&self.cx)),
            (error, _) => {
                let (error, trailers) = (error.as_ref(), self.cx.take_trailers());
                D::ended(id, Ended { method, manner, error, trailers: &trailers })
            }
        });
        self.say(message.map_or(Messages::None, Messages::One))
    }

    /// Whether the call must wait with its next message. The end of a call always has room.
    fn is_held(&self) -> bool {
        match &self.state {
            State::Unary(_) | State::Opening(_) => !self.gate.lets(Saying::Answer),
            State::Streaming(_) => !self.gate.lets(Saying::Items),
            State::Ending(_) | State::Done => false,
        }
    }

    /// Ends the call at its deadline, though the peer takes nothing.
    fn poll_held(&mut self, task: &mut task::Context<'_>) -> Poll<Option<Said>> {
        self.control.hold();
        let of_stream = match &self.state {
            State::Streaming(stream) => stream.source.deadline(),
            State::Unary(_) | State::Opening(_) | State::Ending(_) | State::Done => None,
        };
        let Some(deadline) = [self.cx.deadline(), of_stream].into_iter().flatten().min() else {
            return Poll::Pending;
        };
        let timer = self.held.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        ready!(timer.as_mut().poll(task));
        self.finish(Some(Status::deadline_exceeded("the deadline passed while the client read nothing")))
    }

    fn poll_unary(&mut self, task: &mut task::Context<'_>) -> Poll<Option<Said>> {
        let State::Unary(call) = &mut self.state else { return Poll::Ready(None) };
        let result = ready!(call.as_mut().poll(task));
        self.state = State::Done;
        let message = self.id.as_ref().map(|id| answer::<D>(id, &self.cx, result, self.limit));
        self.say(message.map_or(Messages::None, Messages::One))
    }

    fn poll_opening(&mut self, task: &mut task::Context<'_>) -> Poll<Option<Said>> {
        let State::Opening(call) = &mut self.state else { return Poll::Ready(None) };
        let Some(id) = &self.id else { return self.finish(None) };
        let source = match call.as_mut().poll(task) {
            Poll::Ready(Ok(source)) => source,
            Poll::Ready(Err(status)) => return self.finish(Some(status)),
            // The handler may wait for an item, and the client for the subscription.
            Poll::Pending if self.served.method().shape() == Shape::Bidi && !self.opened => {
                self.opened = true;
                return self.say(Messages::One(D::opened(id, self.manner, &self.cx.take_headers())));
            }
            Poll::Pending => return Poll::Pending,
        };
        let headers = self.cx.take_headers();
        let message = match (self.opened, headers.is_empty()) {
            (false, _) => Messages::One(D::opened(id, self.manner, &headers)),
            (true, false) => Messages::One(D::headers(id, &self.served.name, &headers)),
            (true, true) => Messages::None,
        };
        let envelope = D::envelope(id, &self.served.name);
        self.opened = true;
        self.state = State::Streaming(Streaming { source, envelope, starved: None });
        self.say(message)
    }

    fn poll_streaming(&mut self, task: &mut task::Context<'_>) -> Poll<Option<Said>> {
        let State::Streaming(stream) = &mut self.state else { return Poll::Ready(None) };
        let credit = self.control.credit();
        if credit == Credit::Items(0) {
            let status = ready!(stream.poll_starved(self.served.route.terms, &self.cx, task));
            return self.finish(Some(status));
        }
        stream.starved = None;
        let mut buf = BytesMut::new();
        let end = match credit {
            Credit::Unlimited => stream.fill(task, &mut buf, FILL),
            Credit::Items(items) => stream.fill_counted(task, &mut buf, items),
        };
        let ends = stream.envelope.take_ends();
        self.control.spend(ends.len() as u64);
        if end.is_pending() && ends.is_empty() {
            return Poll::Pending;
        }
        let mut start = 0;
        let largest =
            ends.iter().map(|end| end - std::mem::replace(&mut start, *end)).max().unwrap_or_default();
        if largest > self.limit {
            return self.finish(Some(too_large(self.limit)));
        }
        if let Poll::Ready(Some(end)) = end {
            if ends.is_empty() {
                return self.finish(end.err());
            }
            self.state = State::Ending(end.err());
        }
        self.say(Messages::Several(buf, ends))
    }
}

/// The result of a fill: ready with `None` while there is more to come.
type Filled = Poll<Option<Result<()>>>;

impl Streaming {
    /// Fills `buf` with the items at hand.
    fn fill(&mut self, task: &mut task::Context<'_>, buf: &mut BytesMut, target: usize) -> Filled {
        let filled = ready!(self.source.as_mut().poll_fill(task, buf, target, &mut self.envelope));
        Poll::Ready(match filled {
            Some(Ok(())) => None,
            Some(Err(status)) => Some(Err(status)),
            None => Some(Ok(())),
        })
    }

    /// Fills as [`Streaming::fill`] does, with at most so many items.
    fn fill_counted(&mut self, task: &mut task::Context<'_>, buf: &mut BytesMut, items: u64) -> Filled {
        let mut filled = Poll::Ready(None);
        while matches!(filled, Poll::Ready(None))
            && (self.envelope.count() as u64) < items
            && buf.len() < FILL
        {
            // A target of one byte takes one item.
            filled = self.fill(task, buf, 1);
        }
        filled
    }

    /// Ready when the client has granted nothing for the idle time of a stream, or at the deadline.
    fn poll_starved(&mut self, terms: Terms, cx: &Context, task: &mut task::Context<'_>) -> Poll<Status> {
        if self.starved.is_none() {
            let idle = cx.policy().and_then(|policy| after(Instant::now(), policy.idle(terms)?));
            let end = [cx.deadline(), idle].into_iter().flatten().min();
            self.starved = end.map(|end| Box::pin(sleep_until(end)));
        }
        let Some(timer) = &mut self.starved else { return Poll::Pending };
        ready!(timer.as_mut().poll(task));
        Poll::Ready(Status::deadline_exceeded("the client granted no items for too long"))
    }
}

impl<D: Dialect> Stream for Running<D> {
    type Item = Said;

    fn poll_next(self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<Option<Said>> {
        let this = self.get_mut();
        if matches!(this.state, State::Done) {
            return Poll::Ready(None);
        }
        this.control.register(task.waker());
        if let Some(status) = this.control.aborted() {
            let status = status.clone();
            return this.finish(Some(status));
        }
        if let (Some((inbox, enough)), Some(id)) = (&this.uploads, &this.id)
            && let Poll::Ready(items) = inbox.poll_taken(*enough, task)
        {
            return this.say(Messages::One(D::granted(id, items)));
        }
        if this.is_held() {
            return this.poll_held(task);
        }
        match &mut this.state {
            State::Unary(_) => this.poll_unary(task),
            State::Opening(_) => this.poll_opening(task),
            State::Streaming(_) => this.poll_streaming(task),
            State::Ending(end) => {
                let end = end.take();
                this.finish(end)
            }
            State::Done => Poll::Ready(None),
        }
    }
}
