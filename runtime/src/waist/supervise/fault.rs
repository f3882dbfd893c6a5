//! Panics that a test puts into a supervised task.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

/// The tasks that must panic: their names and threads.
static ARMED: Mutex<Vec<(&str, Option<ThreadId>)>> = Mutex::new(Vec::new());

fn armed() -> MutexGuard<'static, Vec<(&'static str, Option<ThreadId>)>> {
    ARMED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes the next poll of this task on this thread panic. Most tests run on a runtime of one thread.
pub(crate) fn arm(name: &'static str) {
    armed().push((name, Some(thread::current().id())));
}

/// Makes the next poll of this task panic, on any thread.
pub(crate) fn arm_anywhere(name: &'static str) {
    armed().push((name, None));
}

/// Whether the panic is still to come.
pub(crate) fn is_armed(name: &'static str) -> bool {
    armed().iter().any(|(one, _)| *one == name)
}

pub(super) fn strike(name: &'static str) {
    let mut armed = armed();
    let here = thread::current().id();
    let at = armed.iter().position(|(one, at)| *one == name && at.is_none_or(|at| at == here));
    let found = at.map(|at| armed.remove(at));
    drop(armed);
    assert!(found.is_none(), "a test lets the {name} panic");
}
