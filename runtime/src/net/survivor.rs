//! Calls that outlive their connection, because they may change something.
//!
//! On every wire, a cancelled call is dropped at its next await. A connection that closes or breaks is no
//! cancellation: its client cannot know how far the call came. A call that may have begun to change something
//! therefore runs to its end, or to its deadline. A call that is still with the interceptors has changed
//! nothing, and is dropped.

use super::watch::Link;
use crate::call::context::Context;
use crate::call::status::Result;
use crate::waist::handler::Route;
use bytes::BytesMut;
use futures_core::future::BoxFuture;
use polywire_codegen::model::Idempotency;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};

/// A unary call of one connection.
pub(crate) struct Survivor {
    call: Option<BoxFuture<'static, Result<BytesMut>>>,
    link: Option<(Arc<Link>, Context)>,
}

impl Survivor {
    /// Makes the call. It survives the loss of a connection that [`Survivor::link`] gave.
    pub(crate) fn new(
        call: BoxFuture<'static, Result<BytesMut>>,
        cx: &Context,
        link: Option<Arc<Link>>,
    ) -> Self {
        Self { call: Some(call), link: link.map(|link| (link, cx.clone())) }
    }

    /// The connection whose loss a call of the method survives. `None` for a method that changes nothing.
    pub(crate) fn link(route: &Route, link: Option<Arc<Link>>) -> Option<Arc<Link>> {
        link.filter(|_| route.method.idempotency() == Idempotency::Unknown)
    }
}

impl Future for Survivor {
    type Output = Result<BytesMut>;

    fn poll(mut self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<Self::Output> {
        let Some(call) = &mut self.call else { return Poll::Pending };
        let result = ready!(call.as_mut().poll(task));
        (self.call, self.link) = (None, None);
        Poll::Ready(result)
    }
}

impl Drop for Survivor {
    fn drop(&mut self) {
        if let (Some(call), Some((link, cx))) = (self.call.take(), &self.link)
            && let Some(orphan) = cx.orphan(call)
        {
            link.adopt(orphan);
        }
    }
}
