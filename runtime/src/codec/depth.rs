//! How deep a message nests on its way out. What is too deep for every reader is not written; and as with reading JSON, the
//! count is a thread-local: encoding never awaits.

use std::cell::Cell;

thread_local! {
    /// The levels that are left. Outside of [`bounded`], more than a stack can hold.
    static LEFT: Cell<u32> = const { Cell::new(u32::MAX) };
    static EXCEEDED: Cell<bool> = const { Cell::new(false) };
}

/// What an encoder says of such a message, inside of it.
pub(super) const TOO_DEEP: &str = "nests too deep";

/// Runs `write`; `None` when it went deeper than so many levels.
pub(crate) fn bounded<T>(levels: u32, write: impl FnOnce() -> T) -> Option<T> {
    LEFT.set(levels);
    let written = write();
    LEFT.set(u32::MAX);
    (!EXCEEDED.replace(false)).then_some(written)
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
