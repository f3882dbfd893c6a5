//! What a request says beside its message becomes the call's [`Context`]; and the wait for its body is bounded.

use crate::context::{Context, Inner, Transport};
use crate::metadata::Metadata;
use crate::mounted::Mounted;
use crate::net::engine::Origin;
use crate::status::{Result, Status};
use http::request::Parts;
use polywire_codegen::model::Shape;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Poll, ready};
use std::time::Duration;
use tokio::time::Instant;

/// The terms of a call.
pub(super) struct Terms {
    pub(super) cx: Context,
    /// When its body must have come, where the method takes one message.
    pub(super) body_deadline: Instant,
}

impl Terms {
    /// Takes the head of a request apart. The headers become the metadata as they are, without a copy.
    pub(super) fn new(
        mounted: &Mounted,
        parts: Parts,
        origin: Origin,
        (transport, shape): (Transport, Shape),
        timeout: Option<Duration>,
    ) -> Self {
        let now = Instant::now();
        let ceiling = now + mounted.policy.limits.unary_timeout;
        let asked = timeout.and_then(|timeout| now.checked_add(timeout));
        let deadline = match (shape.server_streams(), asked) {
            (true, asked) => asked,
            (false, asked) => Some(asked.map_or(ceiling, |asked| asked.min(ceiling))),
        };
        let cx = mounted.context(Inner {
            metadata: Metadata::from(parts.headers),
            extensions: parts.extensions,
            deadline,
            transport,
            peer: origin.peer,
            ..Inner::default()
        });
        Self { cx, body_deadline: deadline.map_or(ceiling, |deadline| deadline.min(ceiling)) }
    }
}

/// `work`, or `deadline_exceeded`. The timer is made only when there is a wait, and apart: mostly the body came with the head.
pub(super) async fn in_time<T>(deadline: Instant, work: impl Future<Output = Result<T>> + Send) -> Result<T> {
    let mut work = pin!(work);
    let mut timer = None;
    poll_fn(|cx| {
        if let Poll::Ready(done) = work.as_mut().poll(cx) {
            return Poll::Ready(done);
        }
        let timer = timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(Err(Status::deadline_exceeded("the deadline passed before the request was complete")))
    })
    .await
}
