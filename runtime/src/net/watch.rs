//! The time limits of a connection: the head of a request, idleness, a peer that takes nothing, and the
//! connection's age.
//!
//! hyper's own timer for the head begins only once the protocol is known. A silent peer never lets it begin,
//! and it runs between requests too. Here one timer for each connection serves all limits. The socket and the
//! calls note what happens, and a request sets no timer. The task of the connection looks at the notes
//! whenever it is awake, or when the timer fires.
//!
//! hyper reads ahead, so a part of the next head may be in its buffer before the last answer is given. The
//! socket knows the last four bytes that it read. The request knows its own end: an empty line, or the last
//! bytes of its body. If these differ when the answer is done, a head has begun, and its 10 s run.

use super::body::Body;
use super::clock;
use super::entrance::Entrance;
use crate::call::ledger::{Entry, Ledger};
use crate::call::limits::Limits;
use crate::call::policy::{Ending, GOODBYE};
use crate::call::status::Result;
use bytes::BytesMut;
use http::Response;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};
use tokio_util::task::TaskTracker;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The upper bound of every limit. A clock has a limited range.
pub(crate) const LONGEST: Duration = Duration::from_secs(10 * 365 * 86_400);

/// The peer owes a head: the connection has just begun, or part of a head has come.
const HEAD: u8 = 0;
/// A call runs.
const BUSY: u8 = 1;
/// The connection waits for nothing (HTTP/1.1).
const IDLE: u8 = 2;
/// HTTP/2, where PING does the rest.
const HTTP2: u8 = 3;

/// The end of a head, and of a body in chunks: an empty line.
pub(crate) const HEAD_END: u32 = u32::from_be_bytes(*b"\r\n\r\n");

/// The last four bytes after `more` has followed `before`.
pub(crate) fn tail(before: u32, more: &[u8]) -> u32 {
    match more.last_chunk::<4>() {
        Some(last) => u32::from_be_bytes(*last),
        None => more.iter().fold(before, |tail, byte| tail << 8 | u32::from(*byte)),
    }
}

/// The notes about one connection.
pub(crate) struct Link {
    begun: Instant,
    phase: AtomicU8,
    /// The start of the phase, in milliseconds since the connection began.
    since: AtomicU64,
    /// Since when the peer takes nothing, in milliseconds since the connection began; 0 while it takes bytes.
    blocked: AtomicU64,
    gone: AtomicBool,
    /// Whether an answer is handed over in pieces (HTTP/1.1).
    answering: AtomicBool,
    /// The last four bytes that came (HTTP/1.1).
    tail: AtomicU32,
    /// The four bytes that end the request; other bytes after them belong to the next one. 0 while they are
    /// not known.
    end: AtomicU32,
    /// Ends the calls that still run when the connection has had its age and its grace.
    ending: Arc<Ending>,
    /// The tasks of calls that outlive the connection.
    tasks: TaskTracker,
}

impl Link {
    pub(crate) fn new(tasks: TaskTracker) -> Arc<Self> {
        Arc::new(Self {
            begun: Instant::now(),
            phase: AtomicU8::new(HEAD),
            since: AtomicU64::new(0),
            blocked: AtomicU64::new(0),
            gone: AtomicBool::new(false),
            answering: AtomicBool::new(false),
            tail: AtomicU32::new(0),
            end: AtomicU32::new(0),
            ending: Arc::new(Ending::of_connection()),
            tasks,
        })
    }

    /// Makes a link for connections that somebody else serves. Such a server drops requests only when their
    /// connection is gone.
    #[cfg(feature = "axum")]
    pub(crate) fn foreign(tasks: TaskTracker) -> Arc<Self> {
        let link = Self::new(tasks);
        link.gone.store(true, Relaxed);
        link
    }

    /// The signal that ends the connection's calls.
    pub(crate) fn ending(&self) -> &Arc<Ending> {
        &self.ending
    }

    fn now(&self) -> u64 {
        self.begun.elapsed().as_millis() as u64
    }

    fn at(&self, millis: u64) -> Instant {
        self.begun + Duration::from_millis(millis)
    }

    /// Notes that the head of a request has come. Without a body, that is the whole request.
    pub(crate) fn busy(&self, has_body: bool) {
        if self.phase.load(Relaxed) != HTTP2 {
            self.end.store(if has_body { 0 } else { HEAD_END }, Relaxed);
            self.phase.store(BUSY, Relaxed);
        }
    }

    /// Notes that the body of the request has ended with these four bytes.
    pub(crate) fn body_ended(&self, end: u32) {
        self.end.store(end, Relaxed);
    }

    /// Notes that the answer is there. The body notes when all of it is handed over.
    pub(crate) fn answered(self: Arc<Self>, response: Response<Body>) -> Response<Body> {
        if self.phase.load(Relaxed) == HTTP2 {
            return response;
        }
        self.answering.store(true, Relaxed);
        let answering = HandingOver(self);
        response.map(|body| body.held(answering))
    }

    /// The connection's time since it was accepted.
    pub(crate) fn age(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Whether the peer owes a head: it has just connected, or has sent a part.
    pub(crate) fn owes_head(&self) -> bool {
        self.phase.load(Relaxed) == HEAD
    }

    /// The state of the connection, for an operator.
    pub(crate) fn state(&self) -> &'static str {
        match self.phase.load(Relaxed) {
            HEAD => "head",
            BUSY => "busy",
            IDLE => "idle",
            _ => "http2",
        }
    }

    /// Whether the peer of an HTTP/1.1 connection listens to an answer.
    pub(crate) fn is_listening(&self) -> bool {
        self.answering.load(Relaxed)
    }

    fn idle(&self) {
        self.answering.store(false, Relaxed);
        if self.phase.load(Relaxed) == BUSY {
            self.since.store(self.now(), Relaxed);
            // A part of the next head may be here already, sent before this answer.
            let (tail, end) = (self.tail.load(Relaxed), self.end.load(Relaxed));
            self.phase.store(if end == 0 || tail == end { IDLE } else { HEAD }, Relaxed);
        }
    }

    /// Lets a call run to its end if its client is gone, because the connection closed or broke. A cancelled
    /// call is dropped.
    pub(crate) fn adopt(&self, call: impl Future<Output = Result<BytesMut>> + Send + 'static) {
        if self.gone.load(Relaxed)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            self.tasks.spawn_on(call, &runtime);
        }
    }

    /// The time at which the connection will have waited too long, and the reason.
    fn deadline(&self, limits: &Limits) -> Option<(Instant, &'static str)> {
        let since = self.at(self.since.load(Relaxed));
        let phase = match self.phase.load(Relaxed) {
            HEAD => Some((
                since + limits.header_timeout.min(LONGEST),
                "the head of a request did not come in time",
            )),
            IDLE => Some((since + limits.idle_timeout.min(LONGEST), "no request came")),
            _ => None,
        };
        let blocked = match self.blocked.load(Relaxed) {
            0 => None,
            since => Some((
                self.at(since) + limits.idle_timeout.min(LONGEST),
                "the peer read nothing of an answer",
            )),
        };
        phase.into_iter().chain(blocked).min()
    }
}

/// A guard that is held while an answer is handed over in pieces.
pub(crate) struct HandingOver(Arc<Link>);

impl Drop for HandingOver {
    fn drop(&mut self) {
        self.0.idle();
    }
}

/// Notes of open connections, for an operator.
pub(crate) type Connections = Ledger<ConnectionNote>;

/// An open connection.
#[derive(Clone)]
pub(crate) struct ConnectionNote {
    pub(crate) peer: Option<SocketAddr>,
    pub(crate) entrance: Entrance,
    pub(crate) link: Arc<Link>,
}

impl std::fmt::Debug for ConnectionNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ConnectionNote").field(&self.peer).field(&self.entrance).finish()
    }
}

/// A socket that notes its reads and writes in the link.
pub(crate) struct Watched<S> {
    socket: S,
    link: Arc<Link>,
    /// The number of bytes of HTTP/2's preface so far; `None` once it is decided whether there is one.
    preface: Option<usize>,
    /// The note of the connection, if its server keeps notes. It lives as long as the socket, upgraded or not.
    _note: Option<Entry<ConnectionNote>>,
}

impl<S> Watched<S> {
    pub(crate) fn new(socket: S, link: Arc<Link>, note: Option<Entry<ConnectionNote>>) -> Self {
        Self { socket, link, preface: Some(0), _note: note }
    }

    fn came(&mut self, bytes: &[u8]) {
        if let Some(seen) = self.preface {
            let rest = &PREFACE[seen..];
            let len = rest.len().min(bytes.len());
            self.preface = (rest[..len] == bytes[..len] && len < rest.len()).then_some(seen + len);
            if rest == &bytes[..len] {
                self.link.phase.store(HTTP2, Relaxed);
            }
        }
        let phase = self.link.phase.load(Relaxed);
        if phase == HTTP2 {
            return;
        }
        self.link.tail.store(tail(self.link.tail.load(Relaxed), bytes), Relaxed);
        if phase == IDLE {
            self.link.since.store(self.link.now(), Relaxed);
            self.link.phase.store(HEAD, Relaxed);
        }
    }

    fn wrote<T>(&self, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match &result {
            Poll::Pending if self.link.blocked.load(Relaxed) == 0 => {
                // HTTP/2 has PING for this. A peer that takes nothing never sees the PING, and so does not
                // answer it.
                if self.link.phase.load(Relaxed) != HTTP2 {
                    self.link.blocked.store(self.link.now().max(1), Relaxed);
                }
            }
            Poll::Pending => {}
            Poll::Ready(Ok(_)) => self.link.blocked.store(0, Relaxed),
            Poll::Ready(Err(_)) => self.link.gone.store(true, Relaxed),
        }
        result
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let (before, room) = (buf.filled().len(), buf.remaining());
        let result = ready!(Pin::new(&mut self.socket).poll_read(cx, buf));
        let bytes = &buf.filled()[before..];
        if !bytes.is_empty() {
            self.came(bytes);
        } else if room > 0 || result.is_err() {
            self.link.gone.store(true, Relaxed);
        }
        Poll::Ready(result)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.socket).poll_write(cx, buf);
        self.wrote(result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.socket).poll_write_vectored(cx, bufs);
        self.wrote(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

/// The action that a connection needs.
pub(crate) enum Verdict {
    /// The connection has reached its age. It should finish its running calls and end.
    Retire,
    /// The grace is over. The calls should say so and end.
    End,
    /// The connection has waited too long.
    Cut(&'static str),
}

/// How far the end of a connection's age has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Young,
    Retired,
    Ended,
}

/// The timer of one connection.
pub(crate) struct Watch {
    link: Arc<Link>,
    age: Instant,
    stage: Stage,
    timer: Pin<Box<Sleep>>,
}

impl Watch {
    pub(crate) fn new(link: Arc<Link>, limits: &Limits) -> Self {
        let age = link.begun + about(limits.connection_age);
        let first = age.min(link.begun + limits.header_timeout.min(LONGEST));
        Self { link, age, stage: Stage::Young, timer: Box::pin(clock::sleep_until(first)) }
    }

    /// Is ready when the connection needs an action. Poll it after the connection: bytes that were read by
    /// then are no wait.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, limits: &Limits) -> Poll<Verdict> {
        loop {
            let (due, why) = self.due(limits);
            // A timer that fires too early costs less than one that is set again for every request.
            if due < self.timer.deadline() {
                self.timer.as_mut().reset(due);
            }
            ready!(self.timer.as_mut().poll(cx));
            if due > Instant::now() {
                self.timer.as_mut().reset(due);
                continue;
            }
            if let Some(why) = why {
                return Poll::Ready(Verdict::Cut(why));
            }
            return Poll::Ready(self.grow_older(limits));
        }
    }

    fn grow_older(&mut self, limits: &Limits) -> Verdict {
        let (stage, time, verdict) = match self.stage {
            Stage::Young => (Stage::Retired, limits.connection_grace.min(LONGEST), Verdict::Retire),
            Stage::Retired => (Stage::Ended, GOODBYE, Verdict::End),
            Stage::Ended => return Verdict::Cut("its calls did not end in time after it reached its age"),
        };
        self.stage = stage;
        self.age += time;
        verdict
    }

    fn due(&self, limits: &Limits) -> (Instant, Option<&'static str>) {
        match self.link.deadline(limits) {
            Some((due, why)) if due < self.age => (due, Some(why)),
            _ => (self.age, None),
        }
    }
}

/// Ten percent more or less. Connections that began together must not all come back together.
fn about(age: Duration) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    let random = RandomState::new().hash_one(0u8) % 2_001;
    age.min(LONGEST).mul_f64(0.9 + random as f64 / 10_000.0)
}
