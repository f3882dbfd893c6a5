//! A stream of messages as the body of an answer: server-sent events, NDJSON or one JSON array.
//!
//! | | item | end | error |
//! |---|---|---|---|
//! | events | `data: {…}` | `event: end` with `{}` | `event: error` with the status |
//! | NDJSON | `{…}` and a line break | the end of the body | a last line `{"error": {…}}` |
//! | array | an element | `]` | a last element `{"error": {…}}` |

use super::accept::Format;
use super::response::{Failure, add_metadata, refused};
use crate::call::context::Context;
use crate::call::status::{Result, Status};
use crate::net::Body;
use crate::net::body::BoxError;
use crate::waist::handler::{BoxOutgoing, Frame};
use bytes::{Bytes, BytesMut};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// The bytes that are gathered from ready items before they are sent.
const BATCH: usize = 16 << 10;
/// The longest silence of an event stream. Proxies close streams that seem dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The answer of a call with many responses.
pub(super) async fn answer(
    result: Result<BoxOutgoing>,
    format: Format,
    cx: Context,
) -> std::result::Result<Response<Body>, Failure> {
    let source = result.map_err(|status| refused(status, &cx))?;
    let mut headers = HeaderMap::new();
    add_metadata(&mut headers, cx.take_headers());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    if format == Format::Events {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    }
    let mut items = Items {
        source: Some(source),
        framing: Framing::new(format),
        buf: BytesMut::new(),
        silence: None,
        cx,
    };
    if format == Format::Array {
        // Nobody can read an array before its end. So its head waits for the first item, and a call that
        // fails at once has its proper status.
        items.fill_first().await?;
    }
    let mut response = Response::new(Body::boxed(items));
    *response.headers_mut() = headers;
    Ok(response)
}

/// The text around each item.
struct Framing {
    format: Format,
    /// Whether an item has been written.
    begun: bool,
}

impl Frame for Framing {
    fn begin(&mut self, buf: &mut BytesMut) {
        let before: &[u8] = match self.format {
            Format::Events => b"data: ",
            Format::Lines(_) => b"",
            Format::Array if self.begun => b",",
            Format::Array => b"[",
        };
        buf.extend_from_slice(before);
    }

    fn end(&mut self, buf: &mut BytesMut) {
        self.begun = true;
        let after: &[u8] = match self.format {
            Format::Events => b"\n\n",
            Format::Lines(_) => b"\n",
            Format::Array => b"",
        };
        buf.extend_from_slice(after);
    }
}

impl Framing {
    const fn new(format: Format) -> Self {
        Self { format, begun: false }
    }

    fn finish(&self, buf: &mut BytesMut) {
        let end: &[u8] = match self.format {
            Format::Events => b"event: end\ndata: {}\n\n",
            Format::Lines(_) => b"",
            Format::Array if self.begun => b"]",
            Format::Array => b"[]",
        };
        buf.extend_from_slice(end);
    }

    fn fail(&mut self, status: &Status, buf: &mut BytesMut) {
        let status = status.to_json();
        match self.format {
            Format::Events => buf.extend_from_slice(format!("event: error\ndata: {status}\n\n").as_bytes()),
            Format::Lines(_) | Format::Array => {
                self.begin(buf);
                buf.extend_from_slice(format!("{{\"error\":{status}}}").as_bytes());
                self.end(buf);
                self.finish(buf);
            }
        }
    }
}

struct Items {
    /// The source; `None` once it has ended.
    source: Option<BoxOutgoing>,
    framing: Framing,
    buf: BytesMut,
    /// The timer of the next heartbeat.
    silence: Option<Pin<Box<Sleep>>>,
    cx: Context,
}

impl Items {
    fn poll_fill(&mut self, task: &mut task::Context<'_>) -> Poll<Option<Result<()>>> {
        match &mut self.source {
            Some(source) => source.as_mut().poll_fill(task, &mut self.buf, BATCH, &mut self.framing),
            None => Poll::Ready(None),
        }
    }

    /// Waits for the first items.
    async fn fill_first(&mut self) -> std::result::Result<(), Failure> {
        match std::future::poll_fn(|task| self.poll_fill(task)).await {
            Some(Ok(())) => {}
            Some(Err(status)) => return Err(refused(status, &self.cx)),
            None => {
                self.source = None;
                self.framing.finish(&mut self.buf);
            }
        }
        Ok(())
    }

    fn poll_heartbeat(&mut self, task: &mut task::Context<'_>) -> Poll<()> {
        if self.framing.format != Format::Events {
            return Poll::Pending;
        }
        let silence = self.silence.get_or_insert_with(|| Box::pin(sleep(HEARTBEAT)));
        std::task::ready!(silence.as_mut().poll(task));
        silence.as_mut().reset(Instant::now() + HEARTBEAT);
        self.buf.extend_from_slice(b":\n\n");
        Poll::Ready(())
    }

    fn data(&mut self) -> Poll<Option<std::result::Result<http_body::Frame<Bytes>, BoxError>>> {
        Poll::Ready(Some(Ok(http_body::Frame::data(self.buf.split().freeze()))))
    }

    fn trailers(&mut self) -> Poll<Option<std::result::Result<http_body::Frame<Bytes>, BoxError>>> {
        let mut trailers = HeaderMap::new();
        add_metadata(&mut trailers, self.cx.take_trailers());
        Poll::Ready((!trailers.is_empty()).then(|| Ok(http_body::Frame::trailers(trailers))))
    }
}

impl http_body::Body for Items {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Option<std::result::Result<http_body::Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        if !this.buf.is_empty() {
            return this.data();
        }
        if this.source.is_none() {
            return this.trailers();
        }
        match this.poll_fill(task) {
            Poll::Ready(Some(Ok(()))) => this.silence = None,
            Poll::Ready(None) => {
                this.source = None;
                this.framing.finish(&mut this.buf);
            }
            Poll::Ready(Some(Err(status))) => {
                this.source = None;
                this.framing.fail(&status, &mut this.buf);
            }
            Poll::Pending => std::task::ready!(this.poll_heartbeat(task)),
        }
        if this.buf.is_empty() { this.trailers() } else { this.data() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::waist::handler::Outgoing;
    use http_body::Body as _;
    use http_body_util::BodyExt;
    use std::future::poll_fn;

    /// A source that has nothing to say, and then ends.
    struct Silent(Pin<Box<Sleep>>);

    impl Outgoing for Silent {
        fn poll_fill(
            mut self: Pin<&mut Self>,
            task: &mut task::Context<'_>,
            _: &mut BytesMut,
            _: usize,
            _: &mut dyn Frame,
        ) -> Poll<Option<Result<()>>> {
            self.0.as_mut().poll(task).map(|()| None)
        }
    }

    async fn body(format: Format, silence: Duration) -> Bytes {
        let source: BoxOutgoing = Box::pin(Silent(Box::pin(sleep(silence))));
        let answer = answer(Ok(source), format, Context::new()).await.expect("an answer");
        answer.into_body().collect().await.expect("a body").to_bytes()
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_event_stream_says_every_15_seconds_that_it_is_alive() {
        let text = body(Format::Events, Duration::from_secs(40)).await;
        assert_eq!(text, ":\n\n:\n\nevent: end\ndata: {}\n\n");
        assert_eq!(body(Format::Events, Duration::from_secs(14)).await, "event: end\ndata: {}\n\n");
        assert_eq!(body(Format::Lines("application/x-ndjson"), Duration::from_secs(40)).await, "");
        assert_eq!(body(Format::Array, Duration::from_secs(40)).await, "[]");
    }

    #[tokio::test]
    async fn trailing_metadata_follows_the_last_item() {
        let cx = Context::new();
        cx.append_trailer("x-total", "0").expect("a trailer");
        let source: BoxOutgoing = Box::pin(Silent(Box::pin(sleep(Duration::ZERO))));
        let answer = answer(Ok(source), Format::Events, cx).await.expect("an answer");
        let mut body = answer.into_body();
        let mut last = None;
        while let Some(frame) = poll_fn(|task| Pin::new(&mut body).poll_frame(task)).await {
            last = frame.expect("a frame").into_trailers().ok();
        }
        assert_eq!(last.expect("trailers").get("x-total").map(HeaderValue::as_bytes), Some(&b"0"[..]));
    }
}
