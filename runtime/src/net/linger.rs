//! The rest of an HTTP/1.1 request that is answered before all of it was read. The server reads it and throws
//! it away for a while. Closing at once would reset the connection, and a client that is still sending would
//! lose the answer (RFC 9112, section 9.6).
//!
//! The lost answer would be the one that says why a large upload is refused; Connect's runner has cases for
//! it. At most 1 MiB is read and thrown away, for 5 s at most. HTTP/2 resets only the one stream, and needs
//! none of this.

use super::watch::{HEAD_END, Link, tail};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::Handle;

/// The most bytes that are read and thrown away.
const MOST: usize = 1 << 20;
/// The longest time that they may take to come.
const LONGEST: Duration = Duration::from_secs(5);

/// The body of an HTTP/1.1 request.
pub struct Lingering {
    /// The body; `None` once it has ended.
    body: Option<Incoming>,
    /// The connection, which is told how the body ends.
    link: Option<Arc<Link>>,
    /// The last four bytes of head and body so far. `None` for a body in chunks, which ends with the same
    /// bytes as a head.
    tail: Option<u32>,
}

impl Lingering {
    pub(super) fn new(body: Incoming, link: &Arc<Link>) -> Self {
        let link = (!body.is_end_stream()).then(|| Arc::clone(link));
        let tail = body.size_hint().exact().map(|_| HEAD_END);
        Self { body: Some(body), link, tail }
    }

    /// Notes the bytes that came, and whether they were the last.
    fn note(&mut self, data: &[u8], is_last: bool) {
        self.tail = self.tail.map(|before| tail(before, data));
        if let Some(link) = self.link.take_if(|_| is_last) {
            link.body_ended(self.tail.unwrap_or(HEAD_END));
        }
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let Some(body) = self.body.take().filter(|body| !body.is_end_stream()) else { return };
        // Without a runtime there is no connection either.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(tokio::time::timeout(LONGEST, discard(body)));
        }
    }
}

async fn discard(mut body: Incoming) {
    let mut left = MOST;
    while let Some(Ok(frame)) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
        if left == 0 {
            return;
        }
    }
}

impl Body for Lingering {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = Pin::new(&mut *body).poll_frame(cx);
        let is_last = body.is_end_stream();
        match &frame {
            Poll::Ready(Some(Ok(frame))) => self.note(frame.data_ref().map_or(&[], |data| data), is_last),
            // The body is read to its end, or broken. Nothing is left to throw away.
            Poll::Ready(None) => {
                self.note(&[], true);
                self.body = None;
            }
            Poll::Ready(Some(Err(_))) => self.body = None,
            Poll::Pending => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
