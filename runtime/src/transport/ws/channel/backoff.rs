//! When to try again: after a random part of a time that doubles with each failure, so that the clients of a server that
//! comes back do not all come back at once ("full jitter").

use crate::jitter::jitter;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(10);

/// The attempts of one channel.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
    /// Whether there was a connection before.
    again: bool,
    not_before: Option<Instant>,
}

impl Backoff {
    /// Waits until the next attempt may be made.
    pub(super) async fn pause(&self) {
        let reconnect = self.again.then(|| Instant::now() + jitter(FIRST));
        if let Some(time) = [reconnect, self.not_before].into_iter().flatten().max() {
            sleep_until(time).await;
        }
    }

    /// Notes how an attempt went.
    pub(super) fn note(&mut self, connected: bool) {
        self.again |= connected;
        self.failures = if connected { 0 } else { self.failures.saturating_add(1) };
        let ceiling = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.not_before = Some(Instant::now() + jitter(ceiling));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn waits_are_random_bounded_and_grow() {
        let mut backoff = Backoff::default();
        let start = Instant::now();
        backoff.pause().await;
        assert_eq!(Instant::now(), start, "the first attempt is made at once");
        let mut longest = Duration::ZERO;
        for _ in 0..200 {
            backoff.note(false);
            let before = Instant::now();
            backoff.pause().await;
            longest = longest.max(Instant::now() - before);
        }
        assert!(longest > FIRST && longest <= LONGEST + Duration::from_millis(2), "{longest:?}");
    }
}
