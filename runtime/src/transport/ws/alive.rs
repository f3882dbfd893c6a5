//! A socket below a WebSocket. It reads as much as there is into one buffer, which a quiet connection gives
//! back. It also notes the peer's signs of life: bytes that came, and room in the peer's window after there
//! was none. A ping that merely fits into the kernel's buffer is no sign of life.

use bytes::{Buf, BytesMut};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tokio_util::io::poll_read_buf;

/// The size of the first read in bytes, and the cost of an idle connection.
const LEAST: usize = 512;
/// The largest read, in bytes. The buffer is not zeroed.
const MOST: usize = 8 << 10;

/// A socket that notes its peer's signs of life.
#[derive(Debug)]
pub(super) struct Alive<S> {
    io: S,
    read: BytesMut,
    /// The size of the next read: doubled whenever the last read was full.
    size: usize,
    last: Instant,
    /// Bytes handed on since the last [`Alive::forget`].
    taken: usize,
    /// The time since when writes find no room.
    blocked: Option<Instant>,
}

impl<S> Alive<S> {
    pub(super) fn new(io: S) -> Self {
        Self { io, read: BytesMut::new(), size: LEAST, last: Instant::now(), taken: 0, blocked: None }
    }

    /// The time of the peer's last sign of life.
    pub(super) const fn last(&self) -> Instant {
        self.last
    }

    /// The time since when the peer takes nothing; `None` when it takes what is sent.
    pub(super) const fn blocked(&self) -> Option<Instant> {
        self.blocked
    }

    /// Bytes read of a message that is not complete yet.
    pub(super) const fn taken(&self) -> usize {
        self.taken
    }

    /// Resets the count: the message is complete.
    pub(super) fn forget(&mut self) {
        self.taken = 0;
    }

    /// Frees the buffer that an idle connection does not need.
    pub(super) fn rest(&mut self) {
        self.size = LEAST;
        if self.read.is_empty() {
            self.read = BytesMut::new();
        }
    }

    /// Excuses a silence that is ours: while we do not read, we cannot hear the peer.
    pub(super) fn excuse(&mut self) {
        self.last = Instant::now();
    }

    fn wrote<T>(&mut self, poll: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match (&poll, self.blocked) {
            (Poll::Pending, None) => self.blocked = Some(Instant::now()),
            (Poll::Ready(Ok(_)), Some(_)) => {
                self.blocked = None;
                self.last = Instant::now();
            }
            (Poll::Pending, Some(_)) | (Poll::Ready(_), _) => {}
        }
        poll
    }
}

impl<S: AsyncRead + Unpin> Alive<S> {
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.read.reserve(self.size);
        let poll = poll_read_buf(Pin::new(&mut self.io), cx, &mut self.read);
        if let Poll::Ready(Ok(read @ 1..)) = poll {
            self.last = Instant::now();
            if read >= self.size {
                self.size = (2 * self.size).min(MOST);
            }
        }
        poll.map_ok(drop)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Alive<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.read.is_empty() {
            ready!(this.poll_fill(cx))?;
        }
        let some = this.read.len().min(buf.remaining());
        buf.put_slice(&this.read[..some]);
        this.taken += some;
        this.read.advance(some);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Alive<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.io).poll_write(cx, buf);
        self.wrote(poll)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
