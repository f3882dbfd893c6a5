//! The terms of a request beside its message: they become the call's [`Context`], and bound the wait for its
//! body.

use crate::call::context::{Context, Inner, Transport};
use crate::call::metadata::Metadata;
use crate::call::policy::after;
use crate::net::exchange::Origin;
use crate::net::intake::Patience;
use crate::waist::handler::Route;
use crate::waist::mounted::Mounted;
use http::request::Parts;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The terms of a call.
pub(super) struct Terms {
    pub(super) cx: Context,
    /// The time to wait for the body, if the method takes one message.
    pub(super) patience: Patience,
}

/// The call that the head of a request asks for.
pub(super) struct Requested {
    pub(super) transport: Transport,
    pub(super) timeout: Option<Duration>,
}

impl Terms {
    /// Takes apart the head of a request. The headers become the metadata without a copy.
    pub(super) fn new(
        mounted: &Mounted,
        route: &Route,
        parts: Parts,
        origin: Origin,
        asked: Requested,
    ) -> Self {
        let Requested { transport, timeout } = asked;
        let now = Instant::now();
        let asked = timeout.and_then(|timeout| after(now, timeout));
        let inner = Inner {
            metadata: Metadata::from(parts.headers),
            extensions: parts.extensions,
            deadline: asked,
            transport,
            peer: origin.peer,
            ending: origin.link.as_ref().map(|link| Arc::clone(link.ending())),
            ..Inner::default()
        };
        let deadline = mounted.policy.intake(route.ruled(), now, asked);
        let patience = Patience::new(deadline, mounted.policy.limits.body_timeout);
        Self { cx: mounted.context(route, now, inner), patience }
    }
}
