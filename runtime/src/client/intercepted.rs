//! A call of a client through its interceptors.

use super::{Caller, steered};
use crate::call::around::{Answer, AnyMessage, Content, Next, Request, Side};
use crate::call::context::Context;
use crate::call::input::Input;
use crate::call::spec::Method;
use crate::call::status::Result;
use crate::call::stream::Streaming;
use crate::call::unwind::caught;
use crate::channel::Payload;
use crate::message::codec::Message;
use crate::waist::handler::Ongoing;
use futures_core::Stream;
use futures_core::future::BoxFuture;
use polywire_codegen::model::Shape;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{self, Poll, ready};

/// An answer, and the call that it belongs to.
pub(super) struct Answered<M> {
    body: Content,
    call: Ongoing,
    of: PhantomData<fn() -> M>,
}

impl<M: Message> Answered<M> {
    /// The single response, which ends the call.
    pub(super) fn one(self) -> Result<M> {
        self.call.end(self.body.into_one())
    }

    /// The responses. The call ends with the last of them.
    pub(super) fn many(self) -> Result<Streaming<M>> {
        match self.body.into_many() {
            Ok(items) => Ok(Streaming::new(Watched { items: Some(items), call: self.call })),
            Err(status) => self.call.end(Err(status)),
        }
    }
}

/// Makes the call.
///
/// # Errors
/// The status of an interceptor, of the server, or of the wire.
pub(super) fn call<Req: Message, Res: Message>(
    caller: &Caller,
    method: &'static Method,
    cx: Context,
    body: Content,
) -> BoxFuture<'static, Result<Answered<Res>>> {
    let caller = caller.clone();
    Box::pin(async move {
        let cx = cx.over(caller.channel.transport());
        let call = Ongoing::outgoing(cx, method, &caller.interceptors).await?;
        let wire = |request: Request| -> BoxFuture<'static, Result<Answer>> {
            let (caller, begun) = (caller.clone(), call.cx.clone());
            let request = request.with_context(|cx| cx.received(&begun));
            Box::pin(async move { send::<Req, Res>(&caller, request).await })
        };
        let around = |cx: Context| Next::new(&caller.interceptors, &wire).run(Request::new(cx, method, body));
        match call.run(around).await {
            Ok(answer) => Ok(Answered { body: answer.into_body(), call, of: PhantomData }),
            Err(status) => call.end(Err(status)),
        }
    })
}

/// Sends what the interceptors let pass.
async fn send<Req: Message, Res: Message>(caller: &Caller, request: Request) -> Result<Answer> {
    let method = request.method();
    let (cx, body) = request.into_parts();
    let (cx, payload) = match method.shape() {
        Shape::Unary | Shape::ServerStream => {
            let message = body.into_one::<Req>()?;
            (steered(method, cx, &message)?, Payload::One(caller.encode(method, &message)?))
        }
        Shape::ClientStream | Shape::Bidi => {
            (cx, Payload::Many(caller.encode_all(method, body.into_many::<Req>()?)))
        }
    };
    let answer = caller.call(method, &cx, payload).await?;
    Ok(Answer::of(match method.shape() {
        Shape::Unary | Shape::ClientStream => {
            let input = Input::Encoded(caller.channel.form(method).codec, answer.one()?);
            Content::One(AnyMessage::received::<Res>(input, Side::Answer))
        }
        Shape::ServerStream | Shape::Bidi => {
            Content::many::<Res>(caller.decode_all(&cx, method, answer.many()?))
        }
    }))
}

/// A response stream whose interceptors are told of its end.
struct Watched<M> {
    items: Option<Streaming<M>>,
    call: Ongoing,
}

impl<M> Stream for Watched<M> {
    type Item = Result<M>;

    fn poll_next(self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(items) = &mut this.items else { return Poll::Ready(None) };
        let polled = caught(|| this.call.method.full_name(), || Pin::new(items).poll_next(task));
        let item = ready!(polled.unwrap_or_else(|panicked| Poll::Ready(Some(Err(panicked)))));
        let status = match &item {
            Some(Ok(_)) => return Poll::Ready(item),
            Some(Err(status)) => Some(status),
            None => None,
        };
        let told = this.call.finish(status);
        this.items = None;
        Poll::Ready(told.err().map_or(item, |panicked| Some(Err(panicked))))
    }
}
