//! Room for one more task or event, before it is taken: a place among the server's calls in flight, and the memory
//! of its message.
//!
//! A task can wait with its broker, so it waits for room. If it were refused like a call, the server's own load would
//! spend its attempts. A place is held only while a delivery is asked for, so an idle queue holds none.

use crate::call::budget::{self, Reservation};
use crate::call::policy::{Place, Policy};
use futures_core::future::BoxFuture;
use polywire_codegen::model::Shape;
use std::sync::Arc;
use std::task::{Context, Poll};

/// The place and the memory that a message holds until its call is over. A batch has one place.
pub(crate) struct Room {
    pub(crate) place: Option<Place>,
    pub(crate) memory: Reservation,
}

/// The waits of one consumer.
pub(crate) struct Admission {
    policy: Arc<Policy>,
    place: Wait,
    memory: Wait,
}

type Wait = Option<BoxFuture<'static, ()>>;

impl Admission {
    pub(crate) fn new(policy: Arc<Policy>) -> Self {
        Self { policy, place: None, memory: None }
    }

    /// Takes a place.
    pub(crate) fn poll_place(&mut self, cx: &mut Context<'_>) -> Poll<Place> {
        let policy = &self.policy;
        let freed = || Arc::clone(policy).place_freed(Shape::Unary);
        poll_until(&mut self.place, cx, || policy.try_admit(Shape::Unary), || Box::pin(freed()))
    }

    /// Takes the memory of a message of `size` bytes. A message that never fits gets none: it is refused later.
    pub(crate) fn poll_memory(&mut self, cx: &mut Context<'_>, size: usize) -> Poll<Reservation> {
        let policy = &self.policy;
        let mut memory = Reservation::of(policy);
        if size > policy.limits.decode_budget {
            return Poll::Ready(memory);
        }
        let freed = || budget::freed(Arc::clone(policy));
        let held = || memory.try_hold(size).then_some(());
        poll_until(&mut self.memory, cx, held, || Box::pin(freed())).map(|()| memory)
    }
}

/// Tries again whenever something was freed. The wait is registered before the last try, so nothing is missed.
fn poll_until<T>(
    wait: &mut Wait,
    cx: &mut Context<'_>,
    mut attempt: impl FnMut() -> Option<T>,
    freed: impl Fn() -> BoxFuture<'static, ()>,
) -> Poll<T> {
    loop {
        let is_registered = wait.as_mut().is_some_and(|wait| wait.as_mut().poll(cx).is_pending());
        if let Some(taken) = attempt() {
            *wait = None;
            return Poll::Ready(taken);
        }
        if is_registered {
            return Poll::Pending;
        }
        *wait = Some(freed());
    }
}
