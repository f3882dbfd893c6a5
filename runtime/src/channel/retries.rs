//! Repeats failed calls, as the channel's policy allows (gRPC proposal A6). A call that must not happen twice
//! is never repeated.

use super::Retry;
use crate::call::context::Context;
use crate::call::jitter::jitter;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::log::Quoted;
use polywire_codegen::model::Idempotency;
use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// The cost of a failure, in units of the budget. A success gives one unit.
const FAILURE: i64 = 10;

/// The retries of a channel, and the budget that all its calls share.
pub(crate) struct Retries {
    policy: Option<Retry>,
    /// The whole budget, in tenths of a failure. Hedged calls without a policy have the default one.
    full: i64,
    /// The rest of the budget, in tenths of a failure.
    budget: AtomicI64,
    /// Whether a failure says that the server never looked at the call.
    never_seen: fn(&Status) -> bool,
}

impl Retries {
    pub(crate) fn new(policy: Option<Retry>, never_seen: fn(&Status) -> bool) -> Self {
        let full = policy.as_ref().map_or(Retry::default().budget, |policy| policy.budget);
        let full = i64::from(full) * FAILURE;
        Self { policy, full, budget: AtomicI64::new(full), never_seen }
    }

    /// Runs `call` until it succeeds or must not be made again.
    ///
    /// # Errors
    /// The status of the last attempt.
    pub(crate) async fn run<T, F: Future<Output = Result<T>>>(
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
        if attempt == 1 && (self.never_seen)(status) {
            return Some(Duration::ZERO);
        }
        let policy = self.policy.as_ref().filter(|policy| policy.codes.contains(&status.code()))?;
        let has_budget = self.spend();
        if !is_safe(method) || attempt >= policy.attempts || !has_budget {
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

    /// Takes a failure, or an attempt beside another, out of the budget. Whether more than half of it is left: no call is
    /// made again otherwise.
    pub(crate) fn spend(&self) -> bool {
        let left = self.budget.fetch_sub(FAILURE, Ordering::Relaxed) - FAILURE;
        if left < 0 {
            self.budget.fetch_max(0, Ordering::Relaxed);
        }
        left > self.full / 2
    }

    /// Gives a tenth of a failure back. Most calls find the budget full.
    pub(crate) fn succeeded(&self) {
        if self.budget.load(Ordering::Relaxed) < self.full {
            self.budget.fetch_add(1, Ordering::Relaxed);
            self.budget.fetch_min(self.full, Ordering::Relaxed);
        }
    }
}

/// Whether a method may run twice.
pub(crate) fn is_safe(method: &Method) -> bool {
    method.idempotency() != Idempotency::Unknown
}
