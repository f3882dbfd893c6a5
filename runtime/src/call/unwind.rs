//! Catches panics of the program's own code where they are the failure of one call or one connection.

use crate::call::status::{Result, Status};
use crate::log::{Quoted, sparsely};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs code of the program. A panic becomes an opaque status for the peer. The log gets its text and the place.
///
/// # Errors
/// `internal` when the code panics.
pub(crate) fn caught<'a, T>(place: impl FnOnce() -> &'a str, run: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| panicked(place(), panic))
}

#[cold]
fn panicked(place: &str, panic: Box<dyn Any + Send>) -> Status {
    // The text may contain anything that the caller sent.
    sparsely!(error, place, panic = %Quoted(text(&*panic)), "a call panicked");
    // The payload of a panic may panic in turn when it is dropped.
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(again);
    }
    Status::internal("internal error")
}

/// The text of a panic.
pub(crate) fn text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
