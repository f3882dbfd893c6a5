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

impl<T: Message> Items<T> {
    pub(super) fn new(source: Streaming<T>, reply: Reply, call: Ongoing) -> Self {
        Self { source: Some(source), reply, call, failed: None, timer: None }
    }

    /// The handler's next item, its panics caught.
    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let Some(source) = &mut self.source else { return Poll::Ready(None) };
        let method = self.call.method;
        match catch_unwind(AssertUnwindSafe(|| Pin::new(source).poll_next(cx))) {
            Ok(Poll::Ready(Some(Err(status)))) => Poll::Ready(Some(Err(status.qualified(method.package())))),
            // Never polled again: most streams must not be, after their end.
            Ok(Poll::Ready(None)) => {
                self.source = None;
                Poll::Ready(None)
            }
            Ok(poll) => poll,
            Err(panic) => Poll::Ready(Some(Err(panicked(method, &*panic)))),
        }
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
        let mut wrote = false;
        while !wrote || buf.len() < target {
            let item = match this.poll_item(cx) {
                Poll::Ready(item) => item,
                Poll::Pending if wrote => break,
                Poll::Pending => {
                    let status = ready!(this.poll_timer(cx));
                    return this.fail(status);
                }
            };
            this.timer = None;
            let encoded = match item {
                None if wrote => break,
                None => {
                    this.call.finish(None);
                    return Poll::Ready(None);
                }
                Some(Err(status)) => Err(status),
                Some(Ok(item)) => {
                    let start = buf.len();
                    frame.begin(buf);
                    let encoded = this.reply.encode_into(&item, buf);
                    match encoded {
                        Ok(()) => frame.end(buf),
                        Err(_) => buf.truncate(start),
                    }
                    encoded
                }
            };
            match encoded {
                Ok(()) => wrote = true,
                Err(status) if wrote => {
                    this.failed = Some(status);
                    break;
                }
                Err(status) => return this.fail(status),
            }
        }
        Poll::Ready(Some(Ok(())))
    }

    fn set_codec(self: Pin<&mut Self>, codec: Codec) {
        self.get_mut().reply.codec = codec;
    }
}
