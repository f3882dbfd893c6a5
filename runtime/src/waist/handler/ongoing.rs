//! A call from its admission to its end: it takes its place, passes the interceptors, and tells them how it ended.

use super::guarded::{Guarded, caught, too_late};
use crate::call::context::Context;
use crate::call::interceptor::{Interceptor, Interceptors, Outcome};
use crate::call::ledger::{CallNote, Entry};
use crate::call::policy::Place;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use std::future::Future;
use std::sync::Arc;
use tokio::time::Instant;

/// A call between `before` and `after`. If it is dropped without an end, it was cancelled.
pub(crate) struct Ongoing {
    pub(crate) cx: Context,
    pub(crate) method: &'static Method,
    started: Instant,
    /// The number of interceptors that let the call pass. They are told of its end.
    passed: usize,
    ended: bool,
    /// `None` when there are none.
    interceptors: Option<Interceptors>,
    _place: Option<Place>,
    /// The note of the call, if its server keeps notes.
    _note: Option<Entry<CallNote>>,
}

impl Ongoing {
    pub(super) async fn begin(cx: Context, method: &'static Method) -> Result<Self> {
        let started = cx.taken().unwrap_or_else(Instant::now);
        let place = match cx.take_place() {
            Some(place) => Some(place),
            None => cx.policy().map(|policy| policy.admit(method.shape())).transpose()?,
        };
        let interceptors = place.as_ref().map(|place| &place.policy().interceptors);
        let interceptors = interceptors.filter(|all| !all.is_empty()).cloned();
        let noted = cx.policy().and_then(|policy| policy.noted.as_ref());
        let note = noted.map(|noted| noted.enter(CallNote::of(&cx, method, started)));
        let mut call =
            Self { cx, method, started, passed: 0, ended: false, interceptors, _place: place, _note: note };
        let taken = call.cx.clone();
        call.intercept().await?;
        if call.cx.deadline().is_some_and(|deadline| deadline <= started) {
            return call.end(Err(too_late()));
        }
        // The transport knows the call by this context.
        taken.begin();
        Ok(call)
    }

    /// Begins a call of a client.
    pub(crate) async fn outgoing(
        cx: Context,
        method: &'static Method,
        interceptors: &Interceptors,
    ) -> Result<Self> {
        let (started, interceptors) = (Instant::now(), Some(interceptors.clone()));
        let mut call =
            Self { cx, method, started, passed: 0, ended: false, interceptors, _place: None, _note: None };
        call.intercept().await?;
        Ok(call)
    }

    /// The interceptors around the call, if there are any.
    pub(crate) fn interceptors(&self) -> Option<&[Arc<dyn Interceptor>]> {
        self.interceptors.as_deref()
    }

    async fn intercept(&mut self) -> Result<()> {
        let Some(interceptors) = self.interceptors.clone() else { return Ok(()) };
        let (cx, method) = (self.cx.clone(), self.method);
        let passed = Guarded::new(self.pass(&interceptors), &cx, method).await;
        match passed {
            Ok(()) => Ok(()),
            Err(status) => Err(self.finish(Some(&status)).err().unwrap_or(status)),
        }
    }

    /// Asks the interceptors. Each runs in the context that those before it made.
    async fn pass(&mut self, interceptors: &[Arc<dyn Interceptor>]) -> Result<()> {
        for interceptor in interceptors {
            let (cx, method) = (self.cx.clone(), self.method);
            let before = self.cx.scope(async move { interceptor.before(cx, method).await });
            let changed = before.await.map_err(|status| status.qualified(method.package()))?;
            self.cx = changed.received(&self.cx);
            self.passed += 1;
        }
        Ok(())
    }

    /// Runs the handler in its context.
    pub(crate) async fn run<T, F: Future<Output = Result<T>>>(
        &self,
        handler: impl FnOnce(Context) -> F,
    ) -> Result<T> {
        let guarded = Guarded::new(handler(self.cx.clone()), &self.cx, self.method);
        self.cx.scope(guarded).await
    }

    /// Ends the call with this result. If an interceptor panics when it is told, that panic is the result.
    pub(crate) fn end<T>(mut self, result: Result<T>) -> Result<T> {
        self.finish(result.as_ref().err())?;
        result
    }

    /// Tells the interceptors of the end, the last one first.
    ///
    /// # Errors
    /// `internal` when one of them panics. The others are told of that.
    pub(crate) fn finish(&mut self, error: Option<&Status>) -> Result<()> {
        if std::mem::replace(&mut self.ended, true) {
            return Ok(());
        }
        // Nobody has to be told, so the clock need not be asked.
        let Some(interceptors) = self.interceptors.as_ref().filter(|_| self.passed > 0) else {
            return Ok(());
        };
        let (elapsed, mut panicked) = (self.started.elapsed(), None);
        for interceptor in interceptors[..self.passed].iter().rev() {
            let outcome = Outcome { error: panicked.as_ref().or(error), elapsed };
            let after = || self.cx.sync_scope(|| interceptor.after(&self.cx, self.method, &outcome));
            if let Err(status) = caught(self.method, after) {
                panicked.get_or_insert(status);
            }
        }
        panicked.map_or(Ok(()), Err)
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        if !self.ended {
            self.cx.cancel();
            // The log has the panic. Nobody else is left to be told.
            let _ = self.finish(Some(&Status::cancelled("the caller gave up")));
        }
    }
}
