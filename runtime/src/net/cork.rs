//! One write for everything that a connection says in one turn of its task. It works like TCP_CORK, without
//! the timer.
//!
//! hyper flushes after every HTTP/1.1 answer, and after every HTTP/2 frame with a payload of some size.
//! Between [`Cork::hold`] and [`Cork::release`] the cork gathers small writes instead, up to a bound. The
//! task of the connection calls the two around each poll, so nothing waits longer than the poll takes. Bytes
//! beyond the bound go to the socket, which says when the peer takes no more. A slow reader is therefore
//! noticed as before. Outside of a turn (an upgraded connection) a write goes straight to the socket.
//!
//! hyper's `pipeline_flush` gathers too, but it lifts the limit of the write buffer of an HTTP/1.1
//! connection. In `scripts/faults`, a client that read nothing of a stream of 1 GiB cost the server 1 GiB of
//! memory. So hyper flushes each answer, and the socket gathers 64 KiB at most. Sixteen pipelined answers, or
//! the frames of many streams, are one system call.

use bytes::{Buf, BytesMut};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::io::poll_read_buf;

/// The largest write that is copied, in bytes. Beside a larger one a system call is cheap.
const SMALL: usize = 8 << 10;
/// The most bytes that are held.
const MOST: usize = 64 << 10;
/// The largest buffer that is kept for the next turn, in bytes. Most connections are idle.
const KEPT: usize = 4 << 10;
/// The most bytes that are read ahead of hyper.
const AHEAD: usize = 8 << 10;

/// A socket that two share, never at once: hyper, which reads and writes, and the task of its connection.
pub(crate) struct Cork<S>(Arc<Mutex<Corked<S>>>);

struct Corked<S> {
    socket: S,
    held: BytesMut,
    /// Whether the connection is in a turn.
    holds: bool,
    /// Whether something was written and not flushed.
    dirty: bool,
    /// Why held bytes could not be written. The next reader or writer is told.
    failed: Option<io::Error>,
    /// Bytes that were read before hyper asked for them.
    ahead: BytesMut,
}

impl<S> Clone for Cork<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> Cork<S> {
    pub(crate) fn new(socket: S) -> Self {
        let (held, ahead) = (BytesMut::new(), BytesMut::new());
        Self(Arc::new(Mutex::new(Corked { socket, held, holds: false, dirty: false, failed: None, ahead })))
    }

    fn socket(&self) -> MutexGuard<'_, Corked<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gathers the writes that follow.
    pub(crate) fn hold(&self) {
        self.socket().holds = true;
    }
}

impl<S: AsyncWrite + Unpin> Cork<S> {
    /// Writes the gathered bytes. Bytes that the socket does not take stay, and `cx` is woken when it takes
    /// more.
    pub(crate) fn release(&self, cx: &mut Context<'_>) {
        let mut socket = self.socket();
        socket.holds = false;
        if let Poll::Ready(Err(error)) = socket.poll_flush(cx) {
            socket.failed = Some(error);
        }
    }
}

impl<S: AsyncRead + Unpin> Cork<S> {
    /// Is ready when the connection is lost. Either held bytes could not be written, or the peer, which only
    /// listens to an answer, has closed. hyper learns neither while it answers in a stream that has nothing
    /// to say and already has a part of the next request.
    pub(crate) fn poll_lost(&self, cx: &mut Context<'_>, is_listening: bool) -> Poll<io::Error> {
        let mut socket = self.socket();
        if let Some(error) = socket.failed.take() {
            return Poll::Ready(error);
        }
        if is_listening { socket.poll_closed(cx) } else { Poll::Pending }
    }
}

impl<S: AsyncRead + Unpin> Corked<S> {
    /// Reads until there is no more, or the peer has closed. A close behind many unread bytes is not seen.
    fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        while self.ahead.len() < AHEAD {
            match ready!(poll_read_buf(Pin::new(&mut self.socket), cx, &mut self.ahead)) {
                Ok(0) => return Poll::Ready(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => {}
                Err(error) => return Poll::Ready(error),
            }
        }
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> Corked<S> {
    /// Writes all held bytes to the socket, and flushes it.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.dirty {
            ready!(self.poll_drain(cx))?;
            ready!(Pin::new(&mut self.socket).poll_flush(cx))?;
            self.dirty = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Writes the held bytes to the socket.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(error) = self.failed.take() {
            return Poll::Ready(Err(error));
        }
        while !self.held.is_empty() {
            match ready!(Pin::new(&mut self.socket).poll_write(cx, &self.held))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.held.advance(written),
            }
        }
        if self.held.capacity() > KEPT {
            self.held = BytesMut::new();
        } else {
            // Go back to the beginning of the buffer.
            self.held.clear();
        }
        Poll::Ready(Ok(()))
    }

    /// Whether a write of `len` bytes is to be held.
    fn holds(&self, len: usize) -> bool {
        self.holds && len <= SMALL && self.held.len() + len <= MOST
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Cork<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut socket = self.socket();
        if let Some(error) = socket.failed.take() {
            return Poll::Ready(Err(error));
        }
        // After the last turn, the new owner of the socket may wait for an answer to the held bytes.
        if !socket.holds
            && let Poll::Ready(Err(error)) = socket.poll_flush(cx)
        {
            return Poll::Ready(Err(error));
        }
        if !socket.ahead.is_empty() {
            let some = socket.ahead.len().min(buf.remaining());
            buf.put_slice(&socket.ahead.split_to(some));
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut socket.socket).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Cork<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let mut socket = self.socket();
        socket.dirty = true;
        if socket.holds(buf.len()) {
            socket.held.extend_from_slice(buf);
            return Poll::Ready(Ok(buf.len()));
        }
        ready!(socket.poll_drain(cx))?;
        Pin::new(&mut socket.socket).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut socket = self.socket();
        socket.dirty = true;
        let len = bufs.iter().map(|buf| buf.len()).sum();
        if socket.holds(len) {
            bufs.iter().for_each(|buf| socket.held.extend_from_slice(buf));
            return Poll::Ready(Ok(len));
        }
        ready!(socket.poll_drain(cx))?;
        Pin::new(&mut socket.socket).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket().socket.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut socket = self.socket();
        if socket.holds { Poll::Ready(Ok(())) } else { socket.poll_flush(cx) }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut socket = self.socket();
        ready!(socket.poll_flush(cx))?;
        Pin::new(&mut socket.socket).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::poll;
    use std::future::poll_fn;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    /// Makes these writes in one turn, and returns the results that hyper saw.
    async fn turn(cork: &Cork<DuplexStream>, writes: &[&[u8]]) -> Vec<Poll<usize>> {
        let mut io = cork.clone();
        poll_fn(|cx| {
            cork.hold();
            let told = writes.iter().map(|bytes| Pin::new(&mut io).poll_write(cx, bytes));
            let told = told.map(|told| told.map(|told| told.expect("a socket"))).collect();
            assert!(Pin::new(&mut io).poll_flush(cx).is_ready());
            cork.release(cx);
            Poll::Ready(told)
        })
        .await
    }

    #[tokio::test]
    async fn what_is_written_in_a_turn_is_there_after_it_in_order() {
        let (near, mut far) = duplex(1 << 20);
        let cork = Cork::new(near);
        let large = vec![b'x'; SMALL + 1];
        let told = turn(&cork, &[b"a", b"b", &large, b"c"]).await;
        assert_eq!(told, [1, 1, large.len(), 1].map(Poll::Ready));
        let mut came = vec![0; large.len() + 3];
        far.read_exact(&mut came).await.expect("all of it");
        assert_eq!([&came[..2], &came[came.len() - 1..]].concat(), b"abc");
    }

    #[tokio::test]
    async fn a_peer_that_takes_nothing_is_noticed_and_misses_nothing() {
        let (near, mut far) = duplex(1000);
        let cork = Cork::new(near);
        let piece = vec![b'x'; SMALL];
        let told = turn(&cork, &[&piece[..]; 20]).await;
        let taken = told.iter().filter(|told| told.is_ready()).count();
        assert!(taken < 20, "all of it was held");
        assert!(taken * SMALL <= MOST + SMALL, "{taken} pieces are held");
        assert!(told[taken..].iter().all(Poll::is_pending));
        drop(tokio::spawn({
            let mut io = cork.clone();
            async move { io.shutdown().await }
        }));
        let mut came = Vec::new();
        far.read_to_end(&mut came).await.expect("the rest");
        assert_eq!(came.len(), taken * SMALL);
    }

    #[tokio::test]
    async fn outside_of_a_turn_a_write_is_a_write() {
        let (near, mut far) = duplex(8);
        let cork = Cork::new(near);
        assert_eq!(turn(&cork, &[b"0123456789"]).await, [Poll::Ready(10)]);
        let mut io = cork.clone();
        let mut came = [0; 8];
        far.read_exact(&mut came).await.expect("the first of it");
        // A task that only reads writes out the rest first.
        assert!(poll!(Box::pin(io.read_u8())).is_pending());
        far.read_exact(&mut came[..2]).await.expect("the last of it");
        assert_eq!(&came[..2], b"89");
        io.write_all(b"later").await.expect("a write");
        far.read_exact(&mut came[..5]).await.expect("at once");
    }

    #[tokio::test]
    async fn a_peer_that_closes_is_noticed_behind_what_nobody_reads() {
        let (near, mut far) = duplex(64);
        let cork = Cork::new(near);
        let lost = |is_listening| poll_fn(move |cx| Poll::Ready(cork.poll_lost(cx, is_listening)));
        far.write_all(b"GET /").await.expect("a write");
        assert!(lost.clone()(true).await.is_pending());
        drop(far);
        assert!(lost.clone()(false).await.is_pending());
        let Poll::Ready(error) = lost.clone()(true).await else { panic!("it closed") };
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn what_was_read_ahead_comes_first() {
        let (near, mut far) = duplex(64);
        let mut cork = Cork::new(near);
        far.write_all(b"ab").await.expect("a write");
        assert!(poll_fn(|cx| Poll::Ready(cork.poll_lost(cx, true))).await.is_pending());
        far.write_all(b"c").await.expect("a write");
        let mut came = [0; 3];
        cork.read_exact(&mut came).await.expect("all of it");
        assert_eq!(&came, b"abc");
    }

    #[tokio::test]
    async fn a_write_that_fails_after_the_turn_is_told_of_by_the_next() {
        let (near, far) = duplex(8);
        let cork = Cork::new(near);
        drop(far);
        assert_eq!(turn(&cork, &[b"lost"]).await, [Poll::Ready(4)]);
        let error = cork.clone().read_u8().await.expect_err("the error of the write");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(turn(&cork, &[b"lost"]).await, [Poll::Ready(4)]);
        let lost = poll_fn(|cx| cork.poll_lost(cx, false)).await;
        assert_eq!(lost.kind(), io::ErrorKind::BrokenPipe);
    }
}
