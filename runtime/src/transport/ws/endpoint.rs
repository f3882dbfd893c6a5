//! One call on a connection of its own: `#[ws("/chat")]`. Each text message is an item as JSON, each binary
//! one as protobuf.
//!
//! WebSocket has no half-close: stock clients stop reading once they send a Close. So an empty text message ends the
//! client's items.

use super::Shared;
use super::close::Close;
use super::dialect::Envelope;
use super::inbox::{Inbox, Item, inbox};
use super::leaving::Leaving;
use super::methods::Served;
use super::peer::Peer;
use super::signals::{Signal, Signals};
use super::socket::{Flow, Kind, Lost, Received, Socket};
use crate::call::budget::Reservation;
use crate::call::context::Context;
use crate::call::form::HttpInput;
use crate::call::input::{Codec, Input};
use crate::call::status::{Result, Status};
use crate::waist::handler::{BoxOutgoing, Call, Incoming, NoFrame};
use bytes::{Bytes, BytesMut};
use futures_core::future::BoxFuture;
use polywire_codegen::model::{Idempotency, Shape};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep_until};

/// Messages handled before other connections have their turn.
const TURN: usize = 128;
/// Bytes of items gathered before the client's are looked at.
const FILL: usize = 16 << 10;

/// One connection, and its only call.
pub(super) struct Endpoint<S> {
    shared: Arc<Shared>,
    served: Arc<Served>,
    peer: Peer,
    socket: Socket<S>,
    signals: Signals,
    stage: Stage,
    /// The context of the call, once it has begun.
    cx: Option<Context>,
    /// The queue for the client's items.
    inbox: Option<Inbox>,
    /// The kind of message in use, once the client or the server has sent one.
    kind: Option<Kind>,
    /// The kind that the client asked for at the handshake.
    asked: Kind,
    buf: BytesMut,
    envelope: Envelope,
    /// Memory that the request holds.
    memory: Reservation,
    /// Ends a stream at its deadline when the client takes nothing.
    held: Option<Pin<Box<Sleep>>>,
}

/// The progress of the call.
enum Stage {
    /// Not begun: the first message decides how it begins.
    Waiting,
    /// The response is one message.
    Unary(BoxFuture<'static, Result<BytesMut>>),
    /// The response will be a stream.
    Opening(BoxFuture<'static, Result<BoxOutgoing>>),
    Streaming(BoxOutgoing),
    Over,
}

/// The result of one step of the call.
enum Step {
    /// A message was handed to the socket.
    Said,
    /// The call is over; this Close is sent last.
    End(Close),
}

/// The end of a connection: with a Close, or without one when nobody would hear it.
type Ending = Option<Close>;

const fn codec(kind: Kind) -> Codec {
    match kind {
        Kind::Text => Codec::Json,
        Kind::Binary => Codec::Proto,
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Endpoint<S> {
    pub(super) fn new(shared: Arc<Shared>, served: Arc<Served>, peer: Peer, socket: Socket<S>) -> Self {
        Self {
            signals: Signals::new(&shared.mounted),
            memory: Reservation::of(&shared.mounted.policy),
            shared,
            served,
            peer,
            socket,
            cx: None,
            stage: Stage::Waiting,
            inbox: None,
            kind: None,
            asked: Kind::Text,
            buf: BytesMut::new(),
            envelope: Envelope::bare(),
            held: None,
        }
    }

    /// Begins the call if the URL holds its request. Answers are of the kind `asked` until the client sends
    /// another.
    pub(super) fn begun(mut self, url: Option<HttpInput>, asked: Kind) -> Self {
        self.asked = asked;
        match (self.served.method().shape(), url) {
            (Shape::Unary | Shape::ServerStream, Some(url)) => self.begin(asked, Input::Http(url)),
            // The handler may send first.
            (Shape::Bidi, _) => self.begin_bidi(),
            (Shape::Unary | Shape::ServerStream | Shape::ClientStream, _) => {}
        }
        self
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

    /// Decides about the call of a client that is gone. A call that may have changed something runs to its
    /// end. A two-way stream runs as long as a unary call may, so that its handler sees every item that was
    /// sent.
    fn abandon(&mut self) {
        if let Some(inbox) = &self.inbox {
            inbox.fail(Status::cancelled("the connection was lost"));
        }
        let mounted = &self.shared.mounted;
        if mounted.closing.is_cancelled() || self.served.method().idempotency() != Idempotency::Unknown {
            return;
        }
        let shape = self.served.method().shape();
        let tasks = &mounted.tasks;
        let Some(cx) = &self.cx else { return };
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Unary(call) => {
                let memory = std::mem::take(&mut self.memory);
                if let Some(orphan) = cx.orphan(call) {
                    drop(tasks.spawn(async move {
                        let _held = memory;
                        orphan.await
                    }));
                }
            }
            Stage::Opening(call) if shape == Shape::Bidi => {
                cx.orphan(async { exhaust(call.await?).await }).map(|rest| tasks.spawn(rest));
            }
            Stage::Streaming(source) if shape == Shape::Bidi => {
                cx.orphan(exhaust(source)).map(|rest| tasks.spawn(rest));
            }
            Stage::Waiting | Stage::Opening(_) | Stage::Streaming(_) | Stage::Over => {}
        }
    }

    fn context(&mut self) -> Context {
        let inner = self.peer.call(None);
        let cx = self.shared.mounted.context(&self.served.route, Instant::now(), inner);
        self.cx = Some(cx.clone());
        cx
    }

    /// Begins a call that has one request.
    fn begin(&mut self, kind: Kind, request: Input) {
        self.kind = Some(kind);
        let cx = self.context();
        let reply = self.served.reply(codec(kind));
        self.stage = match &self.served.route.call {
            Call::Unary(call) => Stage::Unary(call(cx, request.into(), reply)),
            Call::ServerStream(call) => Stage::Opening(call(cx, request.into(), reply)),
            Call::ClientStream(_) | Call::Bidi(_) => Stage::Waiting,
        };
    }

    fn begin_client_stream(&mut self, kind: Kind) {
        let cx = self.context();
        let reply = self.served.reply(codec(kind));
        if let Call::ClientStream(call) = &self.served.route.call {
            let (inbox, items) = inbox();
            self.kind = Some(kind);
            self.stage = Stage::Unary(call(cx, Incoming::of_inputs(items), reply));
            self.inbox = Some(inbox);
        }
    }

    fn begin_bidi(&mut self) {
        let cx = self.context();
        let reply = self.served.reply(codec(self.asked));
        if let Call::Bidi(call) = &self.served.route.call {
            let (inbox, items) = inbox();
            self.stage = Stage::Opening(call(cx, Incoming::of_inputs(items), reply));
            self.inbox = Some(inbox);
        }
    }

    fn poll(&mut self, task: &mut task::Context<'_>) -> Poll<Ending> {
        while let Poll::Ready(signal) = self.signals.poll(task) {
            if let Err(ending) = self.on_signal(signal, task) {
                return Poll::Ready(ending);
            }
        }
        match self.poll_turn(task) {
            Ok(None) => Poll::Pending,
            Ok(Some(close)) | Err(Lost::Fault(close)) => Poll::Ready(Some(close)),
            Err(Lost::Gone) => Poll::Ready(None),
        }
    }

    fn on_signal(&mut self, signal: Signal, task: &mut task::Context<'_>) -> Result<(), Ending> {
        match signal {
            // A call with one response runs to its end; a stream may never end.
            Signal::Drain if matches!(self.stage, Stage::Unary(_)) => Ok(()),
            Signal::Age if matches!(self.stage, Stage::Unary(_)) => {
                let grace = self.shared.mounted.policy.limits.connection_grace;
                self.signals.after(grace, Signal::Grace);
                Ok(())
            }
            Signal::Age => Err(Some(Leaving::Aged.close())),
            // The client has no answer yet, so it gets the failure.
            Signal::Grace => {
                self.stage = Stage::Over;
                Err(Some(Close::of_status(&Leaving::Aged.status())))
            }
            Signal::Drain | Signal::Close => Err(Some(Close::going_away())),
            Signal::Life => {
                if self.is_paused(task) {
                    self.socket.excuse();
                }
                let again = self.socket.check().map_err(|_| None)?;
                self.signals.at(again, Signal::Life);
                Ok(())
            }
            Signal::FirstMessage if matches!(self.stage, Stage::Waiting) => {
                Err(Some(Close::policy("no message came in time")))
            }
            Signal::FirstMessage => Ok(()),
        }
    }

    /// Whether the queue to the handler is full.
    fn is_paused(&self, task: &mut task::Context<'_>) -> bool {
        self.inbox.as_ref().is_some_and(|inbox| inbox.poll_room(task).is_pending())
    }

    /// Does whatever can be done now, then flushes once. Returns the Close with which the connection ends, if
    /// it does.
    fn poll_turn(&mut self, task: &mut task::Context<'_>) -> Result<Option<Close>, Lost> {
        for _ in 0..TURN {
            let flow = self.socket.poll_flow(task)?;
            let step = match (flow, &self.stage) {
                (Flow::Blocked | Flow::Full, Stage::Streaming(_)) => self.poll_held(task)?,
                (Flow::Free | Flow::Blocked | Flow::Full, _) => self.poll_call(task)?,
            };
            if let Poll::Ready(Step::End(close)) = step {
                return Ok(Some(close));
            }
            // A stream that always has more must not keep us from reading that the client wants no more.
            let is_unheard = self.is_paused(task) || self.poll_read(task)?.is_pending();
            if step.is_pending() && is_unheard {
                let _ = self.socket.poll_flush(task)?;
                return Ok(None);
            }
        }
        task.waker().wake_by_ref();
        let _ = self.socket.poll_flush(task)?;
        Ok(None)
    }

    /// Takes the call one step further.
    fn poll_call(&mut self, task: &mut task::Context<'_>) -> Poll<Result<Step, Lost>> {
        match &mut self.stage {
            Stage::Waiting | Stage::Over => Poll::Pending,
            Stage::Unary(call) => {
                let result = ready!(call.as_mut().poll(task));
                self.stage = Stage::Over;
                let said = result
                    .map_err(|status| Close::of_status(&status))
                    .and_then(|body| self.fits(body.freeze()));
                Poll::Ready(match said {
                    Ok(message) => self.feed(message).map(|()| Step::End(Close::normal())),
                    Err(close) => Ok(Step::End(close)),
                })
            }
            Stage::Opening(call) => match ready!(call.as_mut().poll(task)) {
                Ok(source) => {
                    self.stage = Stage::Streaming(source);
                    self.poll_call(task)
                }
                Err(status) => self.end(Some(&status)),
            },
            Stage::Streaming(source) => {
                source.as_mut().set_codec(codec(self.kind.unwrap_or(self.asked)));
                match ready!(source.as_mut().poll_fill(task, &mut self.buf, FILL, &mut self.envelope)) {
                    Some(Ok(())) => Poll::Ready(self.feed_items()),
                    Some(Err(status)) => self.end(Some(&status)),
                    None => self.end(None),
                }
            }
        }
    }

    /// Ends a stream at its deadline, though the client takes nothing.
    fn poll_held(&mut self, task: &mut task::Context<'_>) -> Poll<Result<Step, Lost>> {
        let Stage::Streaming(source) = &self.stage else { return Poll::Pending };
        let Some(deadline) = source.deadline() else { return Poll::Pending };
        let timer = self.held.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        ready!(timer.as_mut().poll(task));
        self.end(Some(&Status::deadline_exceeded("the deadline passed while the client read nothing")))
    }

    fn end(&mut self, error: Option<&Status>) -> Poll<Result<Step, Lost>> {
        self.stage = Stage::Over;
        Poll::Ready(Ok(Step::End(error.map_or_else(Close::normal, Close::of_status))))
    }

    fn feed_items(&mut self) -> Result<Step, Lost> {
        // The first message sent fixes the kind.
        self.kind.get_or_insert(self.asked);
        let mut start = 0;
        for end in self.envelope.take_ends() {
            let item = self.buf.split_to(end - std::mem::replace(&mut start, end)).freeze();
            match self.fits(item) {
                Ok(item) => self.feed(item)?,
                Err(close) => {
                    self.stage = Stage::Over;
                    return Ok(Step::End(close));
                }
            }
        }
        Ok(Step::Said)
    }

    fn fits(&self, message: Bytes) -> Result<Bytes, Close> {
        let limit = self.shared.mounted.policy.limits.ws_message_size;
        if message.len() <= limit {
            return Ok(message);
        }
        let status =
            Status::resource_exhausted(format!("the response is larger than {limit} bytes, the limit"));
        Err(Close::of_status(&status))
    }

    fn feed(&mut self, message: Bytes) -> Result<(), Lost> {
        self.socket.feed(self.kind.unwrap_or(self.asked), message)
    }

    fn poll_read(&mut self, task: &mut task::Context<'_>) -> Poll<Result<(), Lost>> {
        Poll::Ready(match ready!(self.socket.poll_message(task))? {
            Received::Text(text) => self.take(Kind::Text, text.into()),
            Received::Binary(bytes) => self.take(Kind::Binary, bytes),
            Received::Close { code, .. } => {
                if let Some(inbox) = self.inbox.as_ref().filter(|_| matches!(code, 1000 | 1005)) {
                    inbox.end();
                }
                Err(Lost::Fault(Close::normal()))
            }
        })
    }

    /// Takes a message of the client: its only request, or one of its items. Later messages are ignored.
    fn take(&mut self, kind: Kind, message: Bytes) -> Result<(), Lost> {
        let too_much = |status| Lost::Fault(Close::of_status(&status));
        let is_end = kind == Kind::Text && message.is_empty();
        if matches!(self.stage, Stage::Waiting) {
            match self.served.method().shape() {
                Shape::Unary | Shape::ServerStream => {
                    self.memory.hold(message.len()).map_err(too_much)?;
                    let codec = codec(kind);
                    self.begin(kind, Input::Encoded(codec, codec.shared_message_of(message)));
                    return Ok(());
                }
                Shape::ClientStream | Shape::Bidi => self.begin_client_stream(kind),
            }
        }
        let Some(inbox) = &self.inbox else { return Ok(()) };
        if is_end {
            inbox.end();
        } else {
            self.kind.get_or_insert(kind);
            let policy = &self.shared.mounted.policy;
            inbox.push(Item::new(codec(kind), &message, policy).map_err(too_much)?);
        }
        Ok(())
    }
}

/// Runs a response to its end and drops it, for the handler's side effects.
async fn exhaust(mut source: BoxOutgoing) -> Result<()> {
    let mut buf = BytesMut::new();
    while let Some(filled) =
        poll_fn(|task| source.as_mut().poll_fill(task, &mut buf, FILL, &mut NoFrame)).await
    {
        filled?;
        buf.clear();
    }
    Ok(())
}
