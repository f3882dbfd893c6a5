//! A response stream on its way out: drained into the transport's buffer, not handed over item by item.

use super::guard::{Ongoing, panicked, too_late};
use crate::codec::Message;
use crate::input::{Codec, Reply};
use crate::status::{Result, Status};
use crate::stream::Streaming;
use bytes::BytesMut;
use futures_core::Stream;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::time::{Instant, Sleep, sleep_until};

/// The bytes that a transport puts around each message.
pub trait Frame {
    /// Before a message is written.
    fn begin(&mut self, buf: &mut BytesMut);
    /// After it.
    fn end(&mut self, buf: &mut BytesMut);
}

/// Nothing around a message.
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
    /// Ready with `Ok` as soon as something was written and the source has no more at hand, or `buf` holds `target` bytes; at
    /// least one message was written then. With `target` 1 it is exactly one. `None` is the end; an error is the last.
    fn poll_fill(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
        target: usize,
        frame: &mut dyn Frame,
    ) -> Poll<Option<Result<()>>>;

    /// When the call must have ended, though its reader takes nothing and nobody asks for more.
    fn deadline(&self) -> Option<Instant> {
        None
    }

    /// Writes what is still to come in another encoding, where the source has a choice: for a transport that learns late
    /// which one the client takes.
    fn set_codec(self: Pin<&mut Self>, _: Codec) {}
}

/// A boxed [`Outgoing`].
pub type BoxOutgoing = Pin<Box<dyn Outgoing>>;

/// A handler's stream under the rules that hold on every wire.
pub(super) struct Items<T> {
    source: Option<Streaming<T>>,
    reply: Reply,
    call: Ongoing,
    /// An error that came after items of the same fill.
    failed: Option<Status>,
    /// The deadline, or the longest wait for an item; made only when there is a wait.
    timer: Option<Pin<Box<Sleep>>>,
}

/// Where items go.
struct Sink<'a> {
    buf: &'a mut BytesMut,
    /// Where the last whole message ends.
    whole: usize,
    target: usize,
    frame: &'a mut dyn Frame,
    wrote: bool,
}

/// Why no more items are taken for now.
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

    /// A target of 1 is one message, be it empty.
    fn is_full(&self) -> bool {
        self.target <= 1 || self.buf.len() >= self.target
    }
}

/// Takes items as long as there are some. They are never moved: encoding a small one takes less.
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
    pub(super) fn new(source: Streaming<T>, reply: Reply, call: Ongoing) -> Self {
        Self { source: Some(source), reply, call, failed: None, timer: None }
    }

    /// Writes what is at hand. A panic is caught once for all of it, not once an item; nothing is left of the message that
    /// it fell into.
    fn drain(&mut self, cx: &mut Context<'_>, sink: &mut Sink<'_>) -> Stop {
        let Some(source) = &mut self.source else { return Stop::Ended };
        let (method, reply) = (self.call.method, &self.reply);
        let stop = match catch_unwind(AssertUnwindSafe(|| drain(source, reply, cx, sink))) {
            Ok(Stop::Failed(status)) => Stop::Failed(status.qualified(method.package())),
            Ok(stop) => stop,
            Err(panic) => Stop::Failed(panicked(method, &*panic)),
        };
        sink.buf.truncate(sink.whole);
        // Never polled again: most streams must not be, after their end.
        if matches!(stop, Stop::Ended | Stop::Failed(_)) {
            self.source = None;
        }
        stop
    }

    /// Ready when the source kept us waiting too long.
    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        let cx_deadline = self.call.cx.deadline();
        let idle = self.call.cx.policy().map(|policy| Instant::now() + policy.limits.stream_idle_timeout);
        let Some(wait) = [cx_deadline, idle].into_iter().flatten().min() else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(wait)));
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(match cx_deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            true => too_late(),
            false => Status::deadline_exceeded("the stream was idle for too long"),
        })
    }

    fn fail(&mut self, status: Status) -> Poll<Option<Result<()>>> {
        self.source = None;
        self.call.finish(Some(&status));
        Poll::Ready(Some(Err(status)))
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
                let status = ready!(this.poll_timer(cx));
                this.fail(status)
            }
            Stop::Ended if wrote => Poll::Ready(Some(Ok(()))),
            Stop::Ended => {
                this.call.finish(None);
                Poll::Ready(None)
            }
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
