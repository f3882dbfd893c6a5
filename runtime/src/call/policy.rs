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

use crate::call::context::{Context, Inner, Transport};
use crate::call::interceptor::{Interceptor, Interceptors, Refused};
use crate::call::ledger::{CallNote, Ledger};
use crate::call::limits::{Limits, Live};
use crate::call::metadata::reserved::is_reserved;
use crate::call::spec::Method;
use crate::call::status::Status;
use crate::message::codec::extent::Extent;
use http::HeaderName;
use places::Places;
use polywire_codegen::model::Shape;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Rules that a method sets for its own calls, in place of the server's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Terms {
    /// The longest time of a call, instead of the server's.
    pub(crate) timeout: Option<Duration>,
    /// The largest request, in bytes, instead of the server's.
    pub(crate) message_size: Option<usize>,
    /// The longest wait for an item of the method's streams, instead of the server's.
    pub(crate) idle: Option<Duration>,
}

/// The rules of one server. All its calls share them.
pub(crate) struct Policy {
    pub(crate) limits: Live,
    /// The limits on one message.
    pub(crate) extent: Extent,
    pub(crate) interceptors: Interceptors,
    /// The interceptors of methods that have more: the server's first, then the service's, then the method's.
    own_interceptors: HashMap<&'static str, Interceptors>,
    /// Names of metadata that go on from a call to those that its handler makes.
    pub(crate) propagated: Propagated,
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
            own_interceptors: HashMap::new(),
            propagated: Propagated::default(),
            ending: Ending::of_server(),
            draining: CancellationToken::new(),
            noted: None,
            calls,
            streams,
            memory: AtomicUsize::new(0),
            memory_freed: Freed::default(),
        }
    }

    /// Adds interceptors around a method, inside of the server's.
    pub(crate) fn add_interceptors<'a>(
        &mut self,
        method: &'static Method,
        added: impl Iterator<Item = &'a Arc<dyn Interceptor>>,
    ) {
        let mut added = added.peekable();
        if added.peek().is_some() {
            let all = added.fold(self.interceptors.clone(), |all, one| all.with(Arc::clone(one)));
            self.own_interceptors.insert(method.path, all);
        }
    }

    /// The interceptors around a method, the outermost first.
    pub(crate) fn interceptors_of(&self, method: &Method) -> &Interceptors {
        if self.own_interceptors.is_empty() {
            return &self.interceptors;
        }
        self.own_interceptors.get(method.path).unwrap_or(&self.interceptors)
    }

    /// Tells the server's interceptors of a request that no method takes. Without any, `target` is not asked for.
    #[allow(dead_code, reason = "asked by the wires that refuse before a call begins")]
    pub(crate) fn refused(
        &self,
        (transport, peer): (Transport, Option<SocketAddr>),
        target: impl FnOnce() -> String,
        method: Option<&'static Method>,
        status: &Status,
    ) {
        if !self.interceptors.is_empty() {
            let target = &target();
            self.interceptors.refused(&Refused { transport, peer, target, method, status });
        }
    }

    /// Tells of a call whose method was found.
    pub(crate) fn refused_call(
        &self,
        from: (Transport, Option<SocketAddr>),
        method: &'static Method,
        status: &Status,
    ) {
        let (transport, peer) = from;
        let target = method.full_name();
        self.interceptors.refused(&Refused { transport, peer, target, method: Some(method), status });
    }

    /// Whether a method has any interceptors.
    pub(crate) fn is_intercepted(&self, method: &Method) -> bool {
        !self.interceptors_of(method).is_empty()
    }

    /// The context of a call that a transport took at `taken`. `inner.deadline` is the deadline that the caller asked for.
    pub(crate) fn context(self: &Arc<Self>, kind: Ruled, taken: Instant, inner: Inner) -> Context {
        let deadline = self.deadline(kind, taken, inner.deadline);
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

    /// The time by which a call must have ended, counted from when its transport took it: what its caller asked for,
    /// and not later than its method allows. If the method says nothing, the server's limit holds for a unary call,
    /// and none for a stream.
    pub(crate) fn deadline(&self, ruled: Ruled, taken: Instant, asked: Option<Instant>) -> Option<Instant> {
        let longest = match ruled.shape {
            Shape::Unary => Some(ruled.timeout.unwrap_or(self.limits.unary_timeout)),
            Shape::ServerStream | Shape::ClientStream | Shape::Bidi => ruled.timeout,
        };
        let limit = longest.and_then(|longest| after(taken, longest));
        [asked, limit].into_iter().flatten().min()
    }

    /// The time by which the one message of a request must be complete. The request of a stream has the time of
    /// a unary call.
    pub(crate) fn intake(&self, ruled: Ruled, taken: Instant, deadline: Option<Instant>) -> Option<Instant> {
        self.deadline(Ruled { shape: Shape::Unary, ..ruled }, taken, deadline)
    }

    /// The largest message that a method takes in protobuf, in bytes.
    pub(crate) fn message_size(&self, terms: Terms) -> usize {
        terms.message_size.unwrap_or(self.limits.message_size)
    }

    /// The largest message that a method takes in JSON, in bytes.
    #[cfg(feature = "http")]
    pub(crate) fn json_size(&self, terms: Terms) -> usize {
        terms.message_size.unwrap_or(self.limits.json_size)
    }

    /// The longest wait for an item of a stream, if the method or the server sets one. The method's own comes first.
    pub(crate) fn idle(&self, terms: Terms) -> Option<Duration> {
        terms.idle.or(self.limits.stream_idle_timeout)
    }
}

/// Names of metadata that go on from a call to those that its handler makes.
#[derive(Debug, Default)]
pub(crate) struct Propagated {
    pub(crate) names: Vec<HeaderName>,
    /// Names that metadata cannot have. They stop the start of the server.
    pub(crate) unsound: Vec<String>,
}

impl Propagated {
    pub(crate) fn new(names: &[String]) -> Self {
        let mut propagated = Self::default();
        for name in names {
            match HeaderName::try_from(name) {
                Ok(sound) if !is_reserved(sound.as_str()) => propagated.names.push(sound),
                Ok(_) | Err(_) => propagated.unsound.push(name.clone()),
            }
        }
        propagated
    }
}

/// The facts of a method that decide how long a call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ruled {
    pub(crate) shape: Shape,
    /// The longest time of a call, if the method says so.
    pub(crate) timeout: Option<Duration>,
}

/// The time `timeout` after `taken`. `None` when it is beyond the clock's range.
pub(crate) fn after(taken: Instant, timeout: Duration) -> Option<Instant> {
    taken.checked_add(timeout)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn of(shape: Shape) -> Ruled {
        Ruled { shape, timeout: None }
    }

    const STREAMS: [Shape; 3] = [Shape::ServerStream, Shape::ClientStream, Shape::Bidi];

    fn policy(seconds: u64) -> Policy {
        Policy::new(Limits::default().unary_timeout(Duration::from_secs(seconds)), Interceptors::default())
    }

    #[tokio::test]
    async fn a_unary_call_ends_at_the_earlier_of_both_deadlines() {
        let (policy, taken) = (policy(30), Instant::now());
        let at = |seconds| after(taken, Duration::from_secs(seconds));
        for (asked, ends) in [(None, 30), (Some(10), 10), (Some(50), 30)] {
            assert_eq!(policy.deadline(of(Shape::Unary), taken, asked.and_then(at)), at(ends), "{asked:?}");
        }
    }

    #[tokio::test]
    async fn a_stream_ends_when_its_caller_asked_for_it_alone() {
        let (policy, taken) = (policy(30), Instant::now());
        let asked = after(taken, Duration::from_secs(50));
        for shape in STREAMS {
            assert_eq!(policy.deadline(of(shape), taken, None), None);
            assert_eq!(policy.deadline(of(shape), taken, asked), asked);
        }
    }

    #[tokio::test]
    async fn a_method_says_how_long_its_calls_may_take() {
        let (policy, taken) = (policy(30), Instant::now());
        let at = |seconds| after(taken, Duration::from_secs(seconds));
        for shape in [Shape::Unary, Shape::ServerStream, Shape::ClientStream, Shape::Bidi] {
            for (said, asked, ends) in [(5, None, 5), (5, Some(3), 3), (90, None, 90), (90, Some(100), 90)] {
                let ruled = Ruled { shape, timeout: Some(Duration::from_secs(said)) };
                let asked = asked.and_then(at);
                assert_eq!(policy.deadline(ruled, taken, asked), at(ends), "{shape:?} {said} {asked:?}");
                assert_eq!(policy.intake(ruled, taken, asked), at(ends), "{shape:?} {said} {asked:?}");
            }
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
        assert_eq!(policy.deadline(of(Shape::Unary), taken, after(taken, Duration::MAX)), None);
    }
}
