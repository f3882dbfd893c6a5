//! One multiplexed connection with many calls. Each runs as fast as it can, and no call waits for another.
//!
//! A call that is ready at once is answered in place. All answers are flushed once, when there is nothing
//! more to read. While the client takes nothing, no call is asked for more. The client is still read, as long
//! as its answers have room.

mod begin;

use super::Shared;
use super::batch::Batches;
use super::call::{Messages, Running, Said};
use super::close::Close;
use super::credit::{Control, Gate};
use super::dialect::{Back, Dialect, Heard, Inbound};
use super::inbox::{Inbox, Item};
use super::leaving::Leaving;
use super::peer::Peer;
use super::signals::{Signal, Signals};
use super::socket::{Flow, Lost, Received, Socket};
use super::stall::{self, Stall, Stalled};
use crate::call::input::Codec;
use crate::call::limits::Limits;
use crate::call::policy::GOODBYE;
use crate::call::status::Status;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::SelectAll;
use polywire_codegen::model::Shape;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{self, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

/// Messages and answers handled before other connections have their turn.
const TURN: usize = 128;

/// One multiplexed connection.
pub(super) struct Session<D: Dialect, S> {
    shared: Arc<Shared>,
    peer: Peer,
    socket: Socket<S>,
    signals: Signals,
    calls: Vec<Entry<D::Id>>,
    running: SelectAll<Box<Running<D>>>,
    batches: Batches,
    next_serial: u64,
    /// An item that waits for room; until it has room, the socket is not read.
    stalled: Option<Stalled>,
    /// The amount that calls may send.
    gate: Arc<Gate>,
    /// Whether a call was taken.
    called: bool,
    leaving: Option<Leaving>,
    /// The time when this turn began: the calls of one turn have one clock.
    now: Instant,
}

/// The connection's record of a running call.
#[derive(Debug)]
struct Entry<Id> {
    serial: u64,
    id: Option<Id>,
    shape: Shape,
    control: Arc<Control>,
    inbox: Option<Inbox>,
    batch: Option<u64>,
}

/// The end of a connection: with a Close, or without one when nobody would hear it.
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
        let limits = &self.shared.mounted.policy.limits;
        self.signals.after(limits.ws_first_message, Signal::FirstMessage);
        self.signals.after(self.socket.first_check(), Signal::Life);
        self.signals.at_age(limits.ws_age);
        let ending = poll_fn(|task| self.poll(task)).await;
        self.abandon();
        if let Some(close) = ending {
            self.socket.close(close).await;
        }
    }

    fn limits(&self) -> &Limits {
        &self.shared.mounted.policy.limits
    }

    /// Decides about the calls of a client that is gone.
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

    /// Does whatever can be done now, then flushes once.
    fn poll_turn(&mut self, task: &mut task::Context<'_>) -> Result<(), Lost> {
        for _ in 0..TURN {
            let flow = self.socket.poll_flow(task)?;
            self.tell(flow);
            let said = self.running.poll_next_unpin(task);
            let is_quiet = !matches!(said, Poll::Ready(Some(_)));
            if let Poll::Ready(Some(said)) = said {
                self.say(said)?;
            }
            // A stream that always has more must not keep us from reading that the client wants no more.
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

    /// Tells calls how much they may send, and wakes those that can go on now.
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
                self.signals.after(self.shared.mounted.policy.limits.connection_grace, Signal::Grace);
            }
            Signal::Grace => {
                let leaving = self.leaving.unwrap_or(Leaving::Aged);
                self.calls.iter().for_each(|call| call.control.abort(leaving.status()));
                self.signals.at(Instant::now() + GOODBYE, Signal::Close);
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

    /// Begins to leave: calls with one response run to their end. Streams end now, since nothing can be sent
    /// after a Close.
    fn leave(&mut self, leaving: Leaving) {
        let leaving = *self.leaving.get_or_insert(leaving);
        for call in self.running.iter().filter(|call| call.served.method().shape().server_streams()) {
            call.control.abort(leaving.status());
        }
    }

    /// Reads one message and acts on it.
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

    /// Ready when no item that was read waits for room.
    fn poll_stalled(&mut self, task: &mut task::Context<'_>) -> Poll<()> {
        let patience = self.limits().ws_idle_timeout;
        let Some(stalled) = &mut self.stalled else { return Poll::Ready(()) };
        if let Stall::Stuck(call) = ready!(stalled.poll(patience, task)) {
            self.give_up(call);
        }
        self.stalled.take().into_iter().for_each(Stalled::push);
        Poll::Ready(())
    }

    /// Ends a call whose handler took no item for too long, so that it holds up the others no longer.
    fn give_up(&self, call: u64) {
        let entry = self.calls.iter().find(|entry| entry.serial == call);
        entry.into_iter().for_each(|entry| entry.control.abort(stall::status()));
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

    /// The running call of this id. Calls that ended are forgotten, and messages about them are ignored.
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
        self.stalled = Some(Stalled::new(*serial, inbox.clone(), item, self.limits().ws_idle_timeout));
        // The timer is new, and has to be polled once.
        task.waker().wake_by_ref();
    }

    /// Sends the messages of a running call.
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

    /// Sends the answers of a batch. A batch of notifications has none.
    fn feed_batch(&mut self, answers: Option<Bytes>) -> Result<(), Lost> {
        answers.map_or(Ok(()), |answers| self.socket.feed(D::KIND, answers))
    }
}
