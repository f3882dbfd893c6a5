//! What a reader of JSON knows of its fault beyond the words, which are all that serde's errors carry: a thread-local, set where a
//! reading fails and taken by who tells of it.

use std::cell::Cell;

/// A fault of a message as a whole, or of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Note {
    /// This field did not arrive.
    Absent(&'static str),
    /// This field arrived twice, or as what it cannot be.
    Unfit(&'static str),
    /// A limit is passed: what is wrong is no field.
    Limit,
}

thread_local! {
    static NOTED: Cell<Option<Note>> = const { Cell::new(None) };
}

#[cold]
pub(crate) fn set(note: Note) {
    NOTED.set(Some(note));
}

/// The note of the reading that has just failed.
#[cold]
pub(crate) fn take() -> Option<Note> {
    NOTED.take()
}
