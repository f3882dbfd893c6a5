//! The time that a request may take to come in.

use crate::call::context::Context;
use crate::call::policy::Hearing;
use crate::call::status::Status;
use std::pin::Pin;
use std::task::{self, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// The time to wait for a body: in all, and between two pieces of it.
pub(crate) struct Patience {
    /// The end of the whole wait; none if it is beyond the clock's range.
    deadline: Option<Instant>,
    pause: Duration,
    /// The state of a wait. It is made only when there is one: mostly the body came with the head.
    waiting: Option<Box<Waiting>>,
}

#[derive(Default)]
struct Waiting {
    /// The timer of the pause; none if its end is beyond the clock's range.
    timer: Option<Pin<Box<Sleep>>>,
    /// The number of bytes that had come when the timer was set.
    seen: usize,
    hearing: Hearing,
}

impl Patience {
    pub(crate) fn new(deadline: Option<Instant>, pause: Duration) -> Self {
        Self { deadline, pause, waiting: None }
    }

    /// Is ready, with the status, when the time is over or `call` is to end. `received` is the number of
    /// bytes of the body so far.
    pub(crate) fn poll(
        &mut self,
        cx: &mut task::Context<'_>,
        received: usize,
        call: &Context,
    ) -> Poll<Status> {
        let Waiting { timer, seen, hearing } = &mut **self.waiting.get_or_insert_default();
        if let Poll::Ready(status) = call.poll_ending(hearing, cx) {
            return Poll::Ready(status);
        }
        if timer.is_none() || *seen != received {
            *seen = received;
            let pause = Instant::now().checked_add(self.pause);
            let Some(until) = [pause, self.deadline].into_iter().flatten().min() else {
                return Poll::Pending;
            };
            match timer {
                Some(timer) => timer.as_mut().reset(until),
                None => *timer = Some(Box::pin(sleep_until(until))),
            }
        }
        let Some(timer) = timer else { return Poll::Pending };
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(Status::deadline_exceeded(
            match self.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                true => "the deadline passed before the request was complete".to_owned(),
                false => format!("no more of the request arrived within {:?}, the limit", self.pause),
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::status::Code;

    #[tokio::test(start_paused = true)]
    async fn every_piece_is_waited_for_anew_but_not_beyond_the_deadline() {
        let begun = Instant::now();
        let after = |seconds| begun.checked_add(Duration::from_secs(seconds));
        let mut patience = Patience::new(after(25), Duration::from_secs(10));
        let mut wait =
            async |received| std::future::poll_fn(|cx| patience.poll(cx, received, &Context::new())).await;
        assert!(tokio::time::timeout(Duration::from_secs(9), wait(0)).await.is_err());
        assert!(tokio::time::timeout(Duration::from_secs(9), wait(1)).await.is_err());
        assert!(wait(2).await.message().contains("deadline"));
        assert_eq!(begun.elapsed().as_secs(), 25);
        let mut patience = Patience::new(after(250), Duration::from_secs(10));
        let stalled = std::future::poll_fn(|cx| patience.poll(cx, 0, &Context::new())).await;
        assert_eq!((stalled.code(), begun.elapsed().as_secs()), (Code::DeadlineExceeded, 35));
    }
}
