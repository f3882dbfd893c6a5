//! Panics of the program's own code, caught where they are the failure of one call or one connection.

use crate::call::status::{Result, Status};
use crate::log::{Quoted, sparsely};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs code of the program. A panic becomes an opaque status for the peer; its text goes to the log, with the place.
///
/// # Errors
/// `internal` when it panics.
pub(crate) fn caught<'a, T>(place: impl FnOnce() -> &'a str, run: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| panicked(place(), panic))
}

#[cold]
fn panicked(place: &str, panic: Box<dyn Any + Send>) -> Status {
    // Whatever is in it may be the caller's.
    sparsely!(error, place, panic = %Quoted(text(&*panic)), "a call panicked");
    // A payload may panic in turn when it is dropped.
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(again);
    }
    Status::internal("internal error")
}

/// What a panic says.
pub(crate) fn text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
