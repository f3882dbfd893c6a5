//! Places: the unary calls and the streams that a server runs at once. Calls beyond a limit are refused, never
//! queued. Only a message that can stay with its broker waits for a place.

use super::{Freed, Policy};
use crate::call::status::{Result, Status};
use polywire_codegen::model::Shape;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The pause after which a refused caller may come again.
const COME_AGAIN: Duration = Duration::from_secs(1);

/// The places of a kind.
#[derive(Debug, Default)]
pub(super) struct Places {
    taken: AtomicUsize,
    freed: Freed,
}

impl Places {
    fn take(&self, limit: usize) -> bool {
        let one_more = |taken| (taken < limit).then(|| taken + 1);
        self.taken.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_more).is_ok()
    }

    fn give(&self) {
        self.taken.fetch_sub(1, Ordering::SeqCst);
        self.freed.tell_one();
    }
}

impl Policy {
    /// Takes a place for a call: one of the calls in flight, or one of the open streams.
    ///
    /// # Errors
    /// `resource_exhausted`, to be tried again, when all places of that kind are taken.
    pub(crate) fn admit(self: &Arc<Self>, shape: Shape) -> Result<Place> {
        if let Some(place) = self.try_admit(shape) {
            return Ok(place);
        }
        let (limit, what) = self.most(shape);
        let text = format!("the server has {limit} {what}, its limit");
        Err(match shape {
            Shape::Unary => Status::overloaded(text),
            Shape::ServerStream | Shape::ClientStream | Shape::Bidi => {
                Status::resource_exhausted(text).with_retry_after(COME_AGAIN)
            }
        })
    }

    /// Takes a place, if one is free.
    pub(crate) fn try_admit(self: &Arc<Self>, shape: Shape) -> Option<Place> {
        let is_free = self.places(shape).take(self.most(shape).0);
        is_free.then(|| Place { policy: Arc::clone(self), shape })
    }

    /// Waits until a place was given back. Another may take it first. See [`Freed::wait`].
    #[allow(dead_code, reason = "asked by those transports whose messages can wait")]
    pub(crate) async fn place_freed(self: Arc<Self>, shape: Shape) {
        self.places(shape).freed.wait().await;
    }

    fn places(&self, shape: Shape) -> &Places {
        match shape {
            Shape::Unary => &self.calls,
            Shape::ServerStream | Shape::ClientStream | Shape::Bidi => &self.streams,
        }
    }

    fn most(&self, shape: Shape) -> (usize, &'static str) {
        match shape {
            Shape::Unary => (self.limits.calls_in_flight, "calls in flight"),
            Shape::ServerStream | Shape::ClientStream | Shape::Bidi => {
                (self.limits.open_streams, "open streams")
            }
        }
    }

    /// Checks that one connection may begin another call beside those that it has.
    ///
    /// # Errors
    /// `resource_exhausted` when the connection has as many calls of that kind as it may have.
    pub(crate) fn admit_on_connection(&self, shape: Shape, has: Load) -> Result<()> {
        let (has, limit, what) = match shape {
            Shape::Unary => (has.calls, self.limits.ws_calls, "calls in flight"),
            Shape::ServerStream | Shape::ClientStream | Shape::Bidi => {
                (has.streams, self.limits.connection_streams, "open streams")
            }
        };
        if has < limit {
            return Ok(());
        }
        Err(Status::resource_exhausted(format!("the connection has {limit} {what}, its limit")))
    }
}

/// The calls and streams that run on one connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) calls: usize,
    pub(crate) streams: usize,
}

impl Load {
    /// Counts calls by their shapes.
    pub(crate) fn of(shapes: impl Iterator<Item = Shape>) -> Self {
        shapes.fold(Self::default(), |mut load, shape| {
            match shape {
                Shape::Unary => load.calls += 1,
                Shape::ServerStream | Shape::ClientStream | Shape::Bidi => load.streams += 1,
            }
            load
        })
    }
}

/// A place, held while a call runs.
pub(crate) struct Place {
    policy: Arc<Policy>,
    shape: Shape,
}

impl Place {
    /// The rules under which the place was given.
    pub(crate) fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.policy.places(self.shape).give();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::interceptor::Interceptors;
    use crate::call::limits::Limits;
    use crate::call::status::Code;

    const STREAMS: [Shape; 3] = [Shape::ServerStream, Shape::ClientStream, Shape::Bidi];

    fn policy() -> Arc<Policy> {
        let limits = Limits {
            calls_in_flight: 1,
            open_streams: 3,
            ws_calls: 1,
            connection_streams: 2,
            ..Limits::default()
        };
        Arc::new(Policy::new(limits, Interceptors::default()))
    }

    #[test]
    fn streams_of_every_shape_hold_no_place_of_a_unary_call() {
        let policy = policy();
        let streams: Vec<_> = STREAMS.map(|shape| policy.admit(shape)).into_iter().flatten().collect();
        assert_eq!(streams.len(), 3);
        for shape in STREAMS {
            let refused = policy.admit(shape).map(drop).expect_err("the fourth");
            assert_eq!((refused.code(), refused.retry_after()), (Code::ResourceExhausted, Some(COME_AGAIN)));
        }
        let call = policy.admit(Shape::Unary).expect("a place of its own");
        assert!(policy.admit(Shape::Unary).is_err());
        drop((call, streams));
        assert!(policy.admit(Shape::Unary).is_ok() && policy.admit(Shape::Bidi).is_ok());
    }

    #[tokio::test]
    async fn one_who_waits_gets_the_place_that_is_given_back() {
        let policy = policy();
        let place = policy.admit(Shape::Unary).expect("the only place");
        let mut freed = std::pin::pin!(Arc::clone(&policy).place_freed(Shape::Unary));
        assert!(futures_util::poll!(freed.as_mut()).is_pending());
        // A refused call gives nothing back.
        assert!(policy.admit(Shape::Unary).is_err());
        assert!(futures_util::poll!(freed.as_mut()).is_pending());
        drop(place);
        assert!(futures_util::poll!(freed.as_mut()).is_ready());
        assert!(policy.try_admit(Shape::Unary).is_some());
    }

    #[test]
    fn a_connection_has_a_share_of_each_kind() {
        let policy = policy();
        let full = Load::of([Shape::Unary, Shape::Bidi, Shape::ServerStream].into_iter());
        assert_eq!(full, Load { calls: 1, streams: 2 });
        for (shape, admitted) in [(Shape::Unary, false), (Shape::ClientStream, false)] {
            assert_eq!(policy.admit_on_connection(shape, full).is_ok(), admitted);
        }
        assert!(policy.admit_on_connection(Shape::Unary, Load { calls: 0, streams: 9 }).is_ok());
        assert!(policy.admit_on_connection(Shape::Bidi, Load { calls: 9, streams: 0 }).is_ok());
    }
}
