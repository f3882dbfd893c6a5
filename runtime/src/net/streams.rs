//! The place where the streams of an HTTP/2 connection run.
//!
//! A task costs more than a small call, and most handlers are ready at once. So each stream is first polled
//! in the task of its connection. This happens after the connection has read, and before it writes the
//! answers. On a runtime with several threads, a stream that has to wait then becomes a task of its own. It
//! takes turns with its connection when it hands over an answer ([`turns`](super::turns)). With a single
//! thread there is nothing to gain by tasks, and all streams stay.
//!
//! With a task for each stream, a call on `#[tokio::main]` cost more than twice what it costs now. A handler
//! that computes for more than 100 µs would hold up its connection, and keep the streams behind it from a
//! second core. So those streams, and the next 256 of the connection, become tasks without a first poll. A
//! panic ends only its stream either way.

use super::turns::{ConnectionsTurn, InTurns, Turns};
use futures_core::future::BoxFuture;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::{Duration, Instant};
use tokio::runtime::{Handle, RuntimeFlavor};

/// The longest time that streams may hold up others, and their connection, before the others become tasks.
const LONG: Duration = Duration::from_micros(100);

/// How many streams become tasks at once after one that held up others for long. As a rule the next one is
/// like it.
const ASIDE: u32 = 256;

type Stream = BoxFuture<'static, ()>;

/// The executor that hyper hands its streams to. They wait here for the connection.
#[derive(Clone, Default)]
pub(crate) struct Executor {
    waiting: Arc<Mutex<Vec<Stream>>>,
    /// The turns of streams that become tasks; none where no stream does.
    turns: Option<Arc<Turns>>,
}

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Executor {
    fn execute(&self, stream: F) {
        let stream: Stream = match &self.turns {
            Some(turns) => Box::pin(InTurns::new(stream, Arc::clone(turns))),
            None => Box::pin(stream),
        };
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
    }
}

/// The streams of one connection that are not tasks.
pub(crate) struct Streams {
    executor: Executor,
    /// The streams that are polled next.
    next: Vec<Stream>,
    /// The streams that wait for something, where none become tasks.
    running: FuturesUnordered<Stream>,
    /// The number of coming streams that become tasks without a first poll.
    aside: u32,
}

impl Streams {
    /// Makes the streams of one connection, as it suits the runtime that this is called in.
    pub(crate) fn new() -> Self {
        let turns = match Handle::current().runtime_flavor() {
            RuntimeFlavor::CurrentThread => None,
            _ => Some(Arc::default()),
        };
        let executor = Executor { turns, ..Executor::default() };
        Self { executor, next: Vec::new(), running: FuturesUnordered::new(), aside: 0 }
    }

    pub(crate) fn executor(&self) -> Executor {
        self.executor.clone()
    }

    /// The turns that an answer of a stream waits for.
    pub(crate) fn turns(&self) -> Option<&Arc<Turns>> {
        self.executor.turns.as_ref()
    }

    /// Is ready when the connection may run. Its turn lasts until the returned guard is dropped.
    pub(crate) fn poll_turn(&self, cx: &mut Context<'_>) -> Poll<Option<ConnectionsTurn<'_>>> {
        Poll::Ready(match self.turns() {
            Some(turns) => Some(ready!(turns.poll_connection(cx))),
            None => None,
        })
    }

    /// Runs the streams that can run. Poll it after the connection, which is woken by their answers.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) {
        // No stream may run while the lock is held. Swapping keeps both buffers, so neither side allocates.
        std::mem::swap(
            &mut self.next,
            &mut *self.executor.waiting.lock().unwrap_or_else(PoisonError::into_inner),
        );
        if self.executor.turns.is_some() {
            return self.first_polls();
        }
        self.running.extend(self.next.drain(..));
        while !self.running.is_empty() {
            if let Some(Poll::Pending) = caught(|| self.running.poll_next_unpin(cx)) {
                return;
            }
        }
    }

    /// Polls each stream once. Streams that have to wait become tasks.
    fn first_polls(&mut self) {
        if self.next.is_empty() {
            return;
        }
        // The waker does not matter: a new task is polled first of all.
        let mut nobody = Context::from_waker(Waker::noop());
        let mut now = Instant::now();
        let mut busy = Duration::ZERO;
        for mut stream in self.next.drain(..) {
            if self.aside > 0 || busy > LONG {
                self.aside = self.aside.saturating_sub(1);
                tokio::spawn(stream);
                now = Instant::now();
                continue;
            }
            if let Some(Poll::Pending) = caught(|| stream.as_mut().poll(&mut nobody)) {
                tokio::spawn(stream);
            }
            let begun = std::mem::replace(&mut now, Instant::now());
            busy += now - begun;
            if now - begun > LONG {
                self.aside = ASIDE;
            }
        }
    }
}

/// Runs a poll. A panic in a stream ends that stream, as it would end a task.
fn caught<T>(poll: impl FnOnce() -> T) -> Option<T> {
    let outcome = catch_unwind(AssertUnwindSafe(poll)).ok();
    if outcome.is_none() {
        tracing::error!("a request panicked outside of its handler");
    }
    outcome
}

impl Drop for Streams {
    fn drop(&mut self) {
        if let Some(turns) = self.turns() {
            turns.end_connection();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::rt::Executor as _;
    use std::sync::Barrier;
    use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
    use tokio::sync::oneshot;
    use tokio::task::Id;

    /// Tells in which task it ran, once `wait` is over.
    async fn told<F: Future>(tell: UnboundedSender<Option<Id>>, wait: F) {
        wait.await;
        tell.send(tokio::task::try_id()).expect("somebody listens");
    }

    fn poll_once(streams: &mut Streams) {
        streams.poll(&mut Context::from_waker(Waker::noop()));
    }

    /// Runs in a task, as connections do.
    async fn in_a_task<T: Send + 'static>(connection: impl Future<Output = T> + Send + 'static) -> T {
        tokio::spawn(connection).await.expect("no panic")
    }

    fn new() -> (Streams, UnboundedSender<Option<Id>>, UnboundedReceiver<Option<Id>>) {
        let (tell, heard) = unbounded_channel();
        (Streams::new(), tell, heard)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_ready_runs_in_the_task_of_its_connection() {
        in_a_task(async {
            let (mut streams, tell, mut heard) = new();
            streams.executor().execute(told(tell, async {}));
            assert!(heard.try_recv().is_err(), "not before it is polled");
            poll_once(&mut streams);
            assert_eq!(heard.try_recv().expect("it ran"), tokio::task::try_id());
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_waits_becomes_a_task() {
        in_a_task(async {
            let (mut streams, tell, mut heard) = new();
            let (go, wait) = oneshot::channel::<()>();
            streams.executor().execute(told(tell, wait));
            poll_once(&mut streams);
            go.send(()).expect("it waits");
            let task = heard.recv().await.expect("it ran, though its connection did not");
            assert_ne!(task, tokio::task::try_id());
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 3)]
    async fn those_behind_one_that_computes_for_long_become_tasks() {
        in_a_task(async {
            let (mut streams, tell, mut heard) = new();
            streams.executor().execute(async { std::thread::sleep(LONG * 2) });
            let both = Arc::new(Barrier::new(2));
            // The first pair comes right behind the long one, the second pair later. The two of a pair wait
            // for each other, so they need two threads.
            for _ in 0..2 {
                for _ in 0..2 {
                    let both = Arc::clone(&both);
                    let compute = async move {
                        both.wait();
                    };
                    streams.executor().execute(told(tell.clone(), compute));
                }
                poll_once(&mut streams);
                for _ in 0..2 {
                    assert_ne!(heard.recv().await.expect("it ran"), tokio::task::try_id());
                }
            }
            // Not for ever, though a busy machine may make one of these look long.
            let mut back = false;
            for _ in 0..100 * ASIDE {
                streams.executor().execute(told(tell.clone(), async {}));
                poll_once(&mut streams);
                back |= heard.recv().await.expect("it ran") == tokio::task::try_id();
            }
            assert!(back);
        })
        .await;
    }

    #[tokio::test]
    async fn with_one_thread_all_stay_with_their_connection() {
        in_a_task(async {
            let (mut streams, tell, mut heard) = new();
            let (go, wait) = oneshot::channel::<()>();
            streams.executor().execute(told(tell, wait));
            poll_once(&mut streams);
            go.send(()).expect("it waits");
            tokio::task::yield_now().await;
            assert!(heard.try_recv().is_err(), "nobody else runs it");
            poll_once(&mut streams);
            assert_eq!(heard.try_recv().expect("it ran"), tokio::task::try_id());
        })
        .await;
    }

    async fn a_panic_is_the_end_of_its_stream_alone() {
        in_a_task(async {
            let (mut streams, tell, mut heard) = new();
            streams.executor().execute(async { panic!("outside of a handler") });
            streams.executor().execute(told(tell, async {}));
            poll_once(&mut streams);
            heard.recv().await.expect("it ran");
        })
        .await;
    }

    #[tokio::test]
    async fn a_panic_with_one_thread() {
        a_panic_is_the_end_of_its_stream_alone().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_panic_with_several() {
        a_panic_is_the_end_of_its_stream_alone().await;
    }
}
