//! Signs of life of a peer, read off its socket: bytes that came, and room in its window after there was none.
//! A ping that merely fits into the kernel's buffer is none.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// A socket that knows when its peer was last alive.
#[derive(Debug)]
pub(super) struct Alive<S> {
    io: S,
    last: Instant,
    /// Whether the last write found no room.
    blocked: bool,
}

impl<S> Alive<S> {
    pub(super) fn new(io: S) -> Self {
        Self { io, last: Instant::now(), blocked: false }
    }

    /// When the peer last gave a sign of life.
    pub(super) const fn last(&self) -> Instant {
        self.last
    }

    /// Excuses a silence that is ours: while we do not read, nothing can be heard.
    pub(super) fn excuse(&mut self) {
        self.last = Instant::now();
    }

    fn wrote<T>(&mut self, poll: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        let was_blocked = std::mem::replace(&mut self.blocked, poll.is_pending());
        if was_blocked && matches!(poll, Poll::Ready(Ok(_))) {
            self.last = Instant::now();
        }
        poll
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Alive<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let poll = Pin::new(&mut self.io).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.last = Instant::now();
        }
        poll
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
