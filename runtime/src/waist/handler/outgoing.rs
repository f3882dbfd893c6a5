//! A response stream on its way out. It is drained into the transport's buffer, not handed over item by item.

use super::guarded::{caught, too_late};
use super::ongoing::Ongoing;
use crate::call::input::{Codec, Reply};
use crate::call::policy::{Endings, Hearing, Terms, after};
use crate::call::status::{Result, Status};
use crate::call::stream::Streaming;
use crate::message::codec::Message;
use bytes::BytesMut;
use futures_core::Stream;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// The bytes that a transport puts around each message.
///
/// ```
/// use bytes::{BufMut, BytesMut};
/// use polywire::transport::Frame;
///
/// /// NDJSON: one message a line.
/// struct Lines;
///
/// impl Frame for Lines {
///     fn begin(&mut self, _: &mut BytesMut) {}
///
///     fn end(&mut self, buf: &mut BytesMut) {
///         buf.put_u8(b'\n');
///     }
/// }
/// ```
pub trait Frame {
    /// Runs before a message is written.
    fn begin(&mut self, buf: &mut BytesMut);
    /// Runs after a message is written.
    fn end(&mut self, buf: &mut BytesMut);
}

/// A frame without any bytes around a message.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFrame;

impl Frame for NoFrame {
    fn begin(&mut self, _: &mut BytesMut) {}
    fn end(&mut self, _: &mut BytesMut) {}
}

/// The messages of a response, encoded on demand.
pub trait Outgoing: Send {
    /// Writes framed messages into `buf`.
    ///
    /// Ready with `Ok` once at least one message is written, and the source has no more at hand or `buf` holds
    /// `target` bytes. With `target` 1 it writes exactly one message. `None` is the end. An error is the last.
    fn poll_fill(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
        target: usize,
        frame: &mut dyn Frame,
    ) -> Poll<Option<Result<()>>>;

    /// The time by which the call must have ended, even if its reader takes nothing and nobody asks for more.
    fn deadline(&self) -> Option<Instant> {
        None
    }

    /// Changes the encoding of the messages still to come, where the source has a choice. It is for a transport
    /// that learns late which encoding the client takes.
    fn set_codec(self: Pin<&mut Self>, _: Codec) {}
}

/// A boxed [`Outgoing`].
pub type BoxOutgoing = Pin<Box<dyn Outgoing>>;

/// A handler's stream under the rules that hold on every wire.
pub(super) struct Items<T> {
    source: Option<Streaming<T>>,
    reply: Reply,
    call: Ongoing,
    /// The longest wait for an item.
    idle: Option<Duration>,
    /// An error that came after items in the same fill.
    failed: Option<Status>,
    /// The timer for the deadline, or for the longest wait for an item. Made only when the stream has to wait.
    timer: Option<Pin<Box<Sleep>>>,
    hearing: Hearing,
}

/// The place for items.
struct Sink<'a> {
    buf: &'a mut BytesMut,
    /// The end of the last whole message.
    whole: usize,
    target: usize,
    frame: &'a mut dyn Frame,
    wrote: bool,
}

/// The reason why no more items are taken for now.
enum Stop {
    Full,
    Pending,
    Ended,
    Failed(Status),
}

impl Sink<'_> {
    fn put<T: Message>(&mut self, item: &T, reply: &Reply) -> Result<()> {
        self.frame.begin(self.buf);
        reply.encode_into(item, self.buf)?;
        self.frame.end(self.buf);
        self.whole = self.buf.len();
        self.wrote = true;
        Ok(())
    }

    /// Whether the target is reached. A target of 1 is one message, even an empty one.
    fn is_full(&self) -> bool {
        self.target <= 1 || self.buf.len() >= self.target
    }
}

/// Takes items as long as there are some. Items are never moved, because encoding a small one takes less.
fn drain<T: Message>(
    source: &mut Streaming<T>,
    reply: &Reply,
    cx: &mut Context<'_>,
    sink: &mut Sink<'_>,
) -> Stop {
    loop {
        match Pin::new(&mut *source).poll_next(cx) {
            Poll::Ready(Some(Ok(ref item))) => match sink.put(item, reply) {
                Ok(()) if sink.is_full() => return Stop::Full,
                Ok(()) => {}
                Err(status) => return Stop::Failed(status),
            },
            Poll::Ready(Some(Err(status))) => return Stop::Failed(status),
            Poll::Ready(None) => return Stop::Ended,
            Poll::Pending => return Stop::Pending,
        }
    }
}

impl<T: Message> Items<T> {
    pub(super) fn new(source: Streaming<T>, reply: Reply, terms: Terms, call: Ongoing) -> Self {
        let idle = call.cx.policy().and_then(|policy| policy.idle(terms));
        Self {
            source: Some(source),
            reply,
            call,
            idle,
            failed: None,
            timer: None,
            hearing: Hearing::default(),
        }
    }

    /// Writes the items at hand, in the context of the call. Panics are caught once for all of them, not once
    /// for each item. Nothing is left of a message in which a panic happened.
    fn drain(&mut self, cx: &mut Context<'_>, sink: &mut Sink<'_>) -> Stop {
        let Some(source) = &mut self.source else { return Stop::Ended };
        let (call, method, reply) = (&self.call.cx, self.call.method, &self.reply);
        let stop = match caught(method, || call.sync_scope(|| drain(source, reply, cx, sink))) {
            Ok(Stop::Failed(status)) => Stop::Failed(status.qualified(method.package())),
            Ok(stop) => stop,
            Err(panicked) => Stop::Failed(panicked),
        };
        sink.buf.truncate(sink.whole);
        // After its end a stream is never polled again; most streams must not be.
        match stop {
            Stop::Full | Stop::Pending => stop,
            Stop::Ended => self.discard().map_or_else(Stop::Failed, |()| Stop::Ended),
            Stop::Failed(status) => Stop::Failed(self.discard().err().unwrap_or(status)),
        }
    }

    /// Drops the handler's stream.
    ///
    /// # Errors
    /// `internal` when the drop panics.
    fn discard(&mut self) -> Result<()> {
        let Some(source) = self.source.take() else { return Ok(()) };
        let call = &self.call.cx;
        caught(self.call.method, || call.sync_scope(|| drop(source)))
    }

    /// Ready when the wait for the source is over: it took too long, or its server or its connection ends.
    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        if let Poll::Ready(status) = self.call.cx.poll_ending(&mut self.hearing, cx) {
            return Poll::Ready(status);
        }
        self.poll_timer(cx)
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        let deadline = self.call.cx.deadline();
        let idle = self.idle.and_then(|idle| after(Instant::now(), idle));
        let Some(wait) = [deadline, idle].into_iter().flatten().min() else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(wait)));
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(match deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            true => too_late(),
            false => Status::deadline_exceeded("the stream was idle for too long"),
        })
    }

    /// Ends the call with this status. If anything that is told panics, that panic is the status.
    pub(super) fn end(&mut self, status: Status) -> Status {
        let status = self.discard().err().unwrap_or(status);
        self.call.finish(Some(&status)).err().unwrap_or(status)
    }

    fn fail(&mut self, status: Status) -> Poll<Option<Result<()>>> {
        Poll::Ready(Some(Err(self.end(status))))
    }
}

impl<T> Drop for Items<T> {
    fn drop(&mut self) {
        if let Some(source) = self.source.take() {
            let call = &self.call.cx;
            // The log has the panic. Nobody else is there to be told.
            let _ = caught(self.call.method, || call.sync_scope(|| drop(source)));
        }
    }
}

impl<T: Message> Outgoing for Items<T> {
    fn poll_fill(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
        target: usize,
        frame: &mut dyn Frame,
    ) -> Poll<Option<Result<()>>> {
        let this = self.get_mut();
        if let Some(status) = this.failed.take() {
            return this.fail(status);
        }
        if this.call.cx.deadline().is_some_and(|deadline| deadline <= Instant::now()) {
            return this.fail(too_late());
        }
        // A source that always has more never waits, so the end is checked here.
        if let Some(status) = this.call.cx.endings().and_then(Endings::over) {
            return this.fail(status);
        }
        let mut sink = Sink { whole: buf.len(), buf, target, frame, wrote: false };
        let stop = this.drain(cx, &mut sink);
        let wrote = sink.wrote;
        if wrote {
            this.timer = None;
        }
        match stop {
            Stop::Full => Poll::Ready(Some(Ok(()))),
            Stop::Pending if wrote => Poll::Ready(Some(Ok(()))),
            Stop::Pending => {
                let status = ready!(this.poll_patience(cx));
                this.fail(status)
            }
            Stop::Ended if wrote => Poll::Ready(Some(Ok(()))),
            Stop::Ended => Poll::Ready(this.call.finish(None).err().map(Err)),
            Stop::Failed(status) if wrote => {
                this.failed = Some(status);
                Poll::Ready(Some(Ok(())))
            }
            Stop::Failed(status) => this.fail(status),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.call.cx.deadline()
    }

    fn set_codec(self: Pin<&mut Self>, codec: Codec) {
        self.get_mut().reply.codec = codec;
    }
}
