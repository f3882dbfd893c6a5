//! Supervises tasks that run for ever. A panic is caught and logged, health tells it, and the task begins again.
//!
//! Accept loops, consumers, publishers, repliers and the clock run like this. A task begins again after a pause
//! of up to 5 s.

#[cfg(test)]
pub(crate) mod fault;
#[cfg(test)]
mod tests;

use crate::call::jitter::jitter;
use crate::call::unwind;
use crate::log::Quoted;
use crate::waist::health::Health;
use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// The time after a panic that a task has to run to be well again.
const SETTLED: Duration = Duration::from_secs(2);

/// The reason that a supervised task is not well; `None` when it is well. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trouble(Arc<Mutex<Option<String>>>);

impl Trouble {
    /// Makes a cell that the server's health reports.
    pub(crate) fn told_by(health: &Health) -> Self {
        let trouble = Self::default();
        let told = trouble.clone();
        health.add_check(move || told.get());
        trouble
    }

    fn set(&self, why: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }

    pub(crate) fn get(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Runs one task again and again.
#[derive(Debug)]
pub(crate) struct Supervisor {
    name: &'static str,
    trouble: Trouble,
    /// Panics in a row.
    failures: u32,
}

impl Supervisor {
    pub(crate) fn new(name: &'static str, trouble: Trouble) -> Self {
        Self { name, trouble, failures: 0 }
    }

    /// Runs the task, after a pause if it panicked before. `None` when it panics: the caller then begins it again.
    pub(crate) async fn run<T>(&mut self, task: impl Future<Output = T>) -> Option<T> {
        if self.failures > 0 {
            sleep(jitter(pause(self.failures))).await;
        }
        let began = Instant::now();
        match self.watch(task).await {
            Ok(output) => {
                self.trouble.set(None);
                Some(output)
            }
            Err(why) => {
                self.failures = if began.elapsed() >= SETTLED { 1 } else { self.failures.saturating_add(1) };
                self.trouble.set(Some(why));
                None
            }
        }
    }

    /// Runs the task to its end or its panic. Reports that all is well once it has settled.
    async fn watch<T>(&self, task: impl Future<Output = T>) -> Result<T, String> {
        let mut task = pin!(caught(self.name, task));
        if self.failures > 0 {
            let mut settled = pin!(sleep(SETTLED));
            let early = poll_fn(|cx| match task.as_mut().poll(cx) {
                Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
                Poll::Pending => settled.as_mut().poll(cx).map(|()| None),
            });
            if let Some(outcome) = early.await {
                return outcome;
            }
            self.trouble.set(None);
        }
        task.await
    }
}

/// The longest pause after this many panics in a row.
fn pause(failures: u32) -> Duration {
    (FIRST_PAUSE * 2u32.pow(failures.saturating_sub(1).min(10))).min(LONGEST_PAUSE)
}

/// Runs the task to its end.
///
/// # Errors
/// The text for health, when the task panics. The log has the panic.
pub(crate) async fn caught<T>(name: &'static str, task: impl Future<Output = T>) -> Result<T, String> {
    let mut task = pin!(task);
    poll_fn(|cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| {
            #[cfg(test)]
            fault::strike(name);
            task.as_mut().poll(cx)
        }));
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(note(name, &*panic))),
        }
    })
    .await
}

/// Logs a panic, and returns the text for health.
pub(crate) fn note(name: &'static str, panic: &(dyn Any + Send)) -> String {
    tracing::error!(task = name, panic = %Quoted(unwind::text(panic)), "a task that runs on panicked");
    format!("the {name} panicked and begins again")
}
