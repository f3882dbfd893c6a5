//! An HTTP/1.1 request that is answered before all of it was read: the rest is read and thrown away for a while. Closing at once
//! would reset the connection, and with it take the answer from a client that is still sending (RFC 9112, 9.6).

use super::watch::{HEAD_END, Link, tail};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::Handle;

/// How much is read of what nobody wants.
const MOST: usize = 1 << 20;
/// How long it may take to come.
const LONGEST: Duration = Duration::from_secs(5);

/// The body of an HTTP/1.1 request.
pub struct Lingering {
    /// `None` once it has ended.
    body: Option<Incoming>,
    /// Who is told how it ends: the connection.
    link: Option<Arc<Link>>,
    /// The last four bytes of its head and it, unless it comes in chunks, whose end looks like that of a head.
    tail: Option<u32>,
}

impl Lingering {
    pub(super) fn new(body: Incoming, link: &Arc<Link>) -> Self {
        let link = (!body.is_end_stream()).then(|| Arc::clone(link));
        let tail = body.size_hint().exact().map(|_| HEAD_END);
        Self { body: Some(body), link, tail }
    }

    /// Notes what came, and whether it was the last.
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
            // Read to its end, or broken: nothing is left to be thrown away.
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
