//! One multiplexed connection: many calls, each as fast as it can be, none in the way of another.
//!
//! A call that is ready at once is answered in place; what was answered is flushed once, when there is nothing more to
//! read. While the client takes nothing, no call is asked for more; it is still heard, as long as its answers have room.

use super::Shared;
use super::batch::Batches;
use super::call::{Messages, Running, Said, State, answer};
use super::close::Close;
use super::credit::{Control, Gate};
use super::dialect::{Back, Dialect, Fault, Heard, Inbound, Invocation, Manner, json};
use super::inbox::{Inbox, Item, inbox};
use super::methods::{Called, Served};
use super::peer::Peer;
use super::signals::{Signal, Signals};
use super::socket::{Flow, Lost, Received, Socket};
use crate::context::{Context, Inner};
use crate::handler::{Call, Incoming};
use crate::input::{Codec, Input};
use crate::limits::Limits;
use crate::memory::Memory;
use crate::metadata::Metadata;
use crate::policy::{Load, after};
use crate::status::{Code, Status};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream::SelectAll;
use polywire_codegen::model::Shape;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep_until};

/// How many messages and answers are handled before other connections have their turn.
const TURN: usize = 128;

/// See the module.
pub(super) struct Session<D: Dialect, S> {
    shared: Arc<Shared>,
    peer: Peer,
    socket: Socket<S>,
    signals: Signals,
    calls: Vec<Entry<D::Id>>,
    running: SelectAll<Box<Running<D>>>,
    batches: Batches,
    next_serial: u64,
    /// An item that waits for room; while it does, nothing is read.
    stalled: Option<Stalled>,
    /// How much calls may say.
    gate: Arc<Gate>,
    /// Whether a call was taken.
    called: bool,
    leaving: Option<Leaving>,
    /// When this turn began: the calls of one turn have one clock.
    now: Instant,
}

/// What the connection knows of a running call.
#[derive(Debug)]
struct Entry<Id> {
    serial: u64,
    id: Option<Id>,
    shape: Shape,
    control: Arc<Control>,
    inbox: Option<Inbox>,
    batch: Option<u64>,
}

#[derive(Debug)]
struct Stalled {
    call: u64,
    inbox: Inbox,
    item: Item,
    /// How many items the handler had taken when the patience with it began, and when that ends.
    moved: u64,
    patience: Pin<Box<Sleep>>,
}

/// How a connection ends: with a Close, or without when nobody would hear it.
type Ending = Option<Close>;

impl<D: Dialect, S: AsyncRead + AsyncWrite + Unpin> Session<D, S> {
    pub(super) fn new(shared: Arc<Shared>, peer: Peer, socket: Socket<S>) -> Self {
        let signals = Signals::new(&shared.mounted);
        Self {
            shared,
            peer,
            socket,
            signals,
            calls: Vec::new(),
            running: SelectAll::new(),
            batches: Batches::default(),
            next_serial: 0,
            stalled: None,
            gate: Arc::default(),
            called: false,
            leaving: None,
            now: Instant::now(),
        }
    }

    /// Serves the connection to its end.
    pub(super) async fn run(mut self) {
        let first = Instant::now() + self.limits().ws_first_message;
        self.signals.at(first, Signal::FirstMessage);
        self.signals.at(Instant::now() + self.limits().ws_ping_interval, Signal::Life);
        let age = self.limits().ws_age;
        self.signals.at_age(age);
        let ending = poll_fn(|task| self.poll(task)).await;
        self.abandon();
        if let Some(close) = ending {
            self.socket.close(close).await;
        }
    }

    fn limits(&self) -> &Limits {
        &self.shared.mounted.policy.limits
    }

    /// What becomes of the calls whose client is gone.
    fn abandon(&mut self) {
        let gone = || Status::cancelled("the connection was lost");
        self.calls.drain(..).filter_map(|call| call.inbox).for_each(|inbox| inbox.fail(gone()));
        let running = std::mem::take(&mut self.running);
        if self.shared.mounted.closing.is_cancelled() {
            return;
        }
        for call in running {
            if let Some(rest) = call.into_orphan() {
                self.shared.mounted.tasks.spawn(rest);
            }
        }
    }

    fn poll(&mut self, task: &mut task::Context<'_>) -> Poll<Ending> {
        while let Poll::Ready(signal) = self.signals.poll(task) {
            if let Err(ending) = self.on_signal(signal) {
                return Poll::Ready(ending);
            }
        }
        self.now = Instant::now();
        match self.poll_turn(task) {
            Ok(()) => {}
            Err(Lost::Gone) => return Poll::Ready(None),
            Err(Lost::Fault(close)) => return Poll::Ready(Some(close)),
        }
        if let Some(leaving) = self.leaving.filter(|_| self.calls.is_empty()) {
            return Poll::Ready(Some(leaving.close()));
        }
        Poll::Pending
    }

    /// Whatever can be done now, then one flush.
    fn poll_turn(&mut self, task: &mut task::Context<'_>) -> Result<(), Lost> {
        for _ in 0..TURN {
            let flow = self.socket.poll_flow(task)?;
            self.tell(flow);
            let said = self.running.poll_next_unpin(task);
            let is_quiet = !matches!(said, Poll::Ready(Some(_)));
            if let Poll::Ready(Some(said)) = said {
                self.say(said)?;
            }
            // A stream that always has more must not keep us from hearing that the client wants no more.
            let is_unheard = !self.socket.may_answer() || self.poll_read(task)?.is_pending();
            if is_quiet && is_unheard {
                let _ = self.socket.poll_flush(task)?;
                return Ok(());
            }
        }
        task.waker().wake_by_ref();
        let _ = self.socket.poll_flush(task)?;
        Ok(())
    }

    /// Tells calls how much may be said. Those that could not go on until now are asked again.
    fn tell(&self, flow: Flow) {
        if self.gate.set(flow) {
            self.calls.iter().for_each(|call| call.control.release());
        }
    }

    fn on_signal(&mut self, signal: Signal) -> Result<(), Ending> {
        match signal {
            Signal::Drain => self.leave(Leaving::Drained),
            Signal::Age => {
                self.leave(Leaving::Aged);
                self.signals.at(Instant::now() + self.limits().connection_grace, Signal::Close);
            }
            Signal::Close => return Err(Some(self.leaving.unwrap_or(Leaving::Drained).close())),
            Signal::Life => {
                if self.stalled.is_some() {
                    self.socket.excuse();
                }
                let again = self.socket.check().map_err(|_| None)?;
                self.signals.at(again, Signal::Life);
            }
            Signal::FirstMessage if self.called => {}
            Signal::FirstMessage => return Err(Some(Close::policy("no call came in time"))),
        }
        Ok(())
    }

    /// Calls with one response run to their end; streams end now, since nothing can be said after a Close.
    fn leave(&mut self, leaving: Leaving) {
        let leaving = *self.leaving.get_or_insert(leaving);
        for call in self.running.iter().filter(|call| call.served.method().shape().server_streams()) {
            call.control.abort(leaving.status());
        }
    }

    /// Reads one message and does what it asks.
    fn poll_read(&mut self, task: &mut task::Context<'_>) -> Poll<Result<(), Lost>> {
        ready!(self.poll_stalled(task));
        Poll::Ready(match D::accept(ready!(self.socket.poll_message(task))?) {
            Ok(message) => self.take(&message, task),
            Err(Received::Close { .. }) => Err(Lost::Fault(Close::normal())),
            Err(_) => Err(Lost::Fault(Close::unsupported(match D::CODEC {
                Codec::Json => {
                    "JSON-RPC travels in text messages; ask for polywire.v1+proto to send protobuf"
                }
                Codec::Proto => "polywire.v1+proto travels in binary messages",
            }))),
        })
    }

    /// Ready when nothing that was read waits for room.
    fn poll_stalled(&mut self, task: &mut task::Context<'_>) -> Poll<()> {
        let Some(stalled) = &mut self.stalled else { return Poll::Ready(()) };
        if stalled.inbox.poll_room(task).is_pending() {
            ready!(stalled.patience.as_mut().poll(task));
            let (before, now) = (stalled.moved, stalled.inbox.moved());
            if before != now {
                stalled.moved = now;
                stalled
                    .patience
                    .as_mut()
                    .reset(Instant::now() + self.shared.mounted.policy.limits.ws_idle_timeout);
                task.waker().wake_by_ref();
                return Poll::Pending;
            }
            let call = stalled.call;
            self.give_up(call);
        }
        if let Some(Stalled { inbox, item, .. }) = self.stalled.take() {
            inbox.push(item);
        }
        Poll::Ready(())
    }

    /// Ends a call that took none of its items for so long that it must not hold up the others any longer.
    fn give_up(&self, call: u64) {
        let text = "the method took none of its items for too long; send as many as `$/stream/grant` allows";
        let entry = self.calls.iter().find(|entry| entry.serial == call);
        entry.into_iter().for_each(|entry| entry.control.abort(Status::resource_exhausted(text)));
    }

    fn take(&mut self, message: &D::Message, task: &mut task::Context<'_>) -> Result<(), Lost> {
        match D::parse(message, self.limits()) {
            Inbound::One(heard) => self.hear(heard, None, task),
            Inbound::Batch(all) => {
                let batch = self.batches.begin();
                for heard in all {
                    self.hear(heard, Some(batch), task)?;
                }
                let answers = self.batches.complete(batch);
                self.feed_batch(answers)
            }
        }
    }

    fn hear(
        &mut self,
        heard: Heard<'_, D::Id>,
        batch: Option<u64>,
        task: &mut task::Context<'_>,
    ) -> Result<(), Lost> {
        match heard {
            Heard::Call(call) => self.call(call, batch, task),
            Heard::Refused { id, fault, status } => {
                let message = D::failure(id.as_ref(), fault, &status, &Back::default());
                self.reply(message, batch)
            }
            Heard::Item { id, body } => {
                self.item(&id, &body, task);
                Ok(())
            }
            Heard::End { id } => {
                self.entry(&id).and_then(|entry| entry.inbox.as_ref()).into_iter().for_each(Inbox::end);
                Ok(())
            }
            Heard::Cancel { id } => self.abort(&id, Status::cancelled("the caller gave up")),
            Heard::Broken { id, status } => self.abort(&id, status),
            Heard::Grant { id, items } => {
                self.entry(&id).into_iter().for_each(|entry| entry.control.grant(items));
                Ok(())
            }
            Heard::Nothing => Ok(()),
        }
    }

    fn abort(&self, id: &D::Id, status: Status) -> Result<(), Lost> {
        self.entry(id).into_iter().for_each(|entry| entry.control.abort(status.clone()));
        Ok(())
    }

    /// The running call of this id: those that ended are forgotten, and what is said of them means nothing.
    fn entry(&self, id: &D::Id) -> Option<&Entry<D::Id>> {
        self.calls.iter().find(|entry| entry.id.as_ref() == Some(id))
    }

    fn item(&mut self, id: &D::Id, body: &[u8], task: &mut task::Context<'_>) {
        let Some(Entry { serial, inbox: Some(inbox), control, .. }) = self.entry(id) else { return };
        let item = match Item::new(D::CODEC, body, &self.shared.mounted.policy) {
            Ok(item) => item,
            Err(status) => return control.abort(status),
        };
        if inbox.poll_room(task).is_ready() {
            inbox.push(item);
            return;
        }
        let patience = Box::pin(sleep_until(Instant::now() + self.limits().ws_idle_timeout));
        let (call, inbox) = (*serial, inbox.clone());
        self.stalled = Some(Stalled { call, moved: inbox.moved(), inbox, item, patience });
        // The patience is new, and waits to be polled.
        task.waker().wake_by_ref();
    }

    /// Begins a call, and ends it as well when it is ready at once.
    fn call(
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
                // Nobody waits for the answer of a notification, not even for a bad one.
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

    /// Ends a subscription without another word of it, if that is what is asked for: whether there was one.
    fn unsubscribe(&self, call: &Invocation<'_, D::Id>) -> Option<bool> {
        let Some(Called::Unsubscribe) = self.shared.methods.called(&call.method) else { return None };
        let subscription = call.body.as_ref().and_then(D::subscription);
        let entry = subscription.and_then(|id| self.entry(&id));
        entry.into_iter().for_each(|entry| entry.control.hush(Status::cancelled("the caller gave up")));
        Some(entry.is_some())
    }

    /// The failure of a request that was read in place; one that is not in the encoding at all is no request.
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
        // A client that opens a window keeps to it, and hears when half of it is free again.
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

    /// Sends what a running call says.
    fn say(&mut self, Said { serial, messages, last }: Said) -> Result<(), Lost> {
        let at = self.calls.iter().position(|entry| entry.serial == serial);
        // Only the answer itself belongs into a batch.
        let batch = at.and_then(|at| self.calls[at].batch).filter(|_| last);
        if let Some(at) = at.filter(|_| last) {
            self.calls.swap_remove(at);
        }
        match messages {
            Messages::None => {}
            Messages::One(message) => self.reply(message, batch)?,
            Messages::Several(mut all, ends) => {
                let mut start = 0;
                for end in ends {
                    let message = all.split_to(end - std::mem::replace(&mut start, end));
                    self.socket.feed(D::KIND, message.freeze())?;
                }
            }
        }
        match batch.and_then(|batch| self.batches.arrived(batch)) {
            Some(answers) => self.feed_batch(Some(answers)),
            None => Ok(()),
        }
    }

    fn reply(&mut self, message: Bytes, batch: Option<u64>) -> Result<(), Lost> {
        match batch {
            None => self.socket.feed(D::KIND, message),
            Some(batch) => {
                let limit = self.limits().ws_message_size;
                self.batches.add(batch, &message, limit);
                Ok(())
            }
        }
    }

    /// A batch of notifications has no answer.
    fn feed_batch(&mut self, answers: Option<Bytes>) -> Result<(), Lost> {
        answers.map_or(Ok(()), |answers| self.socket.feed(D::KIND, answers))
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

/// The answer `true` or `false`, behind the room for its head.
fn truth<D: Dialect>(id: &D::Id, is_so: bool) -> BytesMut {
    let mut body = BytesMut::zeroed(D::headroom(id));
    body.extend_from_slice(if is_so { b"true" } else { b"false" });
    body
}

/// Why a connection finishes what runs, and takes nothing new.
#[derive(Debug, Clone, Copy)]
enum Leaving {
    /// The server stops.
    Drained,
    /// It is as old as it may be.
    Aged,
}

impl Leaving {
    fn status(self) -> Status {
        Status::unavailable(match self {
            Self::Drained => "the server is shutting down",
            Self::Aged => "the connection has reached its age; call over another",
        })
    }

    const fn close(self) -> Close {
        match self {
            Self::Drained => Close::going_away(),
            Self::Aged => Close::aged(),
        }
    }
}

/// The request: of which nothing may have been said, and in JSON its fields may be given by position.
fn request<D: Dialect>(call: &Invocation<'_, D::Id>, served: &Served) -> Result<Bytes, (Fault, Status)> {
    match (D::CODEC, &call.body) {
        // Only a call that is read in place can be told from a malformed one when it fails.
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
