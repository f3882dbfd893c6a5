//! A note on a fault, which the reader of JSON leaves beside its error: serde's errors carry text alone.
//!
//! The note is a thread-local. The reader sets it when it fails, and the code that reports the error takes it.

use std::cell::Cell;

/// A fault that serde places at a whole message or request, not at a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Note {
    /// The field of this name did not arrive.
    Absent(&'static str),
    /// The field of this name arrived twice, or with a value that it cannot hold.
    Unfit(&'static str),
    /// A limit is passed: no field is at fault.
    Limit,
}

thread_local! {
    static NOTED: Cell<Option<Note>> = const { Cell::new(None) };
}

#[cold]
pub(crate) fn set(note: Note) {
    NOTED.set(Some(note));
}

/// Takes the note of the reading that has just failed.
#[cold]
pub(crate) fn take() -> Option<Note> {
    NOTED.take()
}
