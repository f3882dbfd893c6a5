//! [`Live`]: limits that can be replaced while their server runs.
//!
//! A call reads limits many times, so reading takes no lock: one load says which limits are the current ones. Limits
//! that were replaced are kept, because a call may still read them.

use super::Limits;
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Limits, and those that came after them.
pub(crate) struct Live {
    first: Limits,
    /// The number of the current limits; 0 is `first`.
    current: AtomicUsize,
    /// The limits from number 1 on. The shelf `n` has the 2^n numbers from 2^n on, so none ever moves.
    later: [OnceLock<Box<[OnceLock<Limits>]>>; SHELVES],
    /// Held while limits are replaced.
    replacing: Mutex<()>,
}

/// Enough for 16 million replacements.
const SHELVES: usize = 24;

impl Live {
    pub(crate) fn new(limits: Limits) -> Self {
        let later = [const { OnceLock::new() }; SHELVES];
        Self { first: limits, current: AtomicUsize::new(0), later, replacing: Mutex::new(()) }
    }

    /// Replaces the limits. Whoever reads them from now on reads these.
    #[allow(dead_code, reason = "the feature `config` does it")]
    pub(crate) fn replace(&self, limits: Limits) {
        let _one_at_a_time = self.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        let number = self.current.load(Ordering::Acquire) + 1;
        let (shelf, at) = place(number);
        let Some(shelf) = self.later.get(shelf) else { return };
        let slots = shelf.get_or_init(|| (0..number - at).map(|_| OnceLock::new()).collect());
        if slots.get(at).is_some_and(|slot| slot.set(limits).is_ok()) {
            self.current.store(number, Ordering::Release);
        }
    }

    #[cold]
    fn later(&self, number: usize) -> &Limits {
        let (shelf, at) = place(number);
        let slot = self.later.get(shelf).and_then(OnceLock::get).and_then(|slots| slots.get(at));
        slot.and_then(OnceLock::get).unwrap_or(&self.first)
    }
}

/// The shelf of a number from 1 on, and its place there.
fn place(number: usize) -> (usize, usize) {
    let shelf = number.ilog2();
    (shelf as usize, number - (1 << shelf))
}

impl Deref for Live {
    type Target = Limits;

    fn deref(&self) -> &Limits {
        match self.current.load(Ordering::Acquire) {
            0 => &self.first,
            number => self.later(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_limits_are_read_and_earlier_ones_stay() {
        let live = Live::new(Limits::default().streams(0));
        let first: &Limits = &live;
        for number in 1..300 {
            live.replace(Limits::default().streams(number));
            assert_eq!(live.streams, number);
        }
        assert_eq!(first.streams, 0);
    }

    #[test]
    fn many_threads_replace_and_read() {
        let live = Live::new(Limits::default().streams(1).local_resets(1));
        std::thread::scope(|scope| {
            for thread in 1..4 {
                let live = &live;
                scope.spawn(move || {
                    for number in 0..200 {
                        let both = thread * 1_000 + number;
                        live.replace(Limits::default().streams(both).local_resets(both as usize));
                        let seen: &Limits = live;
                        assert_eq!(seen.streams as usize, seen.local_resets);
                    }
                });
            }
        });
        assert_eq!(live.current.load(Ordering::Acquire), 600);
    }
}
