//! The circuit breaker of a channel.

use crate::call::status::{Code, Result, Status};
use crate::channel::Breaker;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

pub(super) struct Circuit {
    rule: Breaker,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    /// Calls pass. So many failed in a row.
    Closed { failures: u32 },
    /// No call passes before `until`. Then one does.
    Open { until: Instant, time: Duration, probe: Probe },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Probe {
    Waited,
    Running,
}

/// A call that the breaker let pass. If it is dropped without an end, its deadline says whether it failed.
pub(super) struct Trial<'a> {
    circuit: &'a Circuit,
    is_probe: bool,
    deadline: Option<Instant>,
    is_over: bool,
}

impl Circuit {
    pub(super) fn new(rule: Breaker) -> Self {
        Self { rule, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is not closed.
    pub(super) fn is_open(&self) -> bool {
        matches!(*self.lock(), State::Open { .. })
    }

    /// Lets a call pass.
    ///
    /// # Errors
    /// `unavailable` with the reason `CIRCUIT_OPEN` and the time to come back.
    pub(super) fn admit(&self, deadline: Option<Instant>) -> Result<Trial<'_>> {
        let mut state = self.lock();
        let is_probe = match &mut *state {
            State::Closed { .. } => false,
            State::Open { until, time, probe } => {
                let left = until.saturating_duration_since(Instant::now());
                if *probe == Probe::Running || !left.is_zero() {
                    return Err(self.refusal(if left.is_zero() { *time } else { left }));
                }
                *probe = Probe::Running;
                true
            }
        };
        Ok(Trial { circuit: self, is_probe, deadline, is_over: false })
    }

    #[cold]
    fn refusal(&self, left: Duration) -> Status {
        let text = format!(
            "the calls of this client failed, so its circuit breaker is open and nothing is sent; try again in {left:.1?}, \
             see `Endpoint::breaker`"
        );
        Status::unavailable(text).with_reason("CIRCUIT_OPEN", "polywire").with_retry_after(left)
    }

    fn note(&self, is_probe: bool, failure: Option<Code>) {
        let failed = failure.is_some_and(|code| self.rule.codes.contains(&code));
        let mut state = self.lock();
        match &mut *state {
            State::Closed { failures } if failed => {
                *failures += 1;
                if *failures >= self.rule.failures.max(1) {
                    *state = self.open(self.rule.time);
                }
            }
            State::Closed { failures } => *failures = 0,
            State::Open { time, .. } if is_probe && failed => *state = self.open(time.saturating_mul(2)),
            State::Open { .. } if is_probe => *state = State::Closed { failures: 0 },
            // A call from before: the probe decides.
            State::Open { .. } => {}
        }
    }

    fn open(&self, time: Duration) -> State {
        let time = time.min(self.rule.longest.max(self.rule.time));
        State::Open { until: Instant::now() + time, time, probe: Probe::Waited }
    }

    /// A probe ended without an answer: the next call is one.
    fn give_back(&self) {
        if let State::Open { probe, .. } = &mut *self.lock() {
            *probe = Probe::Waited;
        }
    }
}

impl Trial<'_> {
    /// Notes the end of the call.
    pub(super) fn end<T>(mut self, result: &Result<T>) {
        self.is_over = true;
        self.circuit.note(self.is_probe, result.as_ref().err().map(Status::code));
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        if self.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            self.circuit.note(self.is_probe, Some(Code::DeadlineExceeded));
        } else if self.is_probe {
            self.circuit.give_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(circuit: &Circuit, code: Option<Code>) -> Result<()> {
        let result = code.map_or(Ok(()), |code| Err(Status::new(code, "it failed")));
        circuit.admit(None)?.end(&result);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_failures_in_a_row_and_one_call_decides_how_it_goes_on() {
        let rule = Breaker { failures: 2, time: Duration::from_secs(5), ..Breaker::default() };
        let circuit = Circuit::new(rule);
        for code in [Some(Code::Unavailable), None, Some(Code::Unavailable), Some(Code::NotFound)] {
            end(&circuit, code).expect("a success, or the word of a server that is well, ends the row");
        }
        for _ in 0..2 {
            end(&circuit, Some(Code::Unavailable)).expect("closed");
        }
        let refused = end(&circuit, None).expect_err("open");
        assert_eq!(
            (refused.code(), refused.retry_after()),
            (Code::Unavailable, Some(Duration::from_secs(5)))
        );
        assert_eq!(refused.reason(), Some(("CIRCUIT_OPEN".to_owned(), "polywire".to_owned())));

        tokio::time::advance(Duration::from_secs(5)).await;
        let probe = circuit.admit(None).expect("half open");
        circuit.admit(None).err().expect("one call alone");
        drop(probe);
        end(&circuit, Some(Code::Unavailable)).expect("a probe that was given up decides nothing");
        let refused = end(&circuit, None).expect_err("open again");
        assert_eq!(refused.retry_after(), Some(Duration::from_secs(10)), "for twice as long");

        tokio::time::advance(Duration::from_secs(10)).await;
        end(&circuit, None).expect("a probe");
        assert!(!circuit.is_open());
        end(&circuit, None).expect("closed");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_its_deadline_ended_is_a_failure() {
        let circuit = Circuit::new(Breaker { failures: 1, ..Breaker::default() });
        drop(circuit.admit(Some(Instant::now() + Duration::from_secs(1))).expect("closed"));
        assert!(!circuit.is_open(), "its caller gave it up");
        drop(circuit.admit(Some(Instant::now())).expect("closed"));
        assert!(circuit.is_open());
    }
}
