//! The checks of a program's own: whether its database answers, say.
//!
//! They run only when somebody asks for the health, at most once in [`FRESH`], and once for all who ask at the same time.
//! So a stranger who asks often does not make the server ask its database often.

use crate::call::unwind::caught;
use futures_core::future::BoxFuture;
use futures_util::future::join_all;
use std::fmt::Display;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// The time for which a verdict is believed.
const FRESH: Duration = Duration::from_secs(1);
/// The time that a check has.
const LONGEST: Duration = Duration::from_secs(2);

/// The checks of one health.
#[derive(Default)]
pub(super) struct Checks {
    all: Mutex<Vec<Arc<Check>>>,
    /// The time of the last run. Who holds it runs them.
    ran: tokio::sync::Mutex<Option<Instant>>,
}

struct Check {
    name: String,
    ask: Box<dyn Fn() -> BoxFuture<'static, Verdict> + Send + Sync>,
    verdict: Mutex<Verdict>,
}

/// The reason why a check fails; `None` when it passes.
type Verdict = Option<String>;

impl Checks {
    pub(super) fn add<F, E>(&self, name: String, check: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        let ask = move || -> BoxFuture<'static, Verdict> {
            let asked = check();
            Box::pin(async move { asked.await.err().map(|error| error.to_string()) })
        };
        let verdict = Mutex::new(Some("not asked yet".to_owned()));
        let check = Arc::new(Check { name, ask: Box::new(ask), verdict });
        self.all().push(check);
    }

    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Check>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs the checks, unless they ran a moment ago.
    pub(super) async fn run(&self) {
        let all = self.all().clone();
        if all.is_empty() {
            return;
        }
        let mut ran = self.ran.lock().await;
        if ran.is_none_or(|ran| ran.elapsed() >= FRESH) {
            join_all(all.iter().map(|check| check.run())).await;
            *ran = Some(Instant::now());
        }
    }

    /// The failures of the last run, each with the name of its check.
    pub(super) fn failures(&self) -> Vec<String> {
        let failure = |check: &Arc<Check>| {
            let verdict = check.verdict.lock().unwrap_or_else(PoisonError::into_inner);
            verdict.as_ref().map(|why| format!("{}: {why}", check.name))
        };
        self.all().iter().filter_map(failure).collect()
    }
}

impl Check {
    async fn run(&self) {
        let verdict = match timeout(LONGEST, self.guarded()).await {
            Ok(verdict) => verdict,
            Err(_) => Some(format!("no answer in {} s", LONGEST.as_secs())),
        };
        *self.verdict.lock().unwrap_or_else(PoisonError::into_inner) = verdict;
    }

    /// A check that panics fails.
    async fn guarded(&self) -> Verdict {
        let place = || "a check of health";
        let panicked = || Some("the check panicked".to_owned());
        let Ok(mut asked) = caught(place, || (self.ask)()) else { return panicked() };
        poll_fn(|cx| match caught(place, || asked.as_mut().poll(cx)) {
            Ok(poll) => poll,
            Err(_) => Poll::Ready(panicked()),
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test(start_paused = true)]
    async fn many_who_ask_make_one_run_a_second() {
        let (checks, runs) = (Checks::default(), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&runs);
        checks.add("database".to_owned(), move || {
            let number = counted.fetch_add(1, Ordering::Relaxed);
            async move {
                tokio::time::sleep(Duration::from_millis(10)).await;
                if number == 0 { Err("down") } else { Ok(()) }
            }
        });
        assert_eq!(checks.failures(), ["database: not asked yet"]);
        join_all((0..100).map(|_| checks.run())).await;
        assert_eq!((runs.load(Ordering::Relaxed), checks.failures()), (1, vec!["database: down".to_owned()]));
        tokio::time::advance(FRESH).await;
        checks.run().await;
        assert_eq!((runs.load(Ordering::Relaxed), checks.failures()), (2, vec![]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_that_hangs_or_panics_fails() {
        let checks = Checks::default();
        checks.add("slow".to_owned(), std::future::pending::<Result<(), String>>);
        checks.add("wrong".to_owned(), || async {
            assert!(std::hint::black_box(false), "of a test");
            Ok::<_, String>(())
        });
        checks.add("well".to_owned(), || async { Ok::<_, String>(()) });
        checks.run().await;
        assert_eq!(checks.failures(), ["slow: no answer in 2 s", "wrong: the check panicked"]);
    }
}
