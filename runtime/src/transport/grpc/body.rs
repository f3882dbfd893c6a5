//! The body of a streaming response: many items in a DATA frame, and the end of the call after them.

use super::classify::WireFormat;
use super::dialect::End;
use super::envelope::Framer;
use crate::call::context::Context;
use crate::call::status::{Result, Status};
use crate::net::body::BoxError;
use crate::waist::handler::BoxOutgoing;
use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame};
use std::pin::Pin;
use std::task::{self, Poll, ready};

/// The bytes that are gathered before they are sent: two of HTTP/2's default frames.
const TARGET: usize = 32 << 10;

/// Framed items, drained in batches.
pub(super) struct Items {
    source: Option<BoxOutgoing>,
    framer: Framer,
    buf: BytesMut,
    /// An error that came after items that must go out first.
    failed: Option<Status>,
}

impl Items {
    pub(super) fn new(source: BoxOutgoing, framer: Framer) -> Self {
        Self { source: Some(source), framer, buf: BytesMut::new(), failed: None }
    }

    /// Fetches the items that are ready. Returns `None` if the call goes on. Otherwise the call has ended
    /// with nothing to send.
    pub(super) fn poll_ahead(&mut self, cx: &mut task::Context<'_>) -> Option<Result<()>> {
        match self.poll_fill(cx) {
            Poll::Ready(None) => Some(Ok(())),
            Poll::Ready(Some(Err(status))) => Some(Err(status)),
            Poll::Ready(Some(Ok(()))) | Poll::Pending => None,
        }
    }

    /// Is ready when `buf` holds something, or at the end.
    fn poll_fill(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<Result<()>>> {
        if !self.buf.is_empty() {
            return Poll::Ready(Some(Ok(())));
        }
        if let Some(status) = self.failed.take() {
            return Poll::Ready(Some(Err(status)));
        }
        let Some(source) = &mut self.source else { return Poll::Ready(None) };
        let filled = ready!(source.as_mut().poll_fill(cx, &mut self.buf, TARGET, &mut self.framer));
        if let Err(status) = self.framer.verdict() {
            // An item that cannot be sent ends the call. Dropping the source tells the handler.
            self.source = None;
            if self.buf.is_empty() {
                return Poll::Ready(Some(Err(status)));
            }
            self.failed = Some(status);
        }
        if !matches!(filled, Some(Ok(()))) {
            self.source = None;
        }
        Poll::Ready(filled)
    }

    fn poll_batch(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<Result<Bytes>>> {
        let filled = ready!(self.poll_fill(cx));
        Poll::Ready(filled.map(|filled| filled.map(|()| self.buf.split().freeze())))
    }
}

/// The part of a response that follows the head.
pub(super) struct Rest {
    items: Items,
    call: Context,
    format: WireFormat,
    ended: bool,
}

impl Rest {
    pub(super) fn new(items: Items, call: Context, format: WireFormat) -> Self {
        Self { items, call, format, ended: false }
    }

    fn end(&mut self, outcome: Result<(), &Status>) -> Frame<Bytes> {
        self.ended = true;
        match self.format.dialect.end(outcome, self.call.take_trailers()) {
            End::Trailers(trailers) => Frame::trailers(trailers),
            End::Data(data) => Frame::data(self.format.content.encode(data)),
        }
    }
}

impl Body for Rest {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        let frame = match ready!(this.items.poll_batch(cx)) {
            Some(Ok(batch)) => Frame::data(this.format.content.encode(batch)),
            Some(Err(status)) => this.end(Err(&status)),
            None => this.end(Ok(())),
        };
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }
}
