//! The end of a drain, and that of a connection's age: calls that still run then end with `unavailable`, so that their peers hear why.

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

/// How long the last words of calls and connections may take; none needs longer.
pub(crate) const GOODBYE: Duration = Duration::from_secs(1);
/// What calls are told at the end of a drain.
pub(crate) const SHUTTING_DOWN: &str = "the server is shutting down";
/// What calls are told whose connection has reached its age.
#[cfg(any(feature = "_net", test))]
pub(crate) const AGED: &str = "the connection has reached its age; call over another";

/// A signal that ends calls: that of a server, or of one connection.
#[derive(Debug)]
pub(crate) struct Ending {
    /// What calls are told.
    why: &'static str,
    /// The same as `told` holds, to be read without a lock.
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

    /// The end of a connection that has reached its age, and of the time that its calls had then.
    #[cfg(any(feature = "_net", test))]
    pub(crate) fn of_connection() -> Self {
        Self::new(AGED)
    }

    /// Ends every call that still runs.
    pub(crate) fn begin(&self) {
        self.over.store(true, Ordering::Release);
        self.told.send_replace(true);
    }

    /// What calls end with, once they are to.
    pub(crate) fn over(&self) -> Option<Status> {
        self.over.load(Ordering::Acquire).then(|| Status::unavailable(self.why))
    }

    /// Ready once calls are to end.
    pub(crate) fn wait(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut told = self.told.subscribe();
        async move {
            // A server that is gone ends its calls too.
            let _ = told.wait_for(|over| *over).await;
        }
    }
}

/// What may end a call before its time.
#[derive(Clone, Copy)]
pub(crate) struct Endings<'a> {
    pub(crate) server: &'a Ending,
    /// That of its connection, where the connection has an age.
    pub(crate) connection: Option<&'a Ending>,
}

impl Endings<'_> {
    /// What the call ends with, once it is to.
    pub(crate) fn over(self) -> Option<Status> {
        self.server.over().or_else(|| self.connection?.over())
    }

    /// Ready once the call is to end.
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
