//! How deep a message nests on its way out. What is too deep for every reader is not written; and as with reading JSON, the
//! count is a thread-local: encoding never awaits.

use std::cell::Cell;

thread_local! {
    /// The levels that are left. Without a [`Bound`], more than a stack can hold.
    static LEFT: Cell<u32> = const { Cell::new(u32::MAX) };
    static EXCEEDED: Cell<bool> = const { Cell::new(false) };
}

/// What an encoder says of such a message, inside of it.
pub(super) const TOO_DEEP: &str = "nests too deep";

/// Held while a message is written, or its size found.
pub(crate) struct Bound;

impl Bound {
    /// It may go so many levels deep.
    pub(crate) fn new(levels: u32) -> Self {
        LEFT.set(levels);
        EXCEEDED.set(false);
        Self
    }

    /// Ends the writing: whether it went deeper.
    pub(crate) fn exceeded(self) -> bool {
        EXCEEDED.get()
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        LEFT.set(u32::MAX);
    }
}

/// Runs `write` one level deeper, unless that is too deep.
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
