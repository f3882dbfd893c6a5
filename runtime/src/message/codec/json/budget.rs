//! The used part of the [`Extent`](crate::message::codec::extent::Extent), while the JSON of one message is read.

use super::note::{self, Note};
use crate::message::codec::extent;
use serde::de;
use std::cell::Cell;

thread_local! {
    /// The levels that are open, and the elements counted since the outermost one was opened.
    static USED: Cell<(u32, u32)> = const { Cell::new((0, 0)) };
}

/// A level of nesting, held while a message is read. Dropping it gives the level back.
pub(crate) struct Level;

/// Goes one message deeper.
pub(crate) fn enter<E: de::Error>() -> Result<Level, E> {
    let (depth, elements) = USED.get();
    let most = extent::of_json().nesting;
    if depth >= most {
        note::set(Note::Limit);
        return Err(E::custom(format_args!("nests deeper than {most} levels")));
    }
    USED.set((depth + 1, elements));
    let level = Level;
    count()?;
    Ok(level)
}

/// Counts one element.
pub(crate) fn count<E: de::Error>() -> Result<(), E> {
    let (depth, elements) = USED.get();
    let most = extent::of_json().elements;
    if elements >= most {
        note::set(Note::Limit);
        return Err(E::custom(format_args!("holds more than {most} elements")));
    }
    USED.set((depth, elements + 1));
    Ok(())
}

impl Drop for Level {
    fn drop(&mut self) {
        let (depth, elements) = USED.get();
        USED.set((depth - 1, if depth == 1 { 0 } else { elements }));
    }
}
