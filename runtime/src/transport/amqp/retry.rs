//! The times of retries: delay levels on the broker. Each level is a queue. Its messages expire there, and then
//! return to the queue they came from.
//!
//! All messages of a level have the same delay. Messages wait for those before them in the queue, so delays
//! of their own would not work.

use polywire_codegen::transport::amqp::Retry;
use std::time::Duration;

/// One delay: an exchange and a queue of the same name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) name: &'static str,
    pub(crate) delay: Duration,
}

const fn level(name: &'static str, seconds: u64) -> Level {
    Level { name, delay: Duration::from_secs(seconds) }
}

pub(crate) static LEVELS: [Level; 6] = [
    level("polywire.delay.1s", 1),
    level("polywire.delay.5s", 5),
    level("polywire.delay.30s", 30),
    level("polywire.delay.2m", 120),
    level("polywire.delay.10m", 600),
    level("polywire.delay.1h", 3_600),
];

/// The delay before a retry, counted from 1. The first retry takes the shortest level that is long enough.
/// Each later one takes the next level, up to the last that is not too long.
pub(crate) fn delay(retry: u32, plan: &Retry) -> &'static Level {
    let reaches = |ms: u64| LEVELS.iter().position(|level| level.delay >= Duration::from_millis(ms));
    let first = reaches(plan.first_ms).unwrap_or(LEVELS.len() - 1);
    let longest = Duration::from_millis(plan.last_ms);
    let last = LEVELS.iter().rposition(|level| level.delay <= longest).unwrap_or(0).max(first);
    let steps = usize::try_from(retry.saturating_sub(1)).unwrap_or(usize::MAX);
    &LEVELS[first.saturating_add(steps).min(last)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(first_ms: u64, last_ms: u64) -> Vec<u64> {
        let plan = Retry { limit: 9, first_ms, last_ms };
        (1..=7).map(|retry| delay(retry, &plan).delay.as_secs()).collect()
    }

    #[test]
    fn delays_climb_from_the_first_to_the_last_level_that_the_plan_allows() {
        assert_eq!(seconds(1_000, 300_000), [1, 5, 30, 120, 120, 120, 120]);
        assert_eq!(seconds(1_000, 3_600_000), [1, 5, 30, 120, 600, 3_600, 3_600]);
        assert_eq!(seconds(20_000, 120_000), [30, 120, 120, 120, 120, 120, 120]);
    }

    #[test]
    fn a_plan_between_two_levels_waits_rather_longer_than_shorter() {
        assert_eq!(seconds(100, 500), [1; 7]);
        assert_eq!(seconds(2_000, 3_000), [5; 7]);
        assert_eq!(seconds(90_000_000, 90_000_000), [3_600; 7]);
    }
}
