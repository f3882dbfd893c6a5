//! The failures of one address, and the time for which it is ejected.

use crate::call::status::Code;
use crate::channel::Ejection;
use std::time::Duration;
use tokio::time::Instant;

#[derive(Debug, Default)]
pub(super) struct Health {
    /// Failures in a row.
    row: u32,
    /// Ejections, fewer by one for each time that passed without.
    times: u32,
    until: Option<Instant>,
}

impl Health {
    /// Whether the address is ejected now.
    pub(super) fn is_ejected(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() < until)
    }

    pub(super) fn succeeded(&mut self) {
        self.row = 0;
    }

    /// Notes a failure. Whether the address should be ejected.
    pub(super) fn failed(&mut self, rule: &Ejection, code: Code) -> bool {
        if self.is_ejected() {
            return false;
        }
        if !rule.codes.contains(&code) {
            // The server answered, so it is well.
            self.row = 0;
            return false;
        }
        self.row = self.row.saturating_add(1);
        self.row >= rule.failures.max(1)
    }

    /// Ejects the address.
    pub(super) fn eject(&mut self, rule: &Ejection) {
        let now = Instant::now();
        if let Some(until) = self.until {
            let well = now.saturating_duration_since(until).as_nanos() / rule.time.as_nanos().max(1);
            self.times = self.times.saturating_sub(u32::try_from(well).unwrap_or(u32::MAX));
        }
        self.times = self.times.saturating_add(1);
        // One more failure ejects it again, once it is back.
        self.row = rule.failures.saturating_sub(1);
        self.until = Some(now + length(rule, self.times));
    }
}

fn length(rule: &Ejection, times: u32) -> Duration {
    rule.time.saturating_mul(times).min(rule.longest.max(rule.time))
}

/// Whether one more of `all` addresses may be ejected.
pub(super) fn has_room(rule: &Ejection, ejected: usize, all: usize) -> bool {
    let most = (all * usize::from(rule.share.min(100)) / 100).max(1);
    ejected < most && ejected + 1 < all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_ejection_follows_failures_in_a_row_and_grows() {
        let rule = Ejection { failures: 3, time: Duration::from_secs(10), ..Ejection::default() };
        let mut health = Health::default();
        for (code, ejects) in [
            (Code::Unavailable, false),
            (Code::Internal, false),
            (Code::NotFound, false),
            (Code::Unavailable, false),
            (Code::DeadlineExceeded, false),
            (Code::Unknown, true),
        ] {
            assert_eq!(health.failed(&rule, code), ejects, "{code:?}");
        }
        for seconds in [10, 20, 30] {
            health.eject(&rule);
            tokio::time::advance(Duration::from_secs(seconds) - Duration::from_millis(1)).await;
            assert!(health.is_ejected() && !health.failed(&rule, Code::Unavailable));
            tokio::time::advance(Duration::from_millis(1)).await;
            assert!(
                !health.is_ejected() && health.failed(&rule, Code::Unavailable),
                "one failure is enough now"
            );
        }
        tokio::time::advance(Duration::from_secs(20)).await;
        health.eject(&rule);
        tokio::time::advance(Duration::from_secs(20)).await;
        assert!(!health.is_ejected(), "twice ten seconds without one took two of the three back");
        health.succeeded();
        assert!(!health.failed(&rule, Code::Unavailable), "a success ends the row");
    }

    #[test]
    fn a_share_may_be_ejected_and_never_the_last() {
        let rule = Ejection::default();
        let most = |all| (0..all).take_while(|ejected| has_room(&rule, *ejected, all)).count();
        assert_eq!([0, 1, 2, 3, 4, 5, 10].map(most), [0, 0, 1, 1, 2, 2, 5]);
        let all = Ejection { share: 255, ..rule };
        assert!(has_room(&all, 3, 5) && !has_room(&all, 4, 5));
    }
}
