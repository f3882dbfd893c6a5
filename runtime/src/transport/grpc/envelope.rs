//! Length-prefixed messages, for gRPC, gRPC-Web and Connect's streams: one byte of flags, four bytes of
//! length, the message.
//!
//! A message that lies in one chunk of the body is read without a copy. One that is too large is refused as
//! soon as its length is known. On writing, the waist encodes a message in place, and the five bytes are
//! filled in before it.

use super::compression::{Encoding, too_large};
use super::text::TextDecoder;
use crate::call::budget::Reservation;
use crate::call::context::Context;
use crate::call::status::{Result, Status};
use crate::net::intake::Patience;
use crate::waist::handler::Frame;
use bytes::{BufMut, Bytes, BytesMut};
use http::HeaderMap;
use http_body::Body;
use std::pin::Pin;
use std::task::{self, Poll, ready};

/// The length of flags and length together, in bytes.
pub(super) const PREFIX: usize = 5;
/// The flag of a packed message.
pub(super) const COMPRESSED: u8 = 1;

/// A body that holds envelopes. It says who is to blame for broken ones.
pub(super) trait Source: Body<Data = Bytes> + Unpin {
    /// The status of a body that broke off.
    fn broken(error: Self::Error) -> Status;
    /// The status of bytes that break the protocol.
    fn malformed(text: String) -> Status;
}

/// One length-prefixed piece of a body.
#[derive(Debug)]
pub(super) struct Envelope {
    pub(super) flags: u8,
    pub(super) payload: Bytes,
}

/// Reads envelopes from a body.
pub(super) struct Envelopes<B> {
    body: B,
    /// Set when the body is base64.
    text: Option<Box<TextDecoder>>,
    /// Bytes that were read and not taken yet.
    chunk: Bytes,
    /// The beginning of a piece that spans chunks. It grows with the bytes that arrive, never with a claimed
    /// length.
    partial: BytesMut,
    /// The flags and length of the envelope whose payload comes next.
    head: Option<(u8, usize)>,
    encoding: Encoding,
    limit: usize,
    ended: bool,
    trailers: Option<Box<HeaderMap>>,
    memory: Reservation,
    /// The number of bytes that have come.
    received: usize,
}

impl<B: Source> Envelopes<B> {
    /// Reads messages packed with `encoding`. `limit` bounds each one, in bytes, both packed and unpacked.
    pub(super) fn new(body: B, encoding: Encoding, limit: usize) -> Self {
        Self {
            body,
            text: None,
            chunk: Bytes::new(),
            partial: BytesMut::new(),
            head: None,
            encoding,
            limit,
            ended: false,
            trailers: None,
            memory: Reservation::default(),
            received: 0,
        }
    }

    /// Counts its bytes in this memory.
    pub(super) fn in_memory(mut self, memory: Reservation) -> Self {
        self.memory = memory;
        self
    }

    /// The memory of the messages that were read.
    pub(super) fn into_memory(self) -> Reservation {
        self.memory
    }

    /// Decodes the body from base64 first.
    pub(super) fn in_base64(mut self) -> Self {
        self.text = Some(Box::default());
        self
    }

    /// The trailers, once the body has ended.
    pub(super) fn take_trailers(&mut self) -> HeaderMap {
        self.trailers.take().map(|trailers| *trailers).unwrap_or_default()
    }

    /// Whether there were trailers, once the body has ended.
    pub(super) fn has_trailers(&self) -> bool {
        self.trailers.as_ref().is_some_and(|trailers| !trailers.is_empty())
    }

    /// Reads the next envelope; `None` at the end of the body.
    pub(super) fn poll_next(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<Option<Envelope>>> {
        loop {
            if self.head.is_none() {
                match self.take(PREFIX) {
                    Some(prefix) => self.head = Some(self.read_prefix(&prefix)?),
                    None if ready!(self.poll_more(cx))? => continue,
                    None if self.partial.is_empty() => return Poll::Ready(Ok(None)),
                    None => return Poll::Ready(Err(truncated::<B>())),
                }
            }
            let Some((flags, len)) = self.head else { continue };
            if let Some(payload) = self.take(len) {
                self.head = None;
                return Poll::Ready(Ok(Some(Envelope { flags, payload })));
            }
            if !ready!(self.poll_more(cx))? {
                return Poll::Ready(Err(truncated::<B>()));
            }
        }
    }

    fn read_prefix(&mut self, prefix: &[u8]) -> Result<(u8, usize)> {
        let len = prefix[1..].iter().fold(0, |len, byte| len << 8 | usize::from(*byte));
        if len > self.limit {
            return Err(too_large(self.limit));
        }
        self.memory.hold(len)?;
        Ok((prefix[0], len))
    }

    /// The next `len` bytes in one piece, if they have come.
    fn take(&mut self, len: usize) -> Option<Bytes> {
        if self.partial.is_empty() && self.chunk.len() >= len {
            return Some(self.chunk.split_to(len));
        }
        let missing = (len - self.partial.len()).min(self.chunk.len());
        self.partial.extend_from_slice(&self.chunk.split_to(missing));
        (self.partial.len() == len).then(|| self.partial.split().freeze())
    }

    /// Reads the next chunk; false at the end of the body.
    fn poll_more(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<bool>> {
        while !self.ended {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                None => self.ended = true,
                Some(Err(error)) => return Poll::Ready(Err(B::broken(error))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => {
                        self.received += data.len();
                        self.chunk = match &mut self.text {
                            None => data,
                            Some(text) => text.decode(&data).map_err(B::malformed)?,
                        };
                        if !self.chunk.is_empty() {
                            return Poll::Ready(Ok(true));
                        }
                    }
                    Err(frame) => self.trailers = frame.into_trailers().ok().map(Box::new),
                },
            }
        }
        let complete = self.text.as_ref().is_none_or(|text| text.is_complete());
        Poll::Ready(if complete {
            Ok(false)
        } else {
            Err(B::malformed("the base64 ends within a group".to_owned()))
        })
    }

    /// Unpacks the message in an envelope.
    ///
    /// # Errors
    /// `internal` when the flags break the protocol; the errors of unpacking.
    pub(super) fn open(&mut self, envelope: Envelope) -> Result<Bytes> {
        match (envelope.flags, self.encoding) {
            (0, _) => Ok(envelope.payload),
            (COMPRESSED, Encoding::Identity) => Err(Status::internal(
                "a message is flagged as compressed, but no header names the compression",
            )),
            (COMPRESSED, encoding) => {
                let packed = envelope.payload.len();
                let message = encoding.unpack(envelope.payload, self.limit)?;
                self.memory.hold(packed + message.len())?;
                Ok(message)
            }
            (flags, _) => Err(Status::internal(format!("a message has the unknown flags {flags:#04x}"))),
        }
    }

    /// Reads the next message; `None` at the end of the body.
    pub(super) fn poll_message(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<Option<Bytes>>> {
        let envelope = ready!(self.poll_next(cx))?;
        Poll::Ready(envelope.map(|envelope| self.open(envelope)).transpose())
    }

    /// Reads the only message of the body.
    ///
    /// # Errors
    /// `unimplemented` when there is none or more than one, because the caller means a method of another
    /// shape.
    pub(super) async fn only(&mut self, patience: &mut Patience, call: &Context) -> Result<Bytes> {
        let message = std::future::poll_fn(|cx| match self.poll_message(cx) {
            Poll::Pending => patience.poll(cx, self.received, call).map(Err),
            next => next,
        });
        let message = message.await?;
        let message =
            message.ok_or_else(|| Status::unimplemented("the method takes one message, but none arrived"))?;
        let at_end = self.chunk.is_empty() && self.body.is_end_stream();
        let more = std::future::poll_fn(|cx| match self.poll_next(cx) {
            Poll::Pending => patience.poll(cx, self.received, call).map(Err),
            next => next,
        });
        if !at_end && more.await?.is_some() {
            return Err(Status::unimplemented("the method takes one message, but more arrived"));
        }
        Ok(message)
    }

    /// Reads the messages one by one, when the stream is polled. The first error is the last item.
    pub(super) fn into_messages(self) -> impl futures_core::Stream<Item = Result<Bytes>> {
        let mut source = Some(self);
        futures_util::stream::poll_fn(move |cx| {
            let Some(envelopes) = &mut source else { return Poll::Ready(None) };
            let next = ready!(envelopes.poll_message(cx)).transpose();
            if !matches!(next, Some(Ok(_))) {
                source = None;
            }
            Poll::Ready(next)
        })
    }
}

fn truncated<B: Source>() -> Status {
    B::malformed("the body ends within a message".to_owned())
}

/// Writes the five bytes before messages, packs them, and drops a message that is too large.
#[derive(Debug, Clone, Copy)]
pub(super) struct Framer {
    encoding: Encoding,
    limit: usize,
    start: usize,
    oversized: bool,
}

impl Framer {
    pub(super) const fn new(encoding: Encoding, limit: usize) -> Self {
        Self {
            encoding,
            limit: if limit > u32::MAX as usize { u32::MAX as usize } else { limit },
            start: 0,
            oversized: false,
        }
    }

    /// Frames the message that `buf` holds behind five free bytes.
    ///
    /// # Errors
    /// `resource_exhausted` when it is too large.
    pub(super) fn frame(mut self, buf: &mut BytesMut) -> Result<()> {
        self.end(buf);
        self.verdict()
    }

    /// Whether the last message could be written.
    ///
    /// # Errors
    /// `resource_exhausted` when it was too large.
    pub(super) fn verdict(&mut self) -> Result<()> {
        if std::mem::take(&mut self.oversized) { Err(too_large(self.limit)) } else { Ok(()) }
    }
}

impl Frame for Framer {
    fn begin(&mut self, buf: &mut BytesMut) {
        self.start = buf.len();
        buf.put_bytes(0, PREFIX);
    }

    fn end(&mut self, buf: &mut BytesMut) {
        let message = self.start + PREFIX;
        // Nothing may follow a message that cannot be sent: the call ends there.
        if self.oversized || buf.len() - message > self.limit {
            self.oversized = true;
            buf.truncate(self.start);
            return;
        }
        let packed = self.encoding.pack(&buf[message..]);
        if let Some(packed) = &packed {
            buf.truncate(message);
            buf.extend_from_slice(packed);
        }
        let len = (buf.len() - message) as u32;
        buf[self.start] = u8::from(packed.is_some());
        buf[self.start + 1..message].copy_from_slice(&len.to_be_bytes());
    }
}

/// Makes a single envelope.
pub(super) fn envelope(flags: u8, payload: &[u8]) -> BytesMut {
    let mut out = BytesMut::with_capacity(PREFIX + payload.len());
    out.put_u8(flags);
    out.put_u32(payload.len() as u32);
    out.extend_from_slice(payload);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::compression::Compression;
    use crate::call::status::Code;
    use futures_util::StreamExt;
    use http_body::Frame as BodyFrame;
    use http_body_util::StreamBody;
    use std::convert::Infallible;

    type Chunks =
        StreamBody<futures_util::stream::Iter<std::vec::IntoIter<Result<BodyFrame<Bytes>, Infallible>>>>;

    impl Source for Chunks {
        fn broken(error: Infallible) -> Status {
            match error {}
        }
        fn malformed(text: String) -> Status {
            Status::invalid_argument(text)
        }
    }

    fn body(bytes: &[u8], size: usize) -> Chunks {
        let frames: Vec<_> =
            bytes.chunks(size).map(|chunk| Ok(BodyFrame::data(Bytes::copy_from_slice(chunk)))).collect();
        StreamBody::new(futures_util::stream::iter(frames))
    }

    async fn read(bytes: &[u8], size: usize, encoding: Encoding) -> Vec<Result<Bytes>> {
        Envelopes::new(body(bytes, size), encoding, 100).into_messages().collect().await
    }

    fn two() -> Vec<u8> {
        [envelope(0, b"first"), envelope(0, b""), envelope(0, b"third")].concat()
    }

    #[tokio::test]
    async fn messages_are_the_same_however_the_body_is_cut() {
        for size in 1..=two().len() {
            let messages = read(&two(), size, Encoding::Identity).await;
            assert_eq!(
                messages,
                [Ok("first".into()), Ok("".into()), Ok("third".into())],
                "in chunks of {size}"
            );
        }
    }

    #[tokio::test]
    async fn a_body_may_end_between_messages_only() {
        let whole = two();
        for end in 0..whole.len() {
            let complete = [0, 10, 15].contains(&end);
            let last = read(&whole[..end], 7, Encoding::Identity).await.pop();
            assert_eq!(matches!(last, None | Some(Ok(_))), complete, "cut at {end}: {last:?}");
        }
    }

    #[tokio::test]
    async fn a_length_over_the_limit_is_refused_before_its_message() {
        let messages = read(&[0, 0, 0, 0, 101], 5, Encoding::Identity).await;
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].as_ref().expect_err("a status").code(), Code::ResourceExhausted);
    }

    #[tokio::test]
    async fn flags_must_be_known_and_make_sense() {
        for (flags, encoding) in
            [(1, Encoding::Identity), (2, Encoding::Packed(Compression::Gzip)), (0x80, Encoding::Identity)]
        {
            let messages = read(&envelope(flags, b"x"), 100, encoding).await;
            assert_eq!(messages[0].as_ref().expect_err("a status").code(), Code::Internal, "{flags}");
        }
    }

    #[tokio::test]
    async fn a_framed_message_reads_back() {
        for encoding in [Encoding::Identity, Encoding::Packed(Compression::Gzip)] {
            let mut buf = BytesMut::from(&b"\0\0\0\0\0hello"[..]);
            assert_eq!(Framer::new(encoding, 100).frame(&mut buf), Ok(()));
            assert_eq!(read(&buf, 3, encoding).await, [Ok("hello".into())]);
        }
        let mut buf = BytesMut::from(&b"\0\0\0\0\0hello"[..]);
        assert!(Framer::new(Encoding::Identity, 4).frame(&mut buf).is_err());
        assert!(buf.is_empty());
    }

    #[tokio::test]
    async fn only_is_one_message() {
        for (bytes, sound) in [(envelope(0, b"x").to_vec(), true), (Vec::new(), false), (two(), false)] {
            let soon = std::time::Duration::from_secs(10);
            let mut patience = Patience::new(Some(tokio::time::Instant::now() + soon), soon);
            let only = Envelopes::new(body(&bytes, 100), Encoding::Identity, 100)
                .only(&mut patience, &Context::new())
                .await;
            assert_eq!(only.is_ok(), sound, "{bytes:?}: {only:?}");
        }
    }
}
