//! The times of a message that waits: before another attempt, or because its publisher said so.

use super::ids::jitter;
use polywire_codegen::transport::amqp::Retry;
use polywire_codegen::transport::amqp::topology::{LEVELS, Level};
use std::time::Duration;

/// The longest wait. A longer one is this long.
pub(crate) const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3_600);

/// The wait before a retry, counted from 1: the first delay, doubled each time, up to the longest. With jitter it is
/// shortened by up to a half.
pub(crate) fn wait(retry: u32, plan: &Retry) -> Duration {
    let doublings = 1_u64.checked_shl(retry.saturating_sub(1)).unwrap_or(u64::MAX);
    let whole = Duration::from_millis(plan.first_ms.saturating_mul(doublings).min(plan.last_ms));
    if plan.jitter { whole - jitter(whole / 2) } else { whole }
}

/// The next level of a message that waits so long, and what is left after it. `None` when it need not wait.
///
/// What is less than a hundredth of the level is left out, so that most waits take few levels.
pub(crate) fn next_level(wait: Duration) -> Option<(&'static Level, Duration)> {
    let level = LEVELS.iter().rev().find(|level| level.delay <= wait)?;
    let rest = wait - level.delay;
    let rest = if rest < level.delay / 100 { Duration::ZERO } else { rest };
    Some((level, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(first_ms: u64, last_ms: u64, jitter: bool) -> Vec<u128> {
        let plan = Retry { limit: 9, first_ms, last_ms, jitter, on: None };
        (1..=6).map(|retry| wait(retry, &plan).as_millis()).collect()
    }

    fn levels(mut wait: Duration) -> Vec<u128> {
        let mut levels = Vec::new();
        while let Some((level, rest)) = next_level(wait) {
            levels.push(level.delay.as_millis());
            wait = rest;
        }
        levels
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        assert_eq!(waits(100, 1_000, false), [100, 200, 400, 800, 1_000, 1_000]);
        assert_eq!(waits(90_000_000, 90_000_000, false), [90_000_000; 6]);
        let plan = Retry { limit: 9, first_ms: 100, last_ms: 1_000, jitter: false, on: None };
        assert_eq!(wait(u32::MAX, &plan).as_millis(), 1_000);
    }

    #[test]
    fn jitter_takes_up_to_a_half() {
        let seen = (0..200).flat_map(|_| waits(100, 100, true)).collect::<Vec<_>>();
        assert!(seen.iter().all(|wait| (50..=100).contains(wait)), "{seen:?}");
        assert!(seen.iter().any(|wait| *wait < 60) && seen.iter().any(|wait| *wait > 90), "{seen:?}");
    }

    #[test]
    fn a_wait_is_a_sum_of_levels_to_a_hundredth() {
        assert_eq!(levels(Duration::from_millis(500)), [500]);
        assert_eq!(levels(Duration::from_secs(30)), [20_000, 10_000]);
        assert_eq!(levels(Duration::from_secs(3_600)), [2_000_000, 1_000_000, 500_000, 100_000]);
        assert_eq!(levels(Duration::from_millis(9)), []);
        for ms in [10, 11, 99, 100, 340, 1_234, 59_999, 86_400_000, 31_536_000_000] {
            let sum: u128 = levels(Duration::from_millis(ms)).iter().sum();
            let ms = u128::from(ms);
            assert!(sum <= ms && (ms - sum) * 100 <= ms.max(1_000), "{ms}: {sum}");
        }
        assert!(levels(LONGEST).len() < 400);
    }
}
