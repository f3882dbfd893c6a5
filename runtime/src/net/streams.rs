//! Where the streams of an HTTP/2 connection run.
//!
//! On a runtime with several threads each is a task of its own, and a slow handler holds up nobody. With a single thread there is
//! nothing to gain by that, and a task costs more than a small call: there they run in the task of their connection, after it
//! has read what there was and before it writes what they answered. Tasks take turns with their connection where they hand over
//! an answer ([`turns`](super::turns)).

use super::turns::{ConnectionsTurn, InTurns, Turns};
use futures_core::future::BoxFuture;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hyper_util::rt::TokioExecutor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::runtime::{Handle, RuntimeFlavor};

type Stream = BoxFuture<'static, ()>;

/// Where hyper hands its streams over.
#[derive(Clone)]
pub(super) enum Executor {
    /// Each becomes a task.
    Tasks(TokioExecutor, Arc<Turns>),
    /// They wait here for the connection.
    Connection(Arc<Mutex<Vec<Stream>>>),
}

/// The streams of one connection that are not tasks.
pub(super) struct Streams {
    executor: Executor,
    running: FuturesUnordered<Stream>,
}

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Executor {
    fn execute(&self, stream: F) {
        match self {
            Self::Tasks(tasks, turns) => tasks.execute(InTurns::new(stream, Arc::clone(turns))),
            Self::Connection(waiting) => {
                waiting.lock().unwrap_or_else(PoisonError::into_inner).push(Box::pin(stream));
            }
        }
    }
}

impl Streams {
    /// As it suits the runtime that this is called in.
    pub(super) fn new() -> Self {
        let executor = match Handle::current().runtime_flavor() {
            RuntimeFlavor::CurrentThread => Executor::Connection(Arc::default()),
            _ => Executor::Tasks(TokioExecutor::new(), Arc::default()),
        };
        Self { executor, running: FuturesUnordered::new() }
    }

    pub(super) fn executor(&self) -> Executor {
        self.executor.clone()
    }

    /// Whom an answer of a stream waits for.
    pub(super) fn turns(&self) -> Option<&Arc<Turns>> {
        match &self.executor {
            Executor::Tasks(_, turns) => Some(turns),
            Executor::Connection(_) => None,
        }
    }

    /// Ready when the connection may run; it has its turn until what this gives is dropped.
    pub(super) fn poll_turn(&self, cx: &mut Context<'_>) -> Poll<Option<ConnectionsTurn<'_>>> {
        Poll::Ready(match self.turns() {
            Some(turns) => Some(ready!(turns.poll_connection(cx))),
            None => None,
        })
    }

    /// Lets those run that can. To be polled after the connection, which is woken by what they answer.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) {
        let Executor::Connection(waiting) = &self.executor else { return };
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        self.running.extend(waiting.drain(..));
        drop(waiting);
        while !self.running.is_empty() {
            // What panics in a stream is that stream's end, as it is a task's.
            match catch_unwind(AssertUnwindSafe(|| self.running.poll_next_unpin(cx))) {
                Ok(Poll::Ready(_)) => {}
                Ok(Poll::Pending) => return,
                Err(_) => tracing::error!("a request panicked outside of its handler"),
            }
        }
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        if let Some(turns) = self.turns() {
            turns.end_connection();
        }
    }
}
