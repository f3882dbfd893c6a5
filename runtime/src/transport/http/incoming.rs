//! The items of a client's stream: one JSON text for each line, read as the handler asks for them.

use super::packing;
use super::request::{media_type, unsupported};
use super::response::Failure;
use crate::call::budget::Reservation;
use crate::call::policy::Policy;
use crate::call::status::{Result, Status};
use crate::net::RequestBody;
use crate::net::body::TooLarge;
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::HeaderMap;
use http_body::Body as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

const MEDIA_TYPES: [&str; 3] = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

/// Reads the body by lines.
///
/// # Errors
/// 415 when there is a body and it is not NDJSON.
pub(super) fn read(
    headers: &HeaderMap,
    body: RequestBody,
    policy: &Arc<Policy>,
    limit: usize,
) -> std::result::Result<Lines, Failure> {
    let media = media_type(headers);
    let known = media.is_some_and(|media| MEDIA_TYPES.iter().any(|known| media.eq_ignore_ascii_case(known)));
    if !known && (media.is_some() || !body.is_end_stream()) {
        return Err(unsupported(media, MEDIA_TYPES[0]));
    }
    packing::none_of_request(headers)?;
    Ok(Lines::new(body, policy, limit))
}

/// The lines of a body. Empty lines are skipped.
#[derive(Debug)]
pub(super) struct Lines {
    /// The body; `None` once it has ended.
    body: Option<RequestBody>,
    buf: BytesMut,
    /// The number of bytes of `buf` that are known to hold no line break.
    scanned: usize,
    limit: usize,
    /// The memory of the line that was handed on last, and of the bytes read after it.
    memory: Reservation,
}

impl Lines {
    fn new(body: RequestBody, policy: &Arc<Policy>, limit: usize) -> Self {
        let (buf, memory) = (BytesMut::new(), Reservation::of(policy));
        Self { body: Some(body), buf, scanned: 0, limit, memory }
    }

    /// Takes the next whole line from `buf`.
    fn take_line(&mut self) -> Option<Bytes> {
        match self.buf[self.scanned..].iter().position(|byte| *byte == b'\n') {
            Some(at) => {
                let line = self.buf.split_to(self.scanned + at + 1);
                self.scanned = 0;
                Some(line.freeze())
            }
            None => {
                self.scanned = self.buf.len();
                None
            }
        }
    }

    fn fail(&mut self, status: Status) -> Poll<Option<Result<Bytes>>> {
        self.body = None;
        self.buf = BytesMut::new();
        self.scanned = 0;
        Poll::Ready(Some(Err(status)))
    }
}

impl Stream for Lines {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let line = this.take_line();
            let size = line.as_ref().map_or(this.buf.len(), Bytes::len);
            if size > this.limit {
                let text = format!("a line of the body is longer than {} bytes, the limit", this.limit);
                return this.fail(TooLarge::status(text));
            }
            match line {
                Some(line) if line.iter().all(u8::is_ascii_whitespace) => continue,
                Some(line) => return Poll::Ready(Some(Ok(line))),
                None => {}
            }
            let Some(body) = &mut this.body else {
                let last = std::mem::take(&mut this.buf).freeze();
                this.scanned = 0;
                let blank = last.iter().all(u8::is_ascii_whitespace);
                return Poll::Ready((!blank).then_some(Ok(last)));
            };
            match ready!(body.poll_chunk(cx)) {
                Ok(Some(chunk)) => {
                    if let Err(status) = this.memory.hold(this.buf.len() + chunk.len()) {
                        return this.fail(status);
                    }
                    this.buf.extend_from_slice(&chunk);
                }
                Ok(None) => this.body = None,
                Err(status) => return this.fail(status),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::interceptor::Interceptors;
    use crate::call::limits::Limits;
    use futures_util::StreamExt;
    use http_body::Frame;
    use http_body_util::StreamBody;

    async fn lines(chunks: &'static [&'static str], limit: usize) -> Vec<Result<String>> {
        let frames = chunks
            .iter()
            .map(|chunk| Ok::<_, std::io::Error>(Frame::data(Bytes::from_static(chunk.as_bytes()))));
        let body = RequestBody::boxed(StreamBody::new(futures_util::stream::iter(frames)));
        let policy = Policy::new(Limits::default(), Interceptors::default());
        let lines = Lines::new(body, &Arc::new(policy), limit);
        let text = |line: Bytes| String::from_utf8_lossy(&line).trim().to_owned();
        lines.map(|line| line.map(text)).collect().await
    }

    #[tokio::test]
    async fn lines_are_found_across_chunks_and_the_last_needs_no_break() {
        let found = lines(&["{\"a\":1}\n{\"a\"", ":2}\r\n\n  \n", "{\"a\":3}"], 20).await;
        assert_eq!(found, ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"].map(|line| Ok(line.to_owned())));
        assert_eq!(lines(&[], 20).await, []);
        assert_eq!(lines(&["\n", "\n\n"], 20).await, []);
    }

    #[tokio::test]
    async fn a_line_beyond_the_limit_ends_the_stream() {
        for chunks in [&["1\n", "123456789\n", "2\n"][..], &["1\n", "12345", "6789"], &["1\n123456789\n2\n"]]
        {
            let found = lines(chunks, 8).await;
            assert_eq!(found.len(), 2, "{found:?}");
            assert_eq!(found[0], Ok("1".to_owned()));
            assert_eq!(found[1].as_ref().expect_err("a limit").code(), crate::Code::ResourceExhausted);
        }
    }
}
