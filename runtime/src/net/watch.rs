//! What a connection may take its time for: the head of a request, idleness, a peer that takes nothing, and its age.
//!
//! hyper's own timer for the head begins only once the protocol is known, which a silent peer never lets it be, and runs
//! between requests too. Here one timer a connection serves all: the socket and the calls note what happens, and the task
//! of the connection looks at the notes when it is awake anyway, or when the timer is.

use super::body::Body;
use super::clock;
use crate::call::limits::Limits;
use crate::call::policy::{Ending, GOODBYE};
use crate::call::status::Result;
use bytes::BytesMut;
use http::Response;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};
use tokio_util::task::TaskTracker;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What a limit may be: a clock does not reach further than some.
pub(crate) const LONGEST: Duration = Duration::from_secs(10 * 365 * 86_400);

/// A head is awaited, and some of it, or the connection itself, has come.
const HEAD: u8 = 0;
/// A call runs.
const BUSY: u8 = 1;
/// Nothing is awaited (HTTP/1.1).
const IDLE: u8 = 2;
/// HTTP/2, which has PING for the rest.
const HTTP2: u8 = 3;

/// How a head ends, and a body in chunks: an empty line.
pub(crate) const HEAD_END: u32 = u32::from_be_bytes(*b"\r\n\r\n");

/// The last four bytes of what ends with `more`.
pub(crate) fn tail(before: u32, more: &[u8]) -> u32 {
    match more.last_chunk::<4>() {
        Some(last) => u32::from_be_bytes(*last),
        None => more.iter().fold(before, |tail, byte| tail << 8 | u32::from(*byte)),
    }
}

/// The notes on one connection.
pub(crate) struct Link {
    begun: Instant,
    phase: AtomicU8,
    /// Since when, in milliseconds from the beginning.
    since: AtomicU64,
    /// Since when the peer takes nothing, in milliseconds; 0 while it does.
    blocked: AtomicU64,
    gone: AtomicBool,
    /// Whether an answer is handed over in pieces (HTTP/1.1).
    answering: AtomicBool,
    /// The last four bytes that came (HTTP/1.1).
    tail: AtomicU32,
    /// The four that end the request: others after them are of the next one. 0 while that is not known.
    end: AtomicU32,
    /// Ends the calls that still run when the connection has had its age and its grace.
    ending: Arc<Ending>,
    /// Where calls go on that outlive the connection.
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

    /// Stands for connections that somebody else serves, and whose requests are dropped only when they are gone.
    #[cfg(feature = "axum")]
    pub(crate) fn foreign(tasks: TaskTracker) -> Arc<Self> {
        let link = Self::new(tasks);
        link.gone.store(true, Relaxed);
        link
    }

    /// What ends its calls.
    pub(crate) fn ending(&self) -> &Arc<Ending> {
        &self.ending
    }

    fn now(&self) -> u64 {
        self.begun.elapsed().as_millis() as u64
    }

    fn at(&self, millis: u64) -> Instant {
        self.begun + Duration::from_millis(millis)
    }

    /// The head of a request has come, and with it all of the request unless it has a body.
    pub(crate) fn busy(&self, has_body: bool) {
        if self.phase.load(Relaxed) != HTTP2 {
            self.end.store(if has_body { 0 } else { HEAD_END }, Relaxed);
            self.phase.store(BUSY, Relaxed);
        }
    }

    /// The body of the request has ended, and with these four bytes.
    pub(crate) fn body_ended(&self, end: u32) {
        self.end.store(end, Relaxed);
    }

    /// Its answer is there: handed over with this, or piece by piece.
    pub(crate) fn answered(self: Arc<Self>, response: Response<Body>) -> Response<Body> {
        if self.phase.load(Relaxed) == HTTP2 {
            return response;
        }
        self.answering.store(true, Relaxed);
        let answering = Answering(self);
        response.map(|body| body.held(answering))
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

    /// Lets a call run to its end whose client is gone: closed, or lost. One that was cancelled is dropped.
    pub(crate) fn adopt(&self, call: impl Future<Output = Result<BytesMut>> + Send + 'static) {
        if self.gone.load(Relaxed)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            self.tasks.spawn_on(call, &runtime);
        }
    }

    /// When it has waited too long, and for what.
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
                "the peer took nothing of an answer",
            )),
        };
        phase.into_iter().chain(blocked).min()
    }
}

/// Held while an answer is handed over in pieces.
pub(crate) struct Answering(Arc<Link>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.idle();
    }
}

/// A socket that notes what it does.
pub(crate) struct Watched<S> {
    socket: S,
    link: Arc<Link>,
    /// How much of HTTP/2's preface has come; `None` once it is known to be there or not.
    preface: Option<usize>,
}

impl<S> Watched<S> {
    pub(crate) fn new(socket: S, link: Arc<Link>) -> Self {
        Self { socket, link, preface: Some(0) }
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
                // HTTP/2 has PING, whose answer a peer that takes nothing does not get asked for.
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

/// What to do with a connection.
pub(crate) enum Verdict {
    /// It is of age: it should finish what runs and end.
    Retire,
    /// Its grace is over: its calls should say so and end.
    End,
    /// It has waited too long.
    Cut(&'static str),
}

/// What the end of a connection's age has led to.
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

    /// Ready when something is to be done. To be polled after the connection: what was read by then is no wait.
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
            Stage::Ended => return Verdict::Cut("its calls did not end in time after it was of age"),
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

/// Ten percent more or less: connections that began together must not all come again together.
fn about(age: Duration) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    let random = RandomState::new().hash_one(0u8) % 2_001;
    age.min(LONGEST).mul_f64(0.9 + random as f64 / 10_000.0)
}
