//! The nesting of a message while it is written. A message that is too deep for every reader is not written.
//!
//! The count is a thread-local, as in reading JSON: encoding never awaits.

use std::cell::Cell;

thread_local! {
    /// The levels that are left. Without a [`Bound`] they are more than a stack can hold.
    static LEFT: Cell<u32> = const { Cell::new(u32::MAX) };
    static EXCEEDED: Cell<bool> = const { Cell::new(false) };
}

/// The error of an encoder inside of a message that nests too deep.
pub(super) const TOO_DEEP: &str = "nests too deep";

/// Limits the nesting while it is held: while a message is written, or its size is found.
pub(crate) struct Bound;

impl Bound {
    /// Allows this many levels.
    pub(crate) fn new(levels: u32) -> Self {
        LEFT.set(levels);
        EXCEEDED.set(false);
        Self
    }

    /// Ends the writing, and says whether it went too deep.
    pub(crate) fn exceeded(self) -> bool {
        EXCEEDED.get()
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        LEFT.set(u32::MAX);
    }
}

/// Runs `write` one level deeper; `None` when that is too deep.
#[inline]
pub(super) fn deeper<T>(write: impl FnOnce() -> T) -> Option<T> {
    let left = LEFT.get();
    if left == 0 {
        EXCEEDED.set(true);
        return None;
    }
    LEFT.set(left - 1);
    let written = write();
    LEFT.set(left);
    Some(written)
}
