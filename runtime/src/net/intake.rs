//! What a request may take while it comes in: the time of its body, and memory beside that of all others.

use crate::policy::Policy;
use crate::status::{Result, Status};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a body is waited for: in all, and between two pieces of it.
pub(crate) struct Patience {
    deadline: Instant,
    pause: Duration,
    /// Made only when there is a wait: mostly the body came with the head.
    timer: Option<Pin<Box<Sleep>>>,
    /// What had come when the timer was set.
    seen: usize,
}

impl Patience {
    pub(crate) fn new(deadline: Instant, pause: Duration) -> Self {
        Self { deadline, pause, timer: None, seen: 0 }
    }

    /// Ready, with the status, when it is over; `received` is how much of the body has come by now.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, received: usize) -> Poll<Status> {
        if self.timer.is_none() || self.seen != received {
            self.seen = received;
            let until =
                Instant::now().checked_add(self.pause).map_or(self.deadline, |at| at.min(self.deadline));
            match &mut self.timer {
                Some(timer) => timer.as_mut().reset(until),
                None => self.timer = Some(Box::pin(sleep_until(until))),
            }
        }
        let Some(timer) = &mut self.timer else { return Poll::Pending };
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(Status::deadline_exceeded(match self.deadline <= Instant::now() {
            true => "the deadline passed before the request was complete".to_owned(),
            false => format!("nothing of the rest of the request came for {:?}, the limit", self.pause),
        }))
    }
}

/// Up to this size messages are free: the number of calls bounds them.
const FREE: usize = 64 << 10;

/// A part of the memory that all requests together may have; given back when dropped.
#[derive(Default)]
pub(crate) struct Memory {
    policy: Option<Arc<Policy>>,
    held: usize,
}

impl Memory {
    pub(crate) fn of(policy: &Arc<Policy>) -> Self {
        Self { policy: Some(Arc::clone(policy)), held: 0 }
    }

    /// Holds `size` bytes from now on, in place of what was held.
    ///
    /// # Errors
    /// `resource_exhausted`, to be tried again, when others hold too much.
    pub(crate) fn hold(&mut self, size: usize) -> Result<()> {
        let size = if size <= FREE { 0 } else { size };
        let Some(policy) = self.policy.as_ref().filter(|_| size != self.held) else { return Ok(()) };
        if size > self.held {
            policy.take_memory(size - self.held)?;
        } else {
            policy.give_memory(self.held - size);
        }
        self.held = size;
        Ok(())
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Some(policy) = self.policy.as_ref().filter(|_| self.held > 0) {
            policy.give_memory(self.held);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::status::Code;

    #[test]
    fn memory_is_shared_and_given_back() {
        let policy = Arc::new(Policy::new(Limits::default().decode_budget(1 << 20), Vec::new()));
        let (mut one, mut two) = (Memory::of(&policy), Memory::of(&policy));
        one.hold(600 << 10).expect("room");
        let refused = two.hold(500 << 10).expect_err("no room");
        assert_eq!((refused.code(), refused.retry_after().is_some()), (Code::ResourceExhausted, true));
        two.hold(FREE).expect("small ones are free");
        one.hold(500 << 10).expect("less than before");
        two.hold(500 << 10).expect("room again");
        drop((one, two));
        Memory::of(&policy).hold(1 << 20).expect("all of it");
    }

    #[tokio::test(start_paused = true)]
    async fn every_piece_is_waited_for_anew_but_not_beyond_the_deadline() {
        let begun = Instant::now();
        let mut patience = Patience::new(begun + Duration::from_secs(25), Duration::from_secs(10));
        let mut wait = async |received| std::future::poll_fn(|cx| patience.poll(cx, received)).await;
        assert!(tokio::time::timeout(Duration::from_secs(9), wait(0)).await.is_err());
        assert!(tokio::time::timeout(Duration::from_secs(9), wait(1)).await.is_err());
        assert!(wait(2).await.message().contains("deadline"));
        assert_eq!(begun.elapsed().as_secs(), 25);
        let mut patience = Patience::new(begun + Duration::from_secs(250), Duration::from_secs(10));
        let stalled = std::future::poll_fn(|cx| patience.poll(cx, 0)).await;
        assert_eq!((stalled.code(), begun.elapsed().as_secs()), (Code::DeadlineExceeded, 35));
    }
}
