//! The requests of a caller's stream on their way into a channel: encoded, and with their panics caught.

use crate::call::spec::Method;
use crate::call::status::Result;
use crate::call::unwind::caught;
use crate::channel::Messages;
use bytes::Bytes;
use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A caller's stream of requests. Channels poll it in tasks of their own, and some of these tasks carry other
/// calls too. A panic of the stream, or of its drop, must not reach them: it ends the stream and its call with
/// `internal`.
pub(super) struct Upload {
    /// `None` once it has ended.
    messages: Option<Messages>,
    method: &'static Method,
}

impl Upload {
    pub(super) fn new(messages: Messages, method: &'static Method) -> Self {
        Self { messages: Some(messages), method }
    }

    /// Drops the caller's stream.
    ///
    /// # Errors
    /// `internal` when the drop panics.
    fn discard(&mut self) -> Result<()> {
        let messages = self.messages.take();
        caught(|| self.method.full_name(), || drop(messages))
    }
}

impl Stream for Upload {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        let method = self.method;
        let Some(messages) = &mut self.messages else { return Poll::Ready(None) };
        let last = match caught(|| method.full_name(), || messages.as_mut().poll_next(cx)) {
            Ok(next @ (Poll::Pending | Poll::Ready(Some(Ok(_))))) => return next,
            Ok(Poll::Ready(None)) => None,
            Ok(Poll::Ready(Some(Err(status)))) | Err(status) => Some(status),
        };
        let dropped = self.discard().err();
        Poll::Ready(last.or(dropped).map(Err))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // The log has the panic. Nobody else is there to be told.
        let _ = self.discard();
    }
}
