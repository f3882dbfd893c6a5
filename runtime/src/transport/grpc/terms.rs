//! What a request says beside its message becomes the call's [`Context`], and bounds the wait for its body.

use crate::context::{Context, Inner, Transport};
use crate::metadata::Metadata;
use crate::mounted::Mounted;
use crate::net::engine::Origin;
use crate::net::intake::Patience;
use http::request::Parts;
use polywire_codegen::model::Shape;
use std::time::Duration;
use tokio::time::Instant;

/// The terms of a call.
pub(super) struct Terms {
    pub(super) cx: Context,
    /// How long its body is waited for, where the method takes one message.
    pub(super) patience: Patience,
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
        let deadline = match (shape, asked) {
            (Shape::ServerStream | Shape::ClientStream | Shape::Bidi, asked) => asked,
            (Shape::Unary, asked) => Some(asked.map_or(ceiling, |asked| asked.min(ceiling))),
        };
        let cx = mounted.context(Inner {
            metadata: Metadata::from(parts.headers),
            extensions: parts.extensions,
            deadline,
            transport,
            peer: origin.peer,
            ..Inner::default()
        });
        let body_deadline = deadline.map_or(ceiling, |deadline| deadline.min(ceiling));
        Self { cx, patience: Patience::new(body_deadline, mounted.policy.limits.body_timeout) }
    }
}
