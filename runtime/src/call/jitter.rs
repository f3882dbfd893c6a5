//! Random pauses ("full jitter"), so that the clients of a server that comes back do not all come back at once.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// A random part of `longest`.
pub(crate) fn jitter(longest: Duration) -> Duration {
    // The standard library has no other source of randomness. It is good enough to spread clients.
    let random = RandomState::new().build_hasher().finish();
    longest.mul_f64(random as f64 / u64::MAX as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_random_and_never_longer() {
        let longest = Duration::from_secs(2);
        let pauses: Vec<Duration> = (0..200).map(|_| jitter(longest)).collect();
        assert!(pauses.iter().all(|pause| *pause <= longest));
        assert!(pauses.iter().any(|pause| *pause < longest / 4));
        assert!(pauses.iter().any(|pause| *pause > longest / 4 * 3));
    }
}
