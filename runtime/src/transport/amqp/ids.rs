//! Ids of messages (UUIDv7) and random delays. Their source needs no system call for each message.

use std::cell::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

thread_local! {
    /// The random part of an id, of which 74 bits are used. The system seeds it, and each id adds one (RFC
    /// 9562, section 6.2, method 2).
    static NODE: Cell<u128> = Cell::new(seed());
}

fn seed() -> u128 {
    let random = || u128::from(Uuid::now_v7().as_u64_pair().1);
    (random() << 40) ^ random()
}

/// Makes a new message id. It stays with the message through every retry.
pub(crate) fn message_id() -> String {
    let node = NODE.get().wrapping_add(1);
    NODE.set(node);
    let mut random = [0; 10];
    random.copy_from_slice(&node.to_be_bytes()[6..]);
    let id = uuid::Builder::from_unix_timestamp_millis(unix_millis(), &random).into_uuid();
    id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned()
}

pub(crate) fn unix_millis() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

/// Returns a random part of `longest`.
pub(crate) fn jitter(longest: Duration) -> Duration {
    #[cfg(any(test, feature = "testing"))]
    if let Some(part) = SEEDED.get() {
        return longest.mul_f64(part);
    }
    // The low 32 bits of a fresh UUIDv7 are random.
    let random = Uuid::now_v7().as_u64_pair().1 & u64::from(u32::MAX);
    longest.mul_f64(random as f64 / f64::from(u32::MAX))
}

#[cfg(any(test, feature = "testing"))]
thread_local! {
    /// The part of a random delay that a test with a seed wants, from 0 to 1, so that the seed replays.
    static SEEDED: Cell<Option<f64>> = const { Cell::new(None) };
}

/// Makes the delays of this thread the same each time. `None` makes them random again.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn fix_delays(part: Option<f64>) {
    SEEDED.set(part);
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_uuids_of_version_7_and_differ() {
        let ids: HashSet<String> = (0..10_000).map(|_| message_id()).collect();
        assert_eq!(ids.len(), 10_000);
        let other = std::thread::spawn(message_id).join().expect("no panic");
        assert!(!ids.contains(&other));
        for id in ids.iter().take(10) {
            assert_eq!(Uuid::parse_str(id).expect("a UUID").get_version_num(), 7);
        }
    }

    #[test]
    fn jitter_stays_within_its_bound_and_varies() {
        let longest = Duration::from_millis(100);
        let delays: HashSet<Duration> = (0..100).map(|_| jitter(longest)).collect();
        assert!(delays.iter().all(|delay| *delay <= longest));
        assert!(delays.len() > 50);
    }
}
