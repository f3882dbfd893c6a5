//! Requests and answers as a method has them, and as the interceptors around its call do.

use super::Incoming;
use crate::call::around::{AnyMessage, Content, Side};
use crate::call::context::Context;
use crate::call::input::{Arrival, Input, Reply};
use crate::call::policy::Terms;
use crate::call::refusal;
use crate::call::status::{Result, Status};
use crate::call::stream::Streaming;
use crate::message::codec::Message;
use crate::message::codec::check::Gate;

/// The request of a call, as the transport gave it.
pub(super) trait Taken: Send {
    /// The request as the handler takes it.
    type Request: Send + 'static;

    /// The one message, if the request is one.
    fn message(&mut self) -> Option<&mut Arrival>;

    /// Decodes it for a call without interceptors.
    fn read(self, cx: &Context, reply: &Reply) -> Result<Self::Request>;

    /// Hands it to the interceptors.
    fn erase(self, cx: &Context, reply: &Reply) -> Content;

    /// Takes it back from them.
    fn open(body: Content) -> Result<Self::Request>;
}

/// One message.
pub(super) struct One<M> {
    pub(super) request: Arrival,
    pub(super) gate: Gate<M>,
}

impl<M> One<M> {
    /// The message of a call that has begun.
    fn input(self) -> Result<Input> {
        match self.request {
            Arrival::Here(input) => Ok(input),
            Arrival::Coming(_) => Err(Status::internal("the request was asked for before it had come")),
        }
    }
}

impl<M: Message> Taken for One<M> {
    type Request = M;

    fn message(&mut self) -> Option<&mut Arrival> {
        Some(&mut self.request)
    }

    fn read(self, cx: &Context, reply: &Reply) -> Result<M> {
        let (gate, reading) = (self.gate, refusal::Reading::new(cx.extent(), reply));
        refusal::read(gate, &self.input()?, reading)
    }

    fn erase(self, cx: &Context, reply: &Reply) -> Content {
        let reading = refusal::Reading::new(cx.extent(), reply);
        let side = Side::Request { reading, is_constrained: self.gate.is_constrained() };
        match self.input() {
            Ok(input) => Content::One(AnyMessage::received::<M>(input, side)),
            Err(status) => Content::Refused(status),
        }
    }

    fn open(body: Content) -> Result<M> {
        body.into_one()
    }
}

/// A stream of messages.
pub(super) struct Many<M> {
    pub(super) incoming: Incoming,
    pub(super) gate: Gate<M>,
    pub(super) terms: Terms,
    /// Whether the stream may rest as long as it likes.
    pub(super) may_rest: bool,
}

impl<M: Message> Taken for Many<M> {
    type Request = Streaming<M>;

    fn message(&mut self) -> Option<&mut Arrival> {
        None
    }

    fn read(self, cx: &Context, reply: &Reply) -> Result<Streaming<M>> {
        let terms = Some(self.terms).filter(|_| !self.may_rest);
        let idle = terms.and_then(|terms| cx.policy()?.idle(terms));
        let incoming = self.incoming.within(self.terms.message_size);
        Ok(incoming.decode_timely(self.gate, refusal::Reading::new(cx.extent(), reply), idle))
    }

    fn erase(self, cx: &Context, reply: &Reply) -> Content {
        self.read(cx, reply).map_or_else(Content::Refused, Content::many)
    }

    fn open(body: Content) -> Result<Streaming<M>> {
        body.into_many()
    }
}

/// The answer of a handler.
pub(super) trait Given: Send + Sized + 'static {
    /// Hands it to the interceptors.
    fn erase(self, cx: &Context) -> Content;

    /// Takes it back from them.
    fn open(body: Content) -> Result<Self>;
}

impl<M: Message> Given for M {
    fn erase(self, _: &Context) -> Content {
        Content::One(AnyMessage::new(self))
    }

    fn open(body: Content) -> Result<M> {
        body.into_one()
    }
}

impl<M: Message> Given for Streaming<M> {
    /// The stream goes on in the context that its handler ran in.
    fn erase(self, cx: &Context) -> Content {
        Content::many(self.within(cx.clone()))
    }

    fn open(body: Content) -> Result<Self> {
        body.into_many()
    }
}
