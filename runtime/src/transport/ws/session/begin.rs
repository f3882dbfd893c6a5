//! The beginning of a call: the checks, its request and context, and its answer if that is ready at once.

use super::super::call::{Running, State, answer};
use super::super::credit::Control;
use super::super::dialect::{Back, Dialect, Fault, Invocation, Manner, Refused, json};
use super::super::inbox::{Inbox, inbox};
use super::super::methods::{Called, Served};
use super::super::socket::Lost;
use super::{Entry, Session};
use crate::call::budget::Reservation;
use crate::call::context::{Context, Inner, Transport};
use crate::call::input::{Codec, Input};
use crate::call::metadata::Metadata;
use crate::call::policy::{Load, after};
use crate::call::status::{Code, Status};
use crate::waist::handler::{Call, Incoming};
use bytes::{Bytes, BytesMut};
use polywire_codegen::model::Shape;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// A call that may begin.
struct Admitted {
    served: Arc<Served>,
    manner: Manner,
    request: Bytes,
    memory: Reservation,
}

impl From<Status> for Refused {
    fn from(status: Status) -> Self {
        Self { fault: Fault::Call, status }
    }
}

/// A call that has begun.
enum Begun {
    /// The answer was ready at once.
    Answered(Result<BytesMut, Status>),
    /// The call runs; `inbox` takes its items, if it has any.
    Running { state: State, inbox: Option<Inbox> },
}

/// A call that was not ready at once.
struct Unfinished<Id> {
    id: Option<Id>,
    window: Option<u32>,
    batch: Option<u64>,
    admitted: Admitted,
    cx: Context,
    state: State,
    inbox: Option<Inbox>,
}

impl<D: Dialect, S: AsyncRead + AsyncWrite + Unpin> Session<D, S> {
    /// Begins a call, and also ends it when it is ready at once.
    pub(super) fn call(
        &mut self,
        call: Invocation<'_, D::Id>,
        batch: Option<u64>,
        task: &mut task::Context<'_>,
    ) -> Result<(), Lost> {
        let admitted = match self.admit(&call, batch) {
            Ok(admitted) => admitted,
            Err(refused) => return self.refuse(&call, batch, &refused),
        };
        self.called = true;
        let Invocation { id, timeout, metadata, window, .. } = call;
        let cx = self.context(&admitted.served, timeout, metadata);
        match admitted.begin::<D>(&cx, id.as_ref().map_or(0, D::headroom), task) {
            Begun::Answered(result) => {
                let Some(id) = &id else { return Ok(()) };
                let answer = self.answer(id, result, &admitted.request, &cx);
                self.reply(answer, batch)
            }
            Begun::Running { state, inbox } => {
                self.keep(Unfinished { id, window, batch, admitted, cx, state, inbox });
                Ok(())
            }
        }
    }

    /// Finds the method and reads the request.
    fn admit(&self, call: &Invocation<'_, D::Id>, batch: Option<u64>) -> Result<Admitted, Refused> {
        let (served, manner) = self.find(call, batch)?;
        let (request, mut memory) =
            (request::<D>(call, served)?, Reservation::of(&self.shared.mounted.policy));
        memory.hold(request.len())?;
        Ok(Admitted { served: Arc::clone(served), manner, request, memory })
    }

    /// Answers a call that does not begin. The end of a subscription is such a call.
    fn refuse(
        &mut self,
        call: &Invocation<'_, D::Id>,
        batch: Option<u64>,
        refused: &Refused,
    ) -> Result<(), Lost> {
        let ended = self.unsubscribe(call);
        if ended.is_none() {
            self.tell_refused(call, &refused.status);
        }
        // A notification gets no answer, not even for an error.
        let Some(id) = &call.id else { return Ok(()) };
        let message = match ended {
            Some(ended) => D::result(id, truth::<D>(id, ended), &Back::default()),
            None => D::failure(Some(id), refused.fault, &refused.status, &Back::default()),
        };
        self.reply(message, batch)
    }

    fn tell_refused(&self, call: &Invocation<'_, D::Id>, status: &Status) {
        let from = (Transport::WebSocket, self.peer.address);
        let method = match self.shared.methods.called(&call.method) {
            Some(Called::Method(served, _)) => Some(served.method()),
            Some(Called::Unsubscribe) | None => None,
        };
        self.shared.mounted.policy.refused(from, || call.method.to_string(), method, status);
    }

    /// The answer of a unary call that was ready at once.
    fn answer(&self, id: &D::Id, result: Result<BytesMut, Status>, request: &Bytes, cx: &Context) -> Bytes {
        match result {
            Err(status) => D::failure(Some(id), fault::<D>(&status, request), &status, &Back::of(cx)),
            body => answer::<D>(id, cx, body, self.limits().ws_message_size),
        }
    }

    /// The method of a call that may begin.
    fn find(
        &self,
        call: &Invocation<'_, D::Id>,
        batch: Option<u64>,
    ) -> Result<(&Arc<Served>, Manner), Status> {
        let Some(Called::Method(served, manner)) = self.shared.methods.called(&call.method) else {
            return Err(Status::unimplemented(format!("no method {}", call.method)));
        };
        let shape = served.method().shape();
        if let Some(leaving) = self.leaving {
            return Err(leaving.status());
        }
        if call.id.as_ref().is_some_and(|id| self.entry(id).is_some()) {
            return Err(Status::invalid_argument("the id belongs to a call that is still running"));
        }
        let load = Load::of(self.calls.iter().map(|entry| entry.shape));
        self.shared.mounted.policy.admit_on_connection(shape, load)?;
        if shape.server_streams() && (batch.is_some() || call.id.is_none()) {
            return Err(Status::invalid_argument(
                "a call with a response stream needs an id, and a message of its own",
            ));
        }
        if shape.client_streams() && call.id.is_none() {
            return Err(Status::invalid_argument("a call with a request stream needs an id"));
        }
        Ok((served, manner))
    }

    /// Ends a subscription in silence, if the request asks for that. Returns whether there was one.
    fn unsubscribe(&self, call: &Invocation<'_, D::Id>) -> Option<bool> {
        let Some(Called::Unsubscribe) = self.shared.methods.called(&call.method) else { return None };
        let subscription = call.body.as_ref().and_then(D::subscription);
        let entry = subscription.and_then(|id| self.entry(&id));
        entry.into_iter().for_each(|entry| entry.control.hush(Status::cancelled("the caller gave up")));
        Some(entry.is_some())
    }

    fn context(&self, served: &Served, timeout: Option<Duration>, metadata: Option<Metadata>) -> Context {
        let deadline = timeout.and_then(|timeout| after(self.now, timeout));
        let inner = Inner { deadline, ..self.peer.call(metadata) };
        self.shared.mounted.context(&served.route, self.now, inner)
    }

    fn keep(&mut self, call: Unfinished<D::Id>) {
        let Unfinished { id, window, batch, admitted, cx, state, inbox } = call;
        let Admitted { served, manner, memory, .. } = admitted;
        let serial = self.next_serial;
        self.next_serial += 1;
        let control = Arc::new(Control::new(window));
        // A client that opens a window keeps to it, and is granted more when half of it is free again.
        let uploads = inbox.clone().zip(window.map(|window| (window / 2).max(1)));
        let shape = served.method().shape();
        self.calls.push(Entry { serial, id: id.clone(), shape, control: Arc::clone(&control), inbox, batch });
        if let Some(batch) = batch {
            self.batches.expect(batch);
        }
        let limit = self.limits().ws_message_size;
        let (opened, gate) = (false, Arc::clone(&self.gate));
        self.running.push(Box::new(Running {
            serial,
            id,
            served,
            cx,
            control,
            gate,
            held: None,
            uploads,
            state,
            manner,
            opened,
            limit,
            memory,
        }));
    }
}

impl Admitted {
    fn begin<D: Dialect>(&self, cx: &Context, headroom: usize, task: &mut task::Context<'_>) -> Begun {
        let request = || Input::Encoded(D::CODEC, self.request.clone()).into();
        let reply = self.served.reply(D::CODEC);
        match &self.served.route.call {
            Call::Unary(method) => {
                let mut running = method(cx.clone(), request(), reply.with_headroom(headroom));
                match running.as_mut().poll(task) {
                    Poll::Ready(result) => Begun::Answered(result),
                    Poll::Pending => Begun::Running { state: State::Unary(running), inbox: None },
                }
            }
            Call::ServerStream(method) => {
                let state = State::Opening(method(cx.clone(), request(), reply));
                Begun::Running { state, inbox: None }
            }
            Call::ClientStream(method) => {
                let (inbox, items) = inbox();
                let items = Incoming::of_inputs(items);
                let state = State::Unary(method(cx.clone(), items, reply.with_headroom(headroom)));
                Begun::Running { state, inbox: Some(inbox) }
            }
            Call::Bidi(method) => {
                let (inbox, items) = inbox();
                let state = State::Opening(method(cx.clone(), Incoming::of_inputs(items), reply));
                Begun::Running { state, inbox: Some(inbox) }
            }
        }
    }
}

/// The fault of a request that was decoded in place. A request that is not in the encoding at all is
/// malformed.
fn fault<D: Dialect>(status: &Status, request: &Bytes) -> Fault {
    let suspect = status.code() == Code::InvalidArgument;
    if suspect && !D::is_sound(request) { Fault::Malformed } else { Fault::Call }
}

/// The answer `true` or `false`, with the headroom for its head.
fn truth<D: Dialect>(id: &D::Id, is_so: bool) -> BytesMut {
    let mut body = BytesMut::zeroed(D::headroom(id));
    body.extend_from_slice(if is_so { b"true" } else { b"false" });
    body
}

/// The request. It may be absent, and in JSON its fields may be given by position.
fn request<D: Dialect>(call: &Invocation<'_, D::Id>, served: &Served) -> Result<Bytes, Refused> {
    let Some(body) = &call.body else { return Ok(Bytes::from_static(D::CODEC.empty_message())) };
    // Only a unary call decodes its request in place, and can tell later whether it was malformed.
    if served.method().shape() != Shape::Unary && !D::is_sound(body) {
        let status = Status::invalid_argument("the request is malformed");
        return Err(Refused { fault: Fault::Malformed, status });
    }
    if D::CODEC == Codec::Proto || !body.starts_with(b"[") {
        return Ok(body.clone());
    }
    json::by_position(body, &served.position).ok_or_else(|| {
        let most = served.position.most();
        let text = format!("params: {} takes {most} values at most; send them by name", served.name);
        Refused::from(Status::invalid_argument(text))
    })
}
