//! Repeats failed calls, as the channel's policy allows (gRPC proposal A6). A call that must not happen twice
//! is never repeated.

use super::fault;
use crate::call::context::Context;
use crate::call::jitter::jitter;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::channel::Retry;
use crate::log::Quoted;
use polywire_codegen::model::Idempotency;
use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// The cost of a failure, in units of the budget. A success gives one unit.
const FAILURE: i64 = 10;

pub(super) struct Retries {
    policy: Option<Retry>,
    /// The rest of the budget, in tenths of a failure.
    budget: AtomicI64,
}

impl Retries {
    pub(super) fn new(policy: Option<Retry>) -> Self {
        let budget = AtomicI64::new(policy.as_ref().map_or(0, full));
        Self { policy, budget }
    }

    /// Runs `call` until it succeeds or must not be made again.
    ///
    /// # Errors
    /// The status of the last attempt.
    pub(super) async fn run<T, F: Future<Output = Result<T>>>(
        &self,
        method: &'static Method,
        cx: Context,
        mut call: impl FnMut(Context) -> F,
    ) -> Result<T> {
        let mut attempt = 1;
        loop {
            let status = match call(cx.clone().with_attempt(attempt)).await {
                Ok(done) => {
                    self.succeeded();
                    return Ok(done);
                }
                Err(status) => status,
            };
            let pause = match self.pause(method, attempt, &status) {
                Some(pause) if cx.remaining().is_none_or(|left| pause < left) => pause,
                _ => return Err(status),
            };
            tracing::debug!(method = method.full_name(), attempt, status = %Quoted(status), ?pause, "a call is made again");
            tokio::time::sleep(pause).await;
            // Metadata of the failed attempt does not belong to the next.
            drop((cx.take_headers(), cx.take_trailers()));
            attempt += 1;
        }
    }

    /// The pause before the next attempt; `None` when there must be none.
    fn pause(&self, method: &Method, attempt: u32, status: &Status) -> Option<Duration> {
        // The server says that it never looked at the call, so another attempt cannot run it twice.
        if attempt == 1 && fault::never_seen(status) {
            return Some(Duration::ZERO);
        }
        let policy = self.policy.as_ref().filter(|policy| policy.codes.contains(&status.code()))?;
        let left = self.budget.fetch_sub(FAILURE, Ordering::Relaxed) - FAILURE;
        if left < 0 {
            self.budget.fetch_max(0, Ordering::Relaxed);
        }
        let safe = method.idempotency() != Idempotency::Unknown;
        if !safe || attempt >= policy.attempts || left <= full(policy) / 2 {
            return None;
        }
        match status.retry_after() {
            Some(Duration::MAX) => None,
            Some(after) => Some(after),
            None => {
                let ceiling = policy.first_pause.saturating_mul(1 << (attempt - 1).min(20));
                Some(jitter(ceiling.min(policy.longest_pause)))
            }
        }
    }

    fn succeeded(&self) {
        if let Some(policy) = &self.policy {
            let full = full(policy);
            // Most calls find the budget full.
            if self.budget.load(Ordering::Relaxed) < full {
                self.budget.fetch_add(1, Ordering::Relaxed);
                self.budget.fetch_min(full, Ordering::Relaxed);
            }
        }
    }
}

fn full(policy: &Retry) -> i64 {
    i64::from(policy.budget) * FAILURE
}
