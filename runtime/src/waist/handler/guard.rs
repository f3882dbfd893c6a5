//! The guard around every handler. A call is admitted and intercepted ([`ongoing`](super::ongoing)), and runs under
//! a deadline and a panic guard ([`guarded`](super::guarded)).

use super::erased::{Given, Taken};
use super::expiring::Expiring;
use super::ongoing::Ongoing;
use super::outgoing::{BoxOutgoing, Items};
use crate::call::around::{Answer, Next, Request};
use crate::call::context::Context;
use crate::call::input::Reply;
use crate::call::interceptor::Interceptor;
use crate::call::policy::Terms;
use crate::call::reject::Reject;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::call::stream::Streaming;
use crate::message::codec::Message;
use bytes::BytesMut;
use futures_core::future::BoxFuture;
use std::future::{Future, ready};
use std::sync::Arc;

/// A method of a mounted service: the function, and all that it is called with beside the request.
pub(super) struct Handler<S, C> {
    pub(super) method: &'static Method,
    pub(super) service: Arc<S>,
    pub(super) call: C,
    pub(super) terms: Terms,
}

impl<S, C: Copy> Clone for Handler<S, C> {
    fn clone(&self) -> Self {
        Self { service: Arc::clone(&self.service), ..*self }
    }
}

impl<S, C> Handler<S, C> {
    /// Calls the function with the request, through the interceptors if there are any.
    async fn answer<T, A, E, F>(self, ongoing: &Ongoing, cx: Context, taken: T, reply: &Reply) -> Result<A>
    where
        S: Send + Sync + 'static,
        T: Taken,
        A: Given,
        E: Reject,
        C: Fn(Arc<S>, Context, T::Request) -> F + Copy + Send + Sync + 'static,
        F: Future<Output = Result<A, E>> + Send + 'static,
    {
        let method = self.method;
        let Some(interceptors) = ongoing.interceptors() else {
            let request = taken.read(&cx, reply)?;
            return (self.call)(self.service, cx, request).await.map_err(|error| reject(error, method));
        };
        let request = Request::new(cx.clone(), method, taken.erase(&cx, reply));
        self.intercepted::<T, A, E, F>(&cx, interceptors, request).await
    }

    /// Boxes what the interceptors stand around, so that a call without any stays small.
    fn intercepted<'a, T, A, E, F>(
        self,
        cx: &'a Context,
        interceptors: &'a [Arc<dyn Interceptor>],
        request: Request,
    ) -> BoxFuture<'a, Result<A>>
    where
        S: Send + Sync + 'static,
        T: Taken,
        A: Given,
        E: Reject,
        C: Fn(Arc<S>, Context, T::Request) -> F + Copy + Send + Sync + 'static,
        F: Future<Output = Result<A, E>> + Send + 'static,
    {
        let Self { method, service, call, .. } = self;
        let core = move |request: Request| -> BoxFuture<'static, Result<Answer>> {
            let (changed, body) = request.into_parts();
            let changed = changed.received(cx);
            match T::open(body) {
                Err(status) => Box::pin(ready(Err(status))),
                Ok(request) => {
                    let answer = call(Arc::clone(&service), changed.clone(), request);
                    Box::pin(async move {
                        let given = changed.scope(answer).await.map_err(|error| reject(error, method))?;
                        Ok(Answer::of(given.erase(&changed)))
                    })
                }
            }
        };
        Box::pin(async move {
            let answer = Next::new(interceptors, &core).run(request).await;
            A::open(answer.map_err(|status| status.qualified(method.package()))?.into_body())
        })
    }
}

/// The one place where a typed error becomes a status.
fn reject<E: Reject>(error: E, method: &'static Method) -> Status {
    error.into_status().qualified(method.package())
}

/// Runs a handler that answers with one message.
pub(super) async fn unary<S, C, T, A, E, F>(
    handler: Handler<S, C>,
    cx: Context,
    taken: T,
    reply: Reply,
) -> Result<BytesMut>
where
    S: Send + Sync + 'static,
    T: Taken,
    A: Message,
    E: Reject,
    C: Fn(Arc<S>, Context, T::Request) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<A, E>> + Send + 'static,
{
    let (call, taken) = Ongoing::begin(cx, handler.method, handler.terms, taken).await?;
    let result = call
        .run(|cx| async {
            let extent = cx.extent();
            let answer: A = handler.answer(&call, cx, taken, &reply).await?;
            reply.within(extent).encode(&answer)
        })
        .await;
    call.end(result)
}

/// Runs a handler that answers with a stream. The call goes on until the stream ends or is dropped.
pub(super) async fn stream<S, C, T, A, E, F>(
    handler: Handler<S, C>,
    cx: Context,
    taken: T,
    reply: Reply,
) -> Result<BoxOutgoing>
where
    S: Send + Sync + 'static,
    T: Taken,
    A: Message,
    E: Reject,
    C: Fn(Arc<S>, Context, T::Request) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Streaming<A>, E>> + Send + 'static,
{
    let (method, terms) = (handler.method, handler.terms);
    let (mut call, taken) = Ongoing::begin(cx, method, terms, taken).await?;
    let items = match call.run(|cx| handler.answer(&call, cx, taken, &reply)).await {
        Ok(items) => items,
        Err(status) => return call.end(Err(status)),
    };
    call.release_request();
    let deadline = call.cx.deadline();
    let items: Items<A> = Items::new(items, reply.within(call.cx.extent()), terms, call);
    Ok(match deadline {
        None => Box::pin(items),
        Some(deadline) => Box::pin(Expiring::new(items, deadline)),
    })
}
