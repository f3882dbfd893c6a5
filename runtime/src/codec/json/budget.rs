//! How deep and how large the JSON of one message may be. serde hands no state down, so the count is a
//! thread-local; decoding never awaits, so a message is read on one thread from end to end.

use crate::codec::reader::{MAX_DEPTH, MAX_ELEMENTS};
use serde::de;
use std::cell::Cell;

thread_local! {
    static LEFT: Cell<(u8, u32)> = const { Cell::new((MAX_DEPTH, MAX_ELEMENTS)) };
}

/// Held while a message is read; gives its level back when dropped.
pub(crate) struct Level;

/// Goes one message deeper.
pub(crate) fn enter<E: de::Error>() -> Result<Level, E> {
    let (depth, elements) = LEFT.get();
    let Some(depth) = depth.checked_sub(1) else {
        return Err(E::custom(format_args!("nests deeper than {MAX_DEPTH} levels")));
    };
    LEFT.set((depth, elements));
    let level = Level;
    count()?;
    Ok(level)
}

/// Takes one element from the budget.
pub(crate) fn count<E: de::Error>() -> Result<(), E> {
    let (depth, elements) = LEFT.get();
    let Some(elements) = elements.checked_sub(1) else {
        return Err(E::custom(format_args!("holds more than {MAX_ELEMENTS} elements")));
    };
    LEFT.set((depth, elements));
    Ok(())
}

impl Drop for Level {
    fn drop(&mut self) {
        let (depth, elements) = LEFT.get();
        let outermost = depth + 1 == MAX_DEPTH;
        LEFT.set((depth + 1, if outermost { MAX_ELEMENTS } else { elements }));
    }
}
