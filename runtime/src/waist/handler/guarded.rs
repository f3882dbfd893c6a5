//! The panic guard and the deadline. A future or a function of the program runs under them. If it goes wrong,
//! its call fails.
//!
//! Most handlers are ready at their first poll, so the timer of the deadline is made when a handler first
//! waits. A call is one boxed future, and a context that is not shared is changed in place.
//!
//! Once there is a timer, it is polled before the handler, and before each item of a stream. An answer after
//! the deadline is too late, even if the answer is noticed first.

use crate::call::context::Context;
use crate::call::policy::Hearing;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::call::unwind;
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};
use tokio::time::{Sleep, sleep_until};

pub(super) fn too_late() -> Status {
    Status::deadline_exceeded("the deadline passed before the call ended")
}

/// Runs a part of a call of this method.
///
/// # Errors
/// `internal` when it panics.
pub(super) fn caught<T>(method: &Method, run: impl FnOnce() -> T) -> Result<T> {
    unwind::caught(|| method.full_name(), run)
}

pin_project! {
    /// A future of the program. It runs until its deadline, or until its server or its connection ends. Its
    /// panics are caught, also those of its drop.
    ///
    /// The timer is made only when the future is not ready at once; most are. From then on the timer is polled
    /// first, as before each item of a stream. A busy machine may come to both too late, and the order of polls
    /// must not decide whether a call was too late.
    pub(super) struct Guarded<'a, F> {
        #[pin]
        future: Option<F>,
        call: &'a Context,
        #[pin]
        timer: Option<Sleep>,
        hearing: Hearing,
        method: &'static Method,
    }

    impl<F> PinnedDrop for Guarded<'_, F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.future.is_some() {
                let _ = caught(this.method, || this.future.set(None));
            }
        }
    }
}

impl<'a, F> Guarded<'a, F> {
    /// Guards a part of the call that has the context `call`.
    pub(super) fn new(future: F, call: &'a Context, method: &'static Method) -> Self {
        Self { future: Some(future), call, timer: None, hearing: Hearing::default(), method }
    }
}

impl<T, F: Future<Output = Result<T>>> Future for Guarded<'_, F> {
    type Output = Result<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some(timer) = this.timer.as_mut().as_pin_mut()
            && timer.poll(cx).is_ready()
        {
            return Poll::Ready(Err(too_late()));
        }
        let Some(future) = this.future.as_mut().as_pin_mut() else { return Poll::Pending };
        match caught(this.method, || future.poll(cx)) {
            Ok(Poll::Ready(result)) => return Poll::Ready(result),
            Ok(Poll::Pending) => {}
            Err(status) => return Poll::Ready(Err(status)),
        }
        if let Poll::Ready(status) = this.call.poll_ending(this.hearing, cx) {
            return Poll::Ready(Err(status));
        }
        let Some(deadline) = this.call.deadline() else { return Poll::Pending };
        if this.timer.is_some() {
            return Poll::Pending;
        }
        this.timer.set(Some(sleep_until(deadline)));
        match this.timer.as_pin_mut().map(|timer| timer.poll(cx)) {
            Some(Poll::Ready(())) => Poll::Ready(Err(too_late())),
            Some(Poll::Pending) | None => Poll::Pending,
        }
    }
}
