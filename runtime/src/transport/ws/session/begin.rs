//! The beginning of a call: the checks, its request and context, and its answer if that is ready at once.

use super::super::call::{Running, State, answer};
use super::super::credit::Control;
use super::super::dialect::{Back, Dialect, Fault, Invocation, Manner, json};
use super::super::inbox::{Inbox, inbox};
use super::super::methods::{Called, Served};
use super::super::socket::Lost;
use super::{Entry, Session};
use crate::call::budget::Memory;
use crate::call::context::{Context, Inner};
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

impl<D: Dialect, S: AsyncRead + AsyncWrite + Unpin> Session<D, S> {
    /// Begins a call, and also ends it when it is ready at once.
    pub(super) fn call(
        &mut self,
        call: Invocation<'_, D::Id>,
        batch: Option<u64>,
        task: &mut task::Context<'_>,
    ) -> Result<(), Lost> {
        let admitted = self.admit(&call, batch).map_err(|status| (Fault::Call, status));
        let admitted = admitted.and_then(|(served, manner)| {
            let (body, mut memory) = (request::<D>(&call, served)?, Memory::of(&self.shared.mounted.policy));
            memory.hold(body.len()).map_err(|status| (Fault::Call, status))?;
            Ok((Arc::clone(served), manner, body, memory))
        });
        let (served, manner, body, memory) = match admitted {
            Ok(admitted) => admitted,
            Err((fault, status)) => {
                let ended = self.unsubscribe(&call);
                // A notification gets no answer, not even for an error.
                let Some(id) = &call.id else { return Ok(()) };
                let message = ended.map_or_else(
                    || D::failure(Some(id), fault, &status, &Back::default()),
                    |ended| D::result(id, truth::<D>(id, ended), &Back::default()),
                );
                return self.reply(message, batch);
            }
        };
        self.called = true;
        let cx = self.context(&served, call.timeout, call.metadata);
        let headroom = call.id.as_ref().map_or(0, D::headroom);
        let reply = served.reply(D::CODEC).with_headroom(headroom);
        let (state, inbox) = match &served.route.call {
            Call::Unary(method) => {
                let mut running = method(cx.clone(), Input::Encoded(D::CODEC, body.clone()), reply);
                if let Poll::Ready(result) = running.as_mut().poll(task) {
                    let Some(id) = &call.id else { return Ok(()) };
                    let message = match result {
                        Err(status) => {
                            D::failure(Some(id), Self::fault(&status, &body), &status, &Back::of(&cx))
                        }
                        body => answer::<D>(id, &cx, body, self.limits().ws_message_size),
                    };
                    return self.reply(message, batch);
                }
                (State::Unary(running), None)
            }
            Call::ServerStream(method) => {
                let reply = served.reply(D::CODEC);
                (State::Opening(method(cx.clone(), Input::Encoded(D::CODEC, body), reply)), None)
            }
            Call::ClientStream(method) => {
                let (inbox, items) = inbox();
                (State::Unary(method(cx.clone(), Incoming::of_inputs(items), reply)), Some(inbox))
            }
            Call::Bidi(method) => {
                let (inbox, items) = inbox();
                let reply = served.reply(D::CODEC);
                (State::Opening(method(cx.clone(), Incoming::of_inputs(items), reply)), Some(inbox))
            }
        };
        let window = call.window;
        let begun = Begun { id: call.id, served, manner, cx, state, inbox, window, batch, memory };
        self.keep(begun);
        Ok(())
    }

    /// Whether the call may begin.
    fn admit(
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
            return Err(Status::invalid_argument("the id belongs to a call that still runs"));
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

    /// The fault of a request that was decoded in place. A request that is not in the encoding at all is
    /// malformed.
    fn fault(status: &Status, request: &Bytes) -> Fault {
        let suspect = status.code() == Code::InvalidArgument;
        if suspect && !D::is_sound(request) { Fault::Malformed } else { Fault::Call }
    }

    fn context(&self, served: &Served, timeout: Option<Duration>, metadata: Option<Metadata>) -> Context {
        let shape = served.method().shape();
        let deadline = timeout.and_then(|timeout| after(self.now, timeout));
        let inner = Inner { deadline, ..self.peer.call(metadata) };
        self.shared.mounted.context(shape, self.now, inner)
    }

    fn keep(&mut self, begun: Begun<D::Id>) {
        let Begun { id, served, manner, cx, state, inbox, window, batch, memory } = begun;
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

/// A call that was not ready at once.
struct Begun<Id> {
    id: Option<Id>,
    served: Arc<Served>,
    manner: Manner,
    cx: Context,
    state: State,
    inbox: Option<Inbox>,
    window: Option<u32>,
    batch: Option<u64>,
    memory: Memory,
}

/// The answer `true` or `false`, with the headroom for its head.
fn truth<D: Dialect>(id: &D::Id, is_so: bool) -> BytesMut {
    let mut body = BytesMut::zeroed(D::headroom(id));
    body.extend_from_slice(if is_so { b"true" } else { b"false" });
    body
}

/// The request. It may be absent, and in JSON its fields may be given by position.
fn request<D: Dialect>(call: &Invocation<'_, D::Id>, served: &Served) -> Result<Bytes, (Fault, Status)> {
    match (D::CODEC, &call.body) {
        // Only a unary call decodes its request in place, and can tell later whether it was malformed.
        (_, Some(body)) if served.method().shape() != Shape::Unary && !D::is_sound(body) => {
            Err((Fault::Malformed, Status::invalid_argument("the request is malformed")))
        }
        (Codec::Json, None) => Ok(Bytes::from_static(b"{}")),
        (Codec::Proto, None) => Ok(Bytes::new()),
        (Codec::Json, Some(values)) if values.starts_with(b"[") => {
            let most = served.position.most();
            json::by_position(values, &served.position).ok_or_else(|| {
                let text = format!("params: {} takes {most} values at most; name them", served.name);
                (Fault::Call, Status::invalid_argument(text))
            })
        }
        (_, Some(body)) => Ok(body.clone()),
    }
}
