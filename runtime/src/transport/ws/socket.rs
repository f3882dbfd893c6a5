//! One WebSocket, polled: messages in, messages out, one flush for many of them, bounded buffers, a peer that must stay
//! alive. Both sides use it; what the messages mean is not its concern.

use super::alive::Alive;
use super::close::Close;
use crate::call::budget::Memory;
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

/// tungstenite zeroes this much on every read, also when nothing comes: the socket below it has the buffer that counts.
const READ_BUFFER: usize = 1 << 10;
/// Bytes that are gathered before they are written without being flushed.
const WRITE_BUFFER: usize = 64 << 10;
/// A longer message travels in several frames: peers bound the frame, not only the message.
const FRAGMENT: usize = 128 << 10;
/// How long the peer has to answer our Close.
const CLOSE_WAIT: Duration = Duration::from_secs(1);
/// How much the peer may still send before it sees it, in reads of 4 KiB.
const LAST_READS: usize = 256;
/// Room for what is said of calls that end while the peer takes nothing, in bytes: beside what may wait to be sent.
const ENDINGS: usize = 1 << 20;

/// How large what comes may be, and how quiet the peer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Of a message, in bytes.
    pub(super) message: usize,
    /// Of a frame, in bytes.
    pub(super) frame: usize,
    /// Of what is written and not sent, in bytes, beside one message.
    pub(super) unsent: usize,
    /// A peer that is silent for so long is pinged.
    pub(super) ping: Duration,
    /// A peer that is silent for so long is gone, and so is one that takes nothing.
    pub(super) idle: Duration,
}

impl From<&Limits> for Bounds {
    fn from(limits: &Limits) -> Self {
        Self {
            message: limits.ws_message_size,
            frame: limits.ws_frame_size,
            unsent: limits.ws_write_buffer,
            ping: limits.ws_ping_interval.min(LONGEST),
            idle: limits.ws_idle_timeout.min(LONGEST),
        }
    }
}

impl Bounds {
    pub(super) fn config(&self) -> WebSocketConfig {
        let gather = WRITE_BUFFER.min(self.unsent);
        // `poll_ready` stops us at the first write that blocks; what was being written then may be a message, and a Close.
        let most = self.unsent.saturating_add(self.message).saturating_add(gather + ENDINGS);
        WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(gather)
            .max_write_buffer_size(most)
            .max_message_size(Some(self.message))
            .max_frame_size(Some(self.frame))
    }
}

/// Text or binary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Binary,
}

/// What the peer sent.
#[derive(Debug)]
pub(super) enum Received {
    /// A whole text message.
    Text(Utf8Bytes),
    /// A whole binary message.
    Binary(Bytes),
    /// The peer wants no more; it was answered.
    Close {
        /// RFC 6455 §7.4; 1005 when it gave none.
        code: u16,
        /// What it says.
        reason: String,
    },
}

/// How much the peer takes at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// It takes what is sent.
    Free,
    /// It takes nothing. Answers have room, items have none.
    Blocked,
    /// It takes nothing, and nothing has room.
    Full,
}

/// The connection is over.
#[derive(Debug)]
pub(super) enum Lost {
    /// The peer hears nothing any more.
    Gone,
    /// The peer broke a rule, and is told which.
    Fault(Close),
}

/// One WebSocket after its handshake.
#[derive(Debug)]
pub(super) struct Socket<S> {
    stream: WebSocketStream<Alive<S>>,
    ping: Duration,
    idle: Duration,
    /// Bytes fed since the peer took no more, and how many these may be.
    unsent: usize,
    most_unsent: usize,
    /// Of a message that is not there yet.
    memory: Memory,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    /// The server's end of a connection that was upgraded.
    pub(super) async fn server(io: S, bounds: &Bounds, memory: Memory) -> Self {
        let stream =
            WebSocketStream::from_raw_socket(Alive::new(io), Role::Server, Some(bounds.config())).await;
        Self { memory, ..Self::new(stream, bounds) }
    }

    /// A connection whose handshake is done, made with [`Bounds::config`].
    pub(super) fn new(stream: WebSocketStream<Alive<S>>, bounds: &Bounds) -> Self {
        let Bounds { ping, idle, unsent: most_unsent, .. } = *bounds;
        Self { stream, ping, idle, unsent: 0, most_unsent, memory: Memory::default() }
    }

    /// Ready when the peer takes more; until then nobody should be asked for something to send.
    pub(super) fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Lost>> {
        ready!(Pin::new(&mut self.stream).poll_ready(cx)).map_err(|_| Lost::Gone)?;
        self.unsent = 0;
        Poll::Ready(Ok(()))
    }

    /// How much may be sent now. Unless that is everything, the task is woken when the peer takes more.
    pub(super) fn poll_flow(&mut self, cx: &mut Context<'_>) -> Result<Flow, Lost> {
        Ok(match self.poll_ready(cx)? {
            Poll::Ready(()) => Flow::Free,
            Poll::Pending if self.may_answer() => Flow::Blocked,
            Poll::Pending => Flow::Full,
        })
    }

    /// Whether what is read may be answered, even when the peer takes nothing at the moment.
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

    /// Pings a silent peer; says when to ask again.
    ///
    /// # Errors
    /// When it was silent for too long, or took nothing for as long, whatever it said meanwhile.
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

    /// Takes a silence for ours, not for the peer's.
    pub(super) fn excuse(&mut self) {
        self.stream.get_mut().excuse();
    }

    /// Says why, waits a moment for the answer, and ends the connection.
    pub(super) async fn close(mut self, close: Close) {
        let goodbye = async {
            // When the peer closed first this fails, and reading sends the answer that is due.
            let _ = self.stream.send(Message::Close(Some(close.into_frame()))).await;
            while let Some(Ok(_)) = self.stream.next().await {}
            // A socket that is dropped with unread bytes resets the connection, and the peer may lose our Close.
            let io = self.stream.get_mut();
            let mut rest = [0; 4096];
            if io.shutdown().await.is_ok() {
                let mut reads = 0;
                while reads < LAST_READS && io.read(&mut rest).await.is_ok_and(|read| read > 0) {
                    reads += 1;
                }
            }
        };
        // A peer that does not answer in time is left alone.
        let _ = tokio::time::timeout(CLOSE_WAIT, goodbye).await;
    }
}
