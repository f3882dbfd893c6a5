//! One WebSocket, polled: messages in, messages out, one flush for many of them, bounded buffers, and checks
//! that the peer is alive. Both sides use it. It does not know what the messages mean.

use super::alive::Alive;
use super::close::Close;
use crate::call::budget::Reservation;
use crate::call::limits::Limits;
use crate::net::watch::LONGEST;
use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};

/// The read buffer of tungstenite, in bytes. tungstenite zeroes it on every read, even an empty one, so it is
/// small: the socket below has the large buffer.
const READ_BUFFER: usize = 1 << 10;
/// Bytes that are gathered before they are written without a flush.
const WRITE_BUFFER: usize = 64 << 10;
/// The largest frame, in bytes. A longer message is sent in several frames: peers limit frames, not only
/// messages.
const FRAGMENT: usize = 128 << 10;
/// The time that the peer has to answer our Close.
const CLOSE_WAIT: Duration = Duration::from_secs(1);
/// The most that is read after our Close, in reads of 4 KiB, before the peer has seen it.
const LAST_READS: usize = 256;
/// Room beside the unsent bytes for the ends of calls while the peer takes nothing, in bytes.
const ENDINGS: usize = 1 << 20;

/// Limits for messages, for unsent bytes, and for the peer's silence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// The largest message, in bytes.
    pub(super) message: usize,
    /// The largest frame, in bytes.
    pub(super) frame: usize,
    /// The most that is written and not sent, in bytes, beside one message.
    pub(super) unsent: usize,
    /// The silence after which the peer is pinged.
    pub(super) ping: Duration,
    /// The silence after which the peer is gone. The same for a peer that takes nothing.
    pub(super) idle: Duration,
}

impl From<&Limits> for Bounds {
    fn from(limits: &Limits) -> Self {
        Self {
            message: limits.ws_message_size,
            frame: limits.ws_frame_size,
            unsent: limits.ws_write_buffer,
            // A peer that answers its ping is not silent: it has half of the idle time to do so.
            ping: limits.ws_ping_interval.min(limits.ws_idle_timeout / 2).min(LONGEST),
            idle: limits.ws_idle_timeout.min(LONGEST),
        }
    }
}

impl Bounds {
    pub(super) fn config(&self) -> WebSocketConfig {
        let gather = WRITE_BUFFER.min(self.unsent);
        // `poll_ready` stops us at the first write that blocks. A message and a Close may be in the buffer at
        // that moment.
        let most = self.unsent.saturating_add(self.message).saturating_add(gather + ENDINGS);
        WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(gather)
            .max_write_buffer_size(most)
            .max_message_size(Some(self.message))
            .max_frame_size(Some(self.frame))
    }
}

/// The kind of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Binary,
}

/// A message from the peer.
#[derive(Debug)]
pub(super) enum Received {
    /// A whole text message.
    Text(Utf8Bytes),
    /// A whole binary message.
    Binary(Bytes),
    /// The peer's Close, which was answered.
    Close {
        /// The code (RFC 6455 §7.4); 1005 when the peer gave none.
        code: u16,
        /// The reason that the peer gave.
        reason: String,
    },
}

/// The amount that the peer takes at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// The peer takes what is sent.
    Free,
    /// The peer takes nothing. There is room for answers, not for items.
    Blocked,
    /// The peer takes nothing, and there is no room left.
    Full,
}

/// The connection is over.
#[derive(Debug)]
pub(super) enum Lost {
    /// The peer can hear nothing any more.
    Gone,
    /// The peer broke a rule, and is told which one.
    Fault(Close),
}

/// One WebSocket after its handshake.
#[derive(Debug)]
pub(super) struct Socket<S> {
    stream: WebSocketStream<Alive<S>>,
    ping: Duration,
    idle: Duration,
    /// Bytes fed since the peer took no more, and the limit for them.
    unsent: usize,
    most_unsent: usize,
    /// Memory that a message holds before it is complete.
    memory: Reservation,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    /// The server's end of a connection that was upgraded.
    pub(super) async fn server(io: S, bounds: &Bounds, memory: Reservation) -> Self {
        let stream =
            WebSocketStream::from_raw_socket(Alive::new(io), Role::Server, Some(bounds.config())).await;
        Self { memory, ..Self::new(stream, bounds) }
    }

    /// A connection whose handshake is done, made with [`Bounds::config`].
    pub(super) fn new(stream: WebSocketStream<Alive<S>>, bounds: &Bounds) -> Self {
        let Bounds { ping, idle, unsent: most_unsent, .. } = *bounds;
        Self { stream, ping, idle, unsent: 0, most_unsent, memory: Reservation::default() }
    }

    /// The time after which the peer is first to be checked ([`Socket::check`]).
    pub(super) const fn first_check(&self) -> Duration {
        self.ping
    }

    /// Ready when the peer takes more. Until then, calls should not be asked for messages.
    pub(super) fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Lost>> {
        ready!(Pin::new(&mut self.stream).poll_ready(cx)).map_err(|_| Lost::Gone)?;
        self.unsent = 0;
        Poll::Ready(Ok(()))
    }

    /// How much may be sent now. Wakes the task when the peer takes more, unless the answer is
    /// [`Flow::Free`].
    pub(super) fn poll_flow(&mut self, cx: &mut Context<'_>) -> Result<Flow, Lost> {
        Ok(match self.poll_ready(cx)? {
            Poll::Ready(()) => Flow::Free,
            Poll::Pending if self.may_answer() => Flow::Blocked,
            Poll::Pending => Flow::Full,
        })
    }

    /// Whether requests may be answered, even when the peer takes nothing at the moment.
    pub(super) const fn may_answer(&self) -> bool {
        self.unsent < self.most_unsent
    }

    /// The next message.
    pub(super) fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Received, Lost>> {
        loop {
            let next = Pin::new(&mut self.stream).poll_next(cx);
            if next.is_ready() {
                self.stream.get_mut().forget();
            }
            let held = self.memory.hold(self.stream.get_ref().taken());
            held.map_err(|_| Lost::Fault(Close::try_again()))?;
            return Poll::Ready(match ready!(next) {
                Some(Ok(Message::Text(text))) => Ok(Received::Text(text)),
                Some(Ok(Message::Binary(bytes))) => Ok(Received::Binary(bytes)),
                // tungstenite answers pings itself.
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
                Some(Ok(Message::Close(frame))) => Ok(Received::Close {
                    code: frame.as_ref().map_or(1005, |frame| frame.code.into()),
                    reason: frame.map_or_else(String::new, |frame| frame.reason.to_string()),
                }),
                Some(Err(error)) => Err(Close::of_error(&error).map_or(Lost::Gone, Lost::Fault)),
                None => Err(Lost::Gone),
            });
        }
    }

    /// Adds a message to what the next flush sends.
    pub(super) fn feed(&mut self, kind: Kind, mut message: Bytes) -> Result<(), Lost> {
        self.unsent = self.unsent.saturating_add(message.len());
        let mut data = match kind {
            Kind::Text => Data::Text,
            Kind::Binary => Data::Binary,
        };
        while message.len() > FRAGMENT {
            self.feed_frame(Frame::message(message.split_to(FRAGMENT), OpCode::Data(data), false))?;
            data = Data::Continue;
        }
        self.feed_frame(Frame::message(message, OpCode::Data(data), true))
    }

    fn feed_frame(&mut self, frame: Frame) -> Result<(), Lost> {
        Pin::new(&mut self.stream).start_send(Message::Frame(frame)).map_err(|_| Lost::Gone)
    }

    /// Sends what was fed.
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Lost>> {
        Pin::new(&mut self.stream).poll_flush(cx).map_err(|_| Lost::Gone)
    }

    /// Pings a silent peer. Returns the time of the next check.
    ///
    /// # Errors
    /// The peer was silent for too long, or took nothing for as long, even if it sent something meanwhile.
    pub(super) fn check(&mut self) -> Result<Instant, Lost> {
        let (last, blocked) = (self.stream.get_ref().last(), self.stream.get_ref().blocked());
        let (now, gone) = (Instant::now(), blocked.map_or(last, |since| since.min(last)) + self.idle);
        if now >= gone {
            return Err(Lost::Gone);
        }
        if now < last + self.ping {
            return Ok((last + self.ping).min(gone));
        }
        self.stream.get_mut().rest();
        Pin::new(&mut self.stream).start_send(Message::Ping(Bytes::new())).map_err(|_| Lost::Gone)?;
        Ok((now + self.ping).min(gone))
    }

    /// Excuses a silence that is ours, not the peer's.
    pub(super) fn excuse(&mut self) {
        self.stream.get_mut().excuse();
    }

    /// Sends the Close, waits a moment for the answer, and ends the connection.
    pub(super) async fn close(mut self, close: Close) {
        let goodbye = async {
            // When the peer closed first this fails, and reading sends the answer that is due.
            let _ = self.stream.send(Message::Close(Some(close.into_frame()))).await;
            while let Some(Ok(_)) = self.stream.next().await {}
            // A socket that is dropped with unread bytes resets the connection, and the peer may lose our
            // Close.
            let io = self.stream.get_mut();
            let mut rest = [0; 4096];
            if io.shutdown().await.is_ok() {
                let mut reads = 0;
                while reads < LAST_READS && io.read(&mut rest).await.is_ok_and(|read| read > 0) {
                    reads += 1;
                }
            }
        };
        // We do not wait longer for a peer that does not answer.
        let _ = tokio::time::timeout(CLOSE_WAIT, goodbye).await;
    }
}
