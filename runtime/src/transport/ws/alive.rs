//! A socket below a WebSocket: reads as much as there is into one buffer, which a quiet connection gives back, and notes
//! the peer's signs of life: bytes that came, and room in its window after there was none. A ping that merely fits into the
//! kernel's buffer is none.

use bytes::{Buf, BytesMut};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tokio_util::io::poll_read_buf;

/// What a read takes at first, and what an idle connection costs.
const LEAST: usize = 512;
/// What a read takes at most. Nothing of it is zeroed.
const MOST: usize = 8 << 10;

/// See the module.
#[derive(Debug)]
pub(super) struct Alive<S> {
    io: S,
    read: BytesMut,
    /// What the next read may take: twice as much whenever there was more.
    size: usize,
    last: Instant,
    /// Bytes handed on since the last [`Alive::forget`].
    taken: usize,
    /// Since when writes find no room.
    blocked: Option<Instant>,
}

impl<S> Alive<S> {
    pub(super) fn new(io: S) -> Self {
        Self { io, read: BytesMut::new(), size: LEAST, last: Instant::now(), taken: 0, blocked: None }
    }

    /// When the peer last gave a sign of life.
    pub(super) const fn last(&self) -> Instant {
        self.last
    }

    /// Since when the peer takes nothing of what is sent, if it does not.
    pub(super) const fn blocked(&self) -> Option<Instant> {
        self.blocked
    }

    /// What has been read of a message that is not there yet, in bytes.
    pub(super) const fn taken(&self) -> usize {
        self.taken
    }

    /// The message is there.
    pub(super) fn forget(&mut self) {
        self.taken = 0;
    }

    /// Gives back what an idle connection does not need.
    pub(super) fn rest(&mut self) {
        self.size = LEAST;
        if self.read.is_empty() {
            self.read = BytesMut::new();
        }
    }

    /// Excuses a silence that is ours: while we do not read, nothing can be heard.
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
