//! What surrounds every handler: admission, interceptors, the deadline, the panic guard, the current context.

use super::outgoing::{BoxOutgoing, Items};
use crate::codec::Message;
use crate::context::Context;
use crate::input::Reply;
use crate::interceptor::{Interceptor, Outcome};
use crate::log::{Quoted, sparsely};
use crate::policy::{Admission, Policy};
use crate::spec::Method;
use crate::status::{Result, Status};
use crate::stream::Streaming;
use pin_project_lite::pin_project;
use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};
use tokio::time::{Instant, Sleep, sleep_until};

/// Runs a handler that answers with one message.
pub(super) async fn unary<T, F>(
    cx: Context,
    method: &'static Method,
    handler: impl FnOnce(Context) -> F,
) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let started = cx.taken().unwrap_or_else(Instant::now);
    // A client's stream may take its time: it is each of its items that must come.
    let ceiling = cx.policy().filter(|_| !method.shape().client_streams());
    let ceiling = ceiling.map(|policy| started + policy.limits.unary_timeout);
    let call = Ongoing::begin(cx.bounded(ceiling), method, started).await?;
    let result = call.cx.scope(Guarded::new(handler(call.cx.clone()), call.cx.deadline(), method)).await;
    call.end(result.as_ref().err());
    result
}

/// Runs a handler that answers with a stream; the call goes on until the stream ends or is dropped.
pub(super) async fn stream<T: Message, F>(
    cx: Context,
    method: &'static Method,
    reply: Reply,
    handler: impl FnOnce(Context) -> F,
) -> Result<BoxOutgoing>
where
    F: Future<Output = Result<Streaming<T>>>,
{
    let call = Ongoing::begin(cx, method, Instant::now()).await?;
    match call.cx.scope(Guarded::new(handler(call.cx.clone()), call.cx.deadline(), method)).await {
        Ok(items) => Ok(Box::pin(Items::new(items, reply.within(call.cx.extent()), call))),
        Err(status) => {
            call.end(Some(&status));
            Err(status)
        }
    }
}

/// A call between `before` and `after`. Dropped without an end, it was cancelled.
pub(super) struct Ongoing {
    pub(super) cx: Context,
    pub(super) method: &'static Method,
    started: Instant,
    /// How many interceptors let the call pass: those hear of its end.
    passed: usize,
    ended: bool,
    _admission: Option<Admission>,
}

impl Ongoing {
    async fn begin(cx: Context, method: &'static Method, started: Instant) -> Result<Self> {
        let admission = cx.policy().map(Policy::admit).transpose()?;
        let intercepting = cx.policy().filter(|policy| !policy.interceptors.is_empty()).cloned();
        let mut call = Self { cx, method, started, passed: 0, ended: false, _admission: admission };
        if let Some(policy) = intercepting {
            call.intercept(&policy.interceptors).await?;
        }
        if call.cx.deadline().is_some_and(|deadline| deadline <= started) {
            let status = too_late();
            call.end(Some(&status));
            return Err(status);
        }
        Ok(call)
    }

    async fn intercept(&mut self, interceptors: &[Arc<dyn Interceptor>]) -> Result<()> {
        for interceptor in interceptors {
            match interceptor.before(self.cx.clone(), self.method).await {
                Ok(cx) => self.cx = cx,
                Err(status) => {
                    let status = status.qualified(self.method.package());
                    self.finish(Some(&status));
                    return Err(status);
                }
            }
            self.passed += 1;
        }
        Ok(())
    }

    pub(super) fn end(mut self, error: Option<&Status>) {
        self.finish(error);
    }

    /// Tells the interceptors, the last one first.
    pub(super) fn finish(&mut self, error: Option<&Status>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        // Nobody to be told: the clock need not be asked.
        let Some(policy) = self.cx.policy().filter(|_| self.passed > 0) else { return };
        let outcome = Outcome { error, elapsed: self.started.elapsed() };
        for interceptor in policy.interceptors[..self.passed].iter().rev() {
            interceptor.after(&self.cx, self.method, &outcome);
        }
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        if !self.ended {
            self.cx.cancel();
            self.finish(Some(&Status::cancelled("the caller gave up")));
        }
    }
}

pub(super) fn too_late() -> Status {
    Status::deadline_exceeded("the deadline passed before the call ended")
}

/// What a panic becomes: an opaque status for the peer, its text for the log.
pub(super) fn panicked(method: &Method, panic: &(dyn Any + Send)) -> Status {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    // Whatever is in it may be the caller's.
    sparsely!(error, method = method.full_name(), panic = %Quoted(text), "handler panicked");
    Status::internal("internal error")
}

pin_project! {
    /// A handler's future under its deadline, its panics caught. The timer is made only when the handler is not ready at
    /// once: most are. From then on it goes first, as before each item of a stream: on a machine that came to neither in time, whose turn
    /// is first must not decide whether a call was too late.
    struct Guarded<F> {
        #[pin]
        handler: F,
        deadline: Option<Instant>,
        #[pin]
        timer: Option<Sleep>,
        method: &'static Method,
    }
}

impl<F> Guarded<F> {
    fn new(handler: F, deadline: Option<Instant>, method: &'static Method) -> Self {
        Self { handler, deadline, timer: None, method }
    }
}

impl<T, F: Future<Output = Result<T>>> Future for Guarded<F> {
    type Output = Result<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some(timer) = this.timer.as_mut().as_pin_mut()
            && timer.poll(cx).is_ready()
        {
            return Poll::Ready(Err(too_late()));
        }
        match catch_unwind(AssertUnwindSafe(|| this.handler.poll(cx))) {
            Ok(Poll::Ready(result)) => return Poll::Ready(result),
            Ok(Poll::Pending) => {}
            Err(panic) => return Poll::Ready(Err(panicked(this.method, &*panic))),
        }
        let Some(deadline) = *this.deadline else { return Poll::Pending };
        if this.timer.is_some() {
            return Poll::Pending;
        }
        this.timer.set(Some(sleep_until(deadline)));
        match this.timer.as_pin_mut().map(|timer| timer.poll(cx)) {
            Some(Poll::Ready(())) => Poll::Ready(Err(too_late())),
            _ => Poll::Pending,
        }
    }
}
