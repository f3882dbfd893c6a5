//! The memory that the large messages of all calls share, on every wire:
//! [`Limits::decode_budget`](crate::Limits).

use crate::call::policy::Policy;
use crate::call::status::{Result, Status};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The size up to which messages are free. The number of calls bounds them.
const FREE: usize = 64 << 10;

/// A part of the memory that all requests together may hold. It is given back on drop.
#[derive(Default)]
pub(crate) struct Reservation {
    policy: Option<Arc<Policy>>,
    held: usize,
}

impl Reservation {
    pub(crate) fn of(policy: &Arc<Policy>) -> Self {
        Self { policy: Some(Arc::clone(policy)), held: 0 }
    }

    /// Holds `size` bytes from now on, instead of the bytes held before.
    ///
    /// # Errors
    /// `resource_exhausted`, to be tried again, when other calls hold too much.
    pub(crate) fn hold(&mut self, size: usize) -> Result<()> {
        if self.try_hold(size) {
            return Ok(());
        }
        let limit = self.policy.as_ref().map_or(0, |policy| policy.limits.decode_budget);
        let text = format!("the server holds nearly {limit} bytes of messages, its limit; try again later");
        Err(Status::overloaded(text))
    }

    /// Holds `size` bytes from now on, if there is room.
    pub(crate) fn try_hold(&mut self, size: usize) -> bool {
        let size = if size <= FREE { 0 } else { size };
        let Some(policy) = self.policy.as_ref().filter(|_| size != self.held) else { return true };
        if size > self.held {
            if !take(policy, size - self.held) {
                return false;
            }
        } else {
            give(policy, self.held - size);
        }
        self.held = size;
        true
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some(policy) = self.policy.as_ref().filter(|_| self.held > 0) {
            give(policy, self.held);
        }
    }
}

impl fmt::Debug for Reservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reservation({})", self.held)
    }
}

fn take(policy: &Policy, size: usize) -> bool {
    let limit = policy.limits.decode_budget;
    let more = |held: usize| held.checked_add(size).filter(|held| *held <= limit);
    policy.memory.fetch_update(Ordering::SeqCst, Ordering::SeqCst, more).is_ok()
}

fn give(policy: &Policy, size: usize) {
    policy.memory.fetch_sub(size, Ordering::SeqCst);
    policy.memory_freed.tell_all();
}

/// Waits until memory was given back. Another may take it first. See [`Freed::wait`](crate::call::policy::Freed).
#[allow(dead_code, reason = "asked by those transports whose messages can wait")]
pub(crate) async fn freed(policy: Arc<Policy>) {
    policy.memory_freed.wait().await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::interceptor::Interceptors;
    use crate::call::limits::Limits;
    use crate::call::status::Code;

    #[test]
    fn memory_is_shared_and_given_back() {
        let policy = Arc::new(Policy::new(Limits::default().decode_budget(1 << 20), Interceptors::default()));
        let (mut one, mut two) = (Reservation::of(&policy), Reservation::of(&policy));
        one.hold(600 << 10).expect("room");
        let refused = two.hold(500 << 10).expect_err("no room");
        assert_eq!((refused.code(), refused.retry_after().is_some()), (Code::ResourceExhausted, true));
        one.hold(1 << 20).expect("all of it");
        two.hold(64 << 10).expect("small ones are free");
        two.hold((64 << 10) + 1).expect_err("no room for a larger one");
        one.hold(500 << 10).expect("less than before");
        two.hold(500 << 10).expect("room again");
        drop((one, two));
        Reservation::of(&policy).hold(1 << 20).expect("all of it");
    }
}
