//! The end of a drain, and of a connection's age. Calls that still run then end with `unavailable`, so that
//! their peers learn why.

use crate::call::status::Status;
use futures_core::future::BoxFuture;
use futures_util::future::select;
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::sync::watch;

/// The time for the last words of calls and connections. None needs longer.
pub(crate) const GOODBYE: Duration = Duration::from_secs(1);
/// The text for calls at the end of a drain.
pub(crate) const SHUTTING_DOWN: &str = "the server is shutting down";
/// The text for calls on a connection that has reached its age.
#[cfg(any(feature = "_net", test))]
pub(crate) const AGED: &str = "the connection has reached its age; call again over a new one";

/// A signal that ends calls: those of a server, or those of one connection.
#[derive(Debug)]
pub(crate) struct Ending {
    /// The text for these calls.
    why: &'static str,
    /// The same value as in `told`, readable without a lock.
    over: AtomicBool,
    told: watch::Sender<bool>,
}

impl Ending {
    fn new(why: &'static str) -> Self {
        Self { why, over: AtomicBool::new(false), told: watch::Sender::default() }
    }

    /// The end of a server's drain.
    pub(crate) fn of_server() -> Self {
        Self::new(SHUTTING_DOWN)
    }

    /// The end of a connection that has reached its age, after the time that its calls had then.
    #[cfg(any(feature = "_net", test))]
    pub(crate) fn of_connection() -> Self {
        Self::new(AGED)
    }

    /// Ends every call that still runs.
    pub(crate) fn begin(&self) {
        self.over.store(true, Ordering::Release);
        self.told.send_replace(true);
    }

    /// The status that calls end with, once they must end.
    pub(crate) fn over(&self) -> Option<Status> {
        self.over.load(Ordering::Acquire).then(|| Status::unavailable(self.why))
    }

    /// Ready once calls must end.
    pub(crate) fn wait(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut told = self.told.subscribe();
        async move {
            // The calls of a server that is gone end too.
            let _ = told.wait_for(|over| *over).await;
        }
    }
}

/// The signals that may end a call before its time.
#[derive(Clone, Copy)]
pub(crate) struct Endings<'a> {
    pub(crate) server: &'a Ending,
    /// The signal of the connection, if the connection has an age.
    pub(crate) connection: Option<&'a Ending>,
}

impl Endings<'_> {
    /// The status that the call ends with, once it must end.
    pub(crate) fn over(self) -> Option<Status> {
        self.server.over().or_else(|| self.connection?.over())
    }

    /// Ready once the call must end.
    fn wait(self) -> BoxFuture<'static, ()> {
        let server = self.server.wait();
        match self.connection.map(Ending::wait) {
            None => Box::pin(server),
            Some(connection) => Box::pin(async move {
                select(pin!(server), pin!(connection)).await;
            }),
        }
    }
}

/// The part of one call that waits for its endings.
#[derive(Default)]
pub(crate) struct Hearing {
    /// Made only when the call has to wait.
    wait: Option<BoxFuture<'static, ()>>,
    /// The task to wake. A call that the same task polls again need not register again.
    task: Option<Waker>,
}

impl fmt::Debug for Hearing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hearing")
    }
}

impl Hearing {
    /// Ready with the status that the call ends with.
    pub(crate) fn poll(&mut self, endings: Endings<'_>, cx: &mut Context<'_>) -> Poll<Status> {
        if let Some(status) = endings.over() {
            return Poll::Ready(status);
        }
        if self.task.as_ref().is_some_and(|task| task.will_wake(cx.waker())) {
            return Poll::Pending;
        }
        self.task = Some(cx.waker().clone());
        ready!(self.wait.get_or_insert_with(|| endings.wait()).as_mut().poll(cx));
        Poll::Ready(endings.over().unwrap_or_else(|| Status::unavailable(SHUTTING_DOWN)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    #[tokio::test]
    async fn who_waits_is_told_and_who_comes_later_hears_at_once() {
        for of_connection in [false, true] {
            let (server, connection) = (Ending::of_server(), Ending::of_connection());
            let endings = Endings { server: &server, connection: Some(&connection) };
            let mut early = Hearing::default();
            let mut task = Context::from_waker(Waker::noop());
            assert!(early.poll(endings, &mut task).is_pending());
            let wait = poll_fn(|cx| early.poll(endings, cx));
            let ending = if of_connection { &connection } else { &server };
            let (status, ()) = tokio::join!(wait, async { ending.begin() });
            assert_eq!(status, Status::unavailable(if of_connection { AGED } else { SHUTTING_DOWN }));
            assert!(Hearing::default().poll(endings, &mut task).is_ready());
            let alone = Endings { server: &server, connection: None };
            assert_eq!(Hearing::default().poll(alone, &mut task).is_ready(), !of_connection);
        }
    }
}
