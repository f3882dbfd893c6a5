//! The end of a drain: calls that still run then end with `unavailable`, so that their peers hear why.

use crate::status::Status;
use futures_core::future::BoxFuture;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use tokio::sync::watch;

/// The signal of one server.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    /// The same as `told` holds, to be read without a lock.
    over: AtomicBool,
    told: watch::Sender<bool>,
}

impl Ending {
    /// Ends every call that still runs.
    pub(crate) fn begin(&self) {
        self.over.store(true, Ordering::Release);
        self.told.send_replace(true);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    /// Ready once calls are to end.
    pub(crate) fn wait(&self) -> BoxFuture<'static, ()> {
        let mut told = self.told.subscribe();
        Box::pin(async move {
            // A server that is gone ends its calls too.
            let _ = told.wait_for(|over| *over).await;
        })
    }
}

/// The ear of one call.
#[derive(Default)]
pub(crate) struct Hearing {
    /// Made only when the call waits.
    wait: Option<BoxFuture<'static, ()>>,
    /// Who is told. A call that is polled by the same task again need not say so.
    task: Option<Waker>,
}

impl fmt::Debug for Hearing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hearing")
    }
}

impl Hearing {
    /// Ready with the status that the call ends with.
    pub(crate) fn poll(&mut self, ending: &Ending, cx: &mut Context<'_>) -> Poll<Status> {
        let is_heard = self.task.as_ref().is_some_and(|task| task.will_wake(cx.waker()));
        if !ending.is_over() {
            if is_heard {
                return Poll::Pending;
            }
            self.task = Some(cx.waker().clone());
            let wait = self.wait.get_or_insert_with(|| ending.wait());
            if wait.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
        Poll::Ready(Status::unavailable("the server is shutting down"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    #[tokio::test]
    async fn who_waits_is_told_and_who_comes_later_hears_at_once() {
        let ending = Ending::default();
        let mut early = Hearing::default();
        let mut task = Context::from_waker(Waker::noop());
        assert!(early.poll(&ending, &mut task).is_pending());
        let wait = poll_fn(|cx| early.poll(&ending, cx));
        let (status, ()) = tokio::join!(wait, async { ending.begin() });
        assert_eq!(status.code(), crate::Code::Unavailable);
        assert!(Hearing::default().poll(&ending, &mut task).is_ready());
    }
}
