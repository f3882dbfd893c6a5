//! A call from its admission to its end: it takes its place, passes the interceptors, and tells them how it ended.

use super::erased::Taken;
use super::guarded::{Guarded, caught, too_late};
use crate::call::budget::Reservation;
use crate::call::context::Context;
use crate::call::input::{Arrival, Arrived};
use crate::call::interceptor::{Interceptor, Interceptors, Outcome};
use crate::call::ledger::{CallNote, Entry};
use crate::call::policy::{Place, Policy, Terms};
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use futures_core::future::BoxFuture;
use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::task::Poll;
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
    place: Option<Place>,
    /// The memory of a request that was waited for.
    memory: Reservation,
    /// The note of the call, if its server keeps notes.
    note: Option<Entry<CallNote>>,
}

impl Ongoing {
    fn new(
        cx: Context,
        method: &'static Method,
        started: Instant,
        interceptors: Option<Interceptors>,
    ) -> Self {
        let memory = Reservation::default();
        Self { cx, method, started, passed: 0, ended: false, interceptors, place: None, memory, note: None }
    }

    /// Admits a call, asks the interceptors about its head, and waits for its request.
    pub(super) async fn begin<T: Taken>(
        cx: Context,
        method: &'static Method,
        terms: Terms,
        mut taken: T,
    ) -> Result<(Self, T)> {
        // The transport knows the call by this context.
        let known = cx.clone();
        let mut call = Self::admitted(cx, method)?;
        call.intercept().await?;
        if call.cx.deadline().is_some_and(|deadline| deadline <= call.started) {
            return call.end(Err(too_late()));
        }
        if let Some(message) = taken.message()
            && let Arrival::Coming(body) = message
        {
            match call.wait(body).await {
                Ok(Arrived { input, memory }) => {
                    call.memory = memory;
                    *message = Arrival::Here(input);
                }
                Err(status) => return call.end(Err(status)),
            }
        }
        if let Some(Arrival::Here(input)) = taken.message()
            && let Err(status) = input.check_size(terms.message_size)
        {
            return call.end(Err(status));
        }
        known.begin();
        Ok((call, taken))
    }

    fn admitted(cx: Context, method: &'static Method) -> Result<Self> {
        let started = cx.taken().unwrap_or_else(Instant::now);
        let place = match cx.take_place() {
            Some(place) => Some(place),
            None => cx.policy().map(|policy| admit(policy, &cx, method)).transpose()?,
        };
        let interceptors = place.as_ref().map(|place| place.policy().interceptors_of(method));
        let interceptors = interceptors.filter(|all| !all.is_empty()).cloned();
        let noted = cx.policy().and_then(|policy| policy.noted.as_ref());
        let note = noted.map(|noted| noted.enter(CallNote::of(&cx, method, started)));
        let mut call = Self::new(cx, method, started, interceptors);
        (call.place, call.note) = (place, note);
        Ok(call)
    }

    /// Waits for the request. A call that really waits holds no place: peers that send slowly keep out nobody.
    async fn wait(&mut self, body: &mut BoxFuture<'static, Result<Arrived>>) -> Result<Arrived> {
        let first = poll_fn(|task| Poll::Ready(body.as_mut().poll(task))).await;
        if let Poll::Ready(arrived) = first {
            return arrived;
        }
        let policy = self.place.take().map(|place| Arc::clone(place.policy()));
        let arrived = Guarded::new(body, &self.cx, self.method).await?;
        self.place = policy.map(|policy| policy.admit(self.method.shape())).transpose()?;
        Ok(arrived)
    }

    /// Begins a call of a client.
    pub(crate) async fn outgoing(
        cx: Context,
        method: &'static Method,
        interceptors: &Interceptors,
    ) -> Result<Self> {
        let (started, interceptors) = (Instant::now(), Some(interceptors.clone()));
        let mut call = Self::new(cx, method, started, interceptors);
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

    /// Gives back the memory of the request, which the handler has taken.
    pub(super) fn release_request(&mut self) {
        self.memory = Reservation::default();
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

/// Takes a place for a call, which nobody has seen yet.
fn admit(policy: &Arc<Policy>, cx: &Context, method: &'static Method) -> Result<Place> {
    let refused = |status: &Status| policy.refused_call((cx.transport(), cx.peer()), method, status);
    policy.admit(method.shape()).inspect_err(refused)
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
