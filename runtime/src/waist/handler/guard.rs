//! The guard around every handler. A call is admitted and intercepted ([`ongoing`](super::ongoing)), and runs under
//! a deadline and a panic guard ([`guarded`](super::guarded)).

use super::expiring::Expiring;
use super::ongoing::Ongoing;
use super::outgoing::{BoxOutgoing, Items};
use crate::call::context::Context;
use crate::call::input::Reply;
use crate::call::policy::Terms;
use crate::call::spec::Method;
use crate::call::status::Result;
use crate::call::stream::Streaming;
use crate::message::codec::Message;
use std::future::Future;

/// Runs a handler that answers with one message.
pub(super) async fn unary<T, F>(
    cx: Context,
    method: &'static Method,
    handler: impl FnOnce(Context) -> F,
) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let call = Ongoing::begin(cx, method).await?;
    let result = call.run(handler).await;
    call.end(result)
}

/// Runs a handler that answers with a stream. The call goes on until the stream ends or is dropped.
pub(super) async fn stream<T: Message, F>(
    cx: Context,
    method: &'static Method,
    terms: Terms,
    reply: Reply,
    handler: impl FnOnce(Context) -> F,
) -> Result<BoxOutgoing>
where
    F: Future<Output = Result<Streaming<T>>>,
{
    let call = Ongoing::begin(cx, method).await?;
    let items = match call.run(handler).await {
        Ok(items) => items,
        Err(status) => return call.end(Err(status)),
    };
    let deadline = call.cx.deadline();
    let items = Items::new(items, reply.within(call.cx.extent()), terms, call);
    Ok(match deadline {
        None => Box::pin(items),
        Some(deadline) => Box::pin(Expiring::new(items, deadline)),
    })
}
