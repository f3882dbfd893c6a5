//! The times of retries: the delay level of each attempt.

use polywire_codegen::transport::amqp::Retry;
use polywire_codegen::transport::amqp::topology::{LEVELS, Level};
use std::time::Duration;

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
