//! The body of a streaming request. It sends the caller's messages as fast as the server takes them.

use super::super::envelope::{Framer, PREFIX};
use crate::call::status::{Result, Status};
use crate::channel::Messages;
use crate::net::body::BoxError;
use crate::waist::handler::Frame as _;
use bytes::{Bytes, BytesMut};
use futures_util::task::AtomicWaker;
use http_body::{Body, Frame};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use tokio::sync::oneshot;

/// The bytes that are gathered before they are sent.
const TARGET: usize = 16 << 10;

pub(super) struct Upload {
    messages: Option<Messages>,
    framer: Framer,
    buf: BytesMut,
    idle: Option<oneshot::Sender<()>>,
    shared: Arc<Shared>,
}

/// The state that an upload shares with its call.
#[derive(Debug, Default)]
struct Shared {
    /// The status that ended the caller's own stream.
    failure: OnceLock<Status>,
    /// Set when the call is over.
    over: AtomicBool,
    waker: AtomicWaker,
}

/// A stop that the call holds. When the call is over or dropped, nothing more is sent.
#[derive(Debug)]
pub(super) struct Rein(Arc<Shared>);

impl Rein {
    /// The status that ended the caller's own stream. The server sees only a cancelled call.
    pub(super) fn failure(&self) -> Option<&Status> {
        self.0.failure.get()
    }
}

impl Drop for Rein {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::Release);
        self.0.waker.wake();
    }
}

impl Upload {
    pub(super) fn new(messages: Messages, framer: Framer) -> Self {
        Self { messages: Some(messages), framer, buf: BytesMut::new(), idle: None, shared: Arc::default() }
    }

    /// Notifies `idle` once the caller has no message ready.
    pub(super) fn tell_when_idle(mut self, idle: oneshot::Sender<()>) -> Self {
        self.idle = Some(idle);
        self
    }

    pub(super) fn rein(&self) -> Rein {
        Rein(Arc::clone(&self.shared))
    }

    fn append(&mut self, message: &Bytes) -> Result<()> {
        self.buf.reserve(PREFIX + message.len());
        self.framer.begin(&mut self.buf);
        self.buf.extend_from_slice(message);
        self.framer.end(&mut self.buf);
        self.framer.verdict()
    }

    /// Appends the messages that are ready. Is ready at the target, at the end, or when there is something to
    /// send and no further message is ready.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        while let Some(messages) = &mut self.messages {
            match messages.as_mut().poll_next(cx) {
                Poll::Ready(Some(Ok(message))) => self.append(&message)?,
                Poll::Ready(Some(Err(status))) => return Poll::Ready(Err(status)),
                Poll::Ready(None) => self.messages = None,
                Poll::Pending if self.buf.is_empty() => {
                    if let Some(idle) = self.idle.take() {
                        // If the response is there, nobody waits for this any more.
                        let _ = idle.send(());
                    }
                    return Poll::Pending;
                }
                Poll::Pending => break,
            }
            if self.buf.len() >= TARGET {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Resets the stream, like a caller who has given up. An HTTP/1.1 connection is closed.
    fn cancel(&mut self) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.messages = None;
        Poll::Ready(Some(Err(h2::Error::from(h2::Reason::CANCEL).into())))
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        this.shared.waker.register(cx.waker());
        if this.shared.over.load(Ordering::Acquire) {
            return this.cancel();
        }
        match this.poll_fill(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(())) if this.buf.is_empty() => Poll::Ready(None),
            Poll::Ready(Ok(())) => Poll::Ready(Some(Ok(Frame::data(this.buf.split().freeze())))),
            Poll::Ready(Err(status)) => {
                // The upload fails only once.
                let _ = this.shared.failure.set(status);
                this.cancel()
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.messages.is_none() && self.buf.is_empty()
    }
}
