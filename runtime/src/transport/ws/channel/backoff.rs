//! The time of the next attempt: after a random part of a time that doubles with each failure ("full
//! jitter"). So the clients of a server that comes back do not all come back at once.

use crate::call::jitter::jitter;
use std::time::Duration;
use tokio::time::Instant;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(10);

/// The reason to open a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// No connection is there.
    Any,
    /// The connections that are there are full.
    More,
}

/// The attempts of one channel.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
    /// Whether there was a connection before.
    again: bool,
    not_before: Option<Instant>,
}

impl Backoff {
    /// The time of the next attempt; `None` is at once. A server that accepted us may be asked for more
    /// without a pause.
    pub(super) fn pause(&self, wanted: Wanted) -> Option<Instant> {
        match wanted {
            Wanted::More if self.failures == 0 => None,
            Wanted::Any | Wanted::More => {
                let reconnect = self.again.then(|| Instant::now() + jitter(FIRST));
                [reconnect, self.not_before].into_iter().flatten().max()
            }
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
        assert_eq!(backoff.pause(Wanted::Any), None, "the first attempt is made at once");
        let mut longest = Duration::ZERO;
        for _ in 0..200 {
            backoff.note(false);
            let pause = backoff.pause(Wanted::More).expect("a pause");
            longest = longest.max(pause.saturating_duration_since(Instant::now()));
        }
        assert!(longest > FIRST && longest <= LONGEST + Duration::from_millis(2), "{longest:?}");
        backoff.note(true);
        assert_eq!(backoff.pause(Wanted::More), None, "a server that is there is asked at once");
        assert!(backoff.pause(Wanted::Any).is_some(), "a connection that was lost is not");
    }
}
