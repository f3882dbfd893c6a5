//! The rules of a server for every call, on every wire: interceptors, deadlines, places.

mod ending;
mod freed;
mod places;

#[cfg(feature = "ws")]
pub(crate) use ending::{AGED, SHUTTING_DOWN};
pub(crate) use ending::{Ending, Endings, GOODBYE, Hearing};
pub(crate) use freed::Freed;
#[cfg(feature = "ws")]
pub(crate) use places::Load;
pub(crate) use places::Place;

use crate::call::context::{Context, Inner};
use crate::call::interceptor::Interceptors;
use crate::call::ledger::{CallNote, Ledger};
use crate::call::limits::{Limits, Live};
use crate::message::codec::extent::Extent;
use places::Places;
use polywire_codegen::model::Shape;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Rules that a method sets for its own calls, in place of the server's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Terms {
    /// The longest wait for an item of the method's streams, instead of the server's.
    pub(crate) idle: Option<Duration>,
}

/// The rules of one server. All its calls share them.
pub(crate) struct Policy {
    pub(crate) limits: Live,
    /// The limits on one message.
    pub(crate) extent: Extent,
    pub(crate) interceptors: Interceptors,
    /// Ends calls at the end of the drain.
    pub(crate) ending: Ending,
    /// Cancelled when the server begins to drain.
    pub(crate) draining: CancellationToken,
    /// Notes of the calls that run, if an operator may ask.
    pub(crate) noted: Option<Arc<Ledger<CallNote>>>,
    /// Unary calls in flight.
    calls: Places,
    /// Open streams.
    streams: Places,
    /// Bytes of large messages held now.
    pub(crate) memory: AtomicUsize,
    /// Told when such bytes are given back.
    pub(crate) memory_freed: Freed,
}

impl Default for Policy {
    fn default() -> Self {
        Self::new(Limits::default(), Interceptors::default())
    }
}

impl Policy {
    pub(crate) fn new(limits: Limits, interceptors: Interceptors) -> Self {
        let extent = Extent::of_request(limits.nesting, limits.elements);
        let (calls, streams) = (Places::default(), Places::default());
        Self {
            limits: Live::new(limits),
            extent,
            interceptors,
            ending: Ending::of_server(),
            draining: CancellationToken::new(),
            noted: None,
            calls,
            streams,
            memory: AtomicUsize::new(0),
            memory_freed: Freed::default(),
        }
    }

    /// The context of a call that a transport took at `taken`. `inner.deadline` is the deadline that the caller asked for.
    pub(crate) fn context(self: &Arc<Self>, shape: Shape, taken: Instant, inner: Inner) -> Context {
        let deadline = self.deadline(shape, taken, inner.deadline);
        Context::from_inner(Inner { policy: Some(Arc::clone(self)), deadline, ..inner })
    }

    /// The context of a task or an event, which runs for as long as its method may. Nobody waits for it, so the
    /// server's limit on calls does not count.
    #[allow(dead_code, reason = "asked by those transports that have tasks")]
    pub(crate) fn context_of_task(
        self: &Arc<Self>,
        longest: Duration,
        taken: Instant,
        inner: Inner,
    ) -> Context {
        let deadline = [inner.deadline, after(taken, longest)].into_iter().flatten().min();
        Context::from_inner(Inner { policy: Some(Arc::clone(self)), deadline, ..inner })
    }

    /// The time by which a call must have ended. A unary call has the server's limit too, counted from when its
    /// transport took it. A stream has the deadline that its caller asked for, or none.
    pub(crate) fn deadline(&self, shape: Shape, taken: Instant, asked: Option<Instant>) -> Option<Instant> {
        let limit = match shape {
            Shape::Unary => after(taken, self.limits.unary_timeout),
            Shape::ServerStream | Shape::ClientStream | Shape::Bidi => None,
        };
        [asked, limit].into_iter().flatten().min()
    }

    /// The time by which the one message of a request must be complete. The request of a stream has the time of
    /// a unary call.
    pub(crate) fn intake(&self, taken: Instant, deadline: Option<Instant>) -> Option<Instant> {
        self.deadline(Shape::Unary, taken, deadline)
    }

    /// The longest wait for an item of a stream, if the method or the server sets one. The method's own comes first.
    pub(crate) fn idle(&self, terms: Terms) -> Option<Duration> {
        terms.idle.or(self.limits.stream_idle_timeout)
    }
}

/// The time `timeout` after `taken`. `None` when it is beyond the clock's range.
pub(crate) fn after(taken: Instant, timeout: Duration) -> Option<Instant> {
    taken.checked_add(timeout)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAMS: [Shape; 3] = [Shape::ServerStream, Shape::ClientStream, Shape::Bidi];

    fn policy(seconds: u64) -> Policy {
        Policy::new(Limits::default().unary_timeout(Duration::from_secs(seconds)), Interceptors::default())
    }

    #[tokio::test]
    async fn a_unary_call_ends_at_the_earlier_of_both_deadlines() {
        let (policy, taken) = (policy(30), Instant::now());
        let at = |seconds| after(taken, Duration::from_secs(seconds));
        for (asked, ends) in [(None, 30), (Some(10), 10), (Some(50), 30)] {
            assert_eq!(policy.deadline(Shape::Unary, taken, asked.and_then(at)), at(ends), "{asked:?}");
        }
    }

    #[tokio::test]
    async fn a_stream_ends_when_its_caller_asked_for_it_alone() {
        let (policy, taken) = (policy(30), Instant::now());
        let asked = after(taken, Duration::from_secs(50));
        for shape in STREAMS {
            assert_eq!(policy.deadline(shape, taken, None), None);
            assert_eq!(policy.deadline(shape, taken, asked), asked);
        }
    }

    #[tokio::test]
    async fn a_task_ends_at_its_own_deadline_or_after_its_longest_time() {
        let (policy, taken) = (Arc::new(policy(30)), Instant::now());
        let at = |seconds| after(taken, Duration::from_secs(seconds));
        for (asked, ends) in [(None, 60), (Some(10), 10), (Some(90), 60)] {
            let inner = Inner { deadline: asked.and_then(at), ..Inner::default() };
            let cx = policy.context_of_task(Duration::from_secs(60), taken, inner);
            assert_eq!(cx.deadline(), at(ends), "{asked:?}");
        }
    }

    #[tokio::test]
    async fn a_time_beyond_the_clock_is_no_deadline() {
        let policy = Policy::new(Limits::default().unary_timeout(Duration::MAX), Interceptors::default());
        let taken = Instant::now();
        assert_eq!(policy.deadline(Shape::Unary, taken, after(taken, Duration::MAX)), None);
    }
}
