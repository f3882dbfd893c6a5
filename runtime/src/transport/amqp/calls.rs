//! Calls on the client's side: requests go out, and replies come back on the same channel. The correlation id
//! matches a reply with its request.

use super::broker::{Broker, BrokerLink, Deliveries, Delivery, Fault, Outlet, Publish, Role, Topology};
use super::dial::{Dialer, Events, survived};
use super::health::LinkHealth;
use super::wire;
use crate::log::Quoted;
use bytes::Bytes;
use futures_util::future::poll_fn;
use std::collections::HashMap;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Requests in one write.
const BATCH: usize = 256;
/// Requests that wait to be written. Further callers wait until there is room.
const BACKLOG: usize = 1_024;
/// The time between two checks for returned requests. lapin does not announce them, so we ask.
const RETURNS: Duration = Duration::from_millis(20);

/// The reason why there is no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No queue took the request.
    Returned,
    /// The connection was lost. Nobody knows whether the call ran.
    Lost(String),
}

/// The treatment of a call whose connection is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnLoss {
    /// Sends the call again, since it may run twice.
    Resend,
    Fail,
}

#[derive(Clone)]
pub(crate) struct Calls {
    commands: mpsc::Sender<Command>,
    health: LinkHealth,
    _open: Arc<DropGuard>,
}

/// A channel for the replies of a single call.
pub(crate) struct Line {
    pub(crate) outlet: Box<dyn Outlet>,
    pub(crate) replies: Deliveries,
    /// The connection, which it keeps open.
    pub(crate) link: Arc<dyn BrokerLink>,
}

enum Command {
    Call(Call),
    Declare(Arc<Topology>, oneshot::Sender<Result<(), Fault>>),
    Line(oneshot::Sender<Result<Line, Fault>>),
}

struct Call {
    request: Publish,
    on_loss: OnLoss,
    answer: oneshot::Sender<Result<Delivery, Failure>>,
    is_last: fn(&Delivery) -> bool,
}

/// The calls that wait for a reply on one connection.
#[derive(Default)]
struct Pending {
    calls: HashMap<String, Call>,
    /// The addresses where slow calls can be cancelled.
    controls: HashMap<String, wire::Control>,
    /// Cancels that are not sent yet.
    cancels: Vec<Publish>,
}

impl Calls {
    pub(crate) fn start(broker: Arc<dyn Broker>) -> Self {
        let (commands, receiver) = mpsc::channel(BACKLOG);
        let health = LinkHealth::new();
        let closed = CancellationToken::new();
        let dialer = Dialer::new(broker, Role::Consume, health.clone());
        let task = Task { dialer, commands: receiver, topology: Vec::new(), backlog: Vec::new() };
        let open = Arc::new(closed.clone().drop_guard());
        tokio::spawn(async move { closed.run_until_cancelled_owned(task.run()).await });
        Self { commands, health, _open: open }
    }

    pub(crate) fn health(&self) -> &LinkHealth {
        &self.health
    }

    /// Sends a request, and waits for the reply. The request's correlation id is unique, and is also its
    /// message id. Dropping the future gives the call up.
    pub(crate) async fn call(&self, request: Publish, on_loss: OnLoss) -> Result<Delivery, Failure> {
        self.call_until(request, on_loss, |_| true).await
    }

    /// Makes a call as [`Self::call`] does, and passes over replies that are not the last.
    pub(crate) async fn call_until(
        &self,
        request: Publish,
        on_loss: OnLoss,
        is_last: fn(&Delivery) -> bool,
    ) -> Result<Delivery, Failure> {
        let (answer, reply) = oneshot::channel();
        self.ask(Command::Call(Call { request, on_loss, answer, is_last }), reply, || Err(closed())).await
    }

    pub(crate) async fn declare(&self, topology: Arc<Topology>) -> Result<(), Fault> {
        let (answer, reply) = oneshot::channel();
        self.ask(Command::Declare(topology, answer), reply, || {
            Err(Fault::Lost("the client was closed".into()))
        })
        .await
    }

    pub(crate) async fn line(&self) -> Result<Line, Fault> {
        let (answer, reply) = oneshot::channel();
        self.ask(Command::Line(answer), reply, || Err(Fault::Lost("the client was closed".into()))).await
    }

    async fn ask<T>(&self, command: Command, reply: oneshot::Receiver<T>, closed: impl Fn() -> T) -> T {
        match self.commands.send(command).await {
            Ok(()) => reply.await.unwrap_or_else(|_| closed()),
            Err(_) => closed(),
        }
    }
}

fn closed() -> Failure {
    Failure::Lost("the client was closed".into())
}

struct Task {
    dialer: Dialer,
    commands: mpsc::Receiver<Command>,
    topology: Vec<Arc<Topology>>,
    /// Calls to send again.
    backlog: Vec<Call>,
}

impl Task {
    async fn run(mut self) {
        loop {
            let mut pending = Pending::default();
            let Err(fault) = survived("AMQP caller", self.connected(&mut pending)).await else { return };
            self.dialer.failed(&fault);
            for call in pending.calls.into_values() {
                match call.on_loss {
                    OnLoss::Resend => self.backlog.push(call),
                    // The caller may be gone.
                    OnLoss::Fail => drop(call.answer.send(Err(Failure::Lost(fault.to_string())))),
                }
            }
        }
    }

    async fn connected(&mut self, pending: &mut Pending) -> Result<(), Fault> {
        let link = self.dialer.dial().await;
        self.session(&link, pending).await
    }

    async fn session(&mut self, link: &Arc<dyn BrokerLink>, pending: &mut Pending) -> Result<(), Fault> {
        for topology in &self.topology {
            match link.declare(topology).await {
                Err(fault @ Fault::Lost(_)) => return Err(fault),
                // The calls of other services go on.
                Err(fault) => {
                    tracing::error!(fault = %Quoted(&fault), "the broker refuses a declaration");
                }
                Ok(()) => {}
            }
        }
        let (outlet, replies) = link.caller().await?;
        self.dialer.ready();
        let mut tick = interval(RETURNS);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let commands = self.backlog.drain(..).map(Command::Call).collect();
        let mut session = Session { outlet, replies, pending, events: Events::new(&**link), tick, commands };
        loop {
            self.send(link, &mut session).await?;
            match poll_fn(|cx| self.poll(cx, &mut session)).await? {
                Step::Commands => {}
                Step::Tick => session.pending.tidy(&mut *session.outlet),
                Step::Close => return Ok(()),
            }
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>, session: &mut Session<'_>) -> Poll<Result<Step, Fault>> {
        let Session { replies, pending, events, tick, commands, .. } = session;
        while let Poll::Ready(reply) = replies.as_mut().poll_next(cx) {
            match reply {
                Some(Ok(reply)) => pending.answer(reply),
                Some(Err(fault)) => return Poll::Ready(Err(fault)),
                None => return Poll::Ready(Err(Fault::Lost("the channel for replies was closed".into()))),
            }
        }
        if !pending.cancels.is_empty() {
            return Poll::Ready(Ok(Step::Commands));
        }
        if let Poll::Ready(count) = self.commands.poll_recv_many(cx, commands, BATCH) {
            return Poll::Ready(Ok(if count == 0 { Step::Close } else { Step::Commands }));
        }
        if !pending.calls.is_empty() && tick.poll_tick(cx).is_ready() {
            return Poll::Ready(Ok(Step::Tick));
        }
        while let Poll::Ready(event) = events.poll_next(cx) {
            if let Some(fault) = self.dialer.note(event) {
                return Poll::Ready(Err(fault));
            }
        }
        Poll::Pending
    }

    async fn send(&mut self, link: &Arc<dyn BrokerLink>, session: &mut Session<'_>) -> Result<(), Fault> {
        let Session { outlet, pending, commands, .. } = session;
        let mut batch = std::mem::take(&mut pending.cancels);
        for command in commands.drain(..) {
            match command {
                Command::Call(call) if call.answer.is_closed() => {}
                Command::Call(call) => batch.extend(pending.register(call)),
                Command::Declare(topology, done) => {
                    let answer = link.declare(&topology).await;
                    if answer.is_ok() && !self.topology.contains(&topology) {
                        self.topology.push(topology);
                    }
                    let _ = done.send(answer);
                }
                Command::Line(done) => {
                    let line = link.caller().await;
                    let link = Arc::clone(link);
                    let _ = done.send(line.map(|(outlet, replies)| Line { outlet, replies, link }));
                }
            }
        }
        if batch.is_empty() { Ok(()) } else { outlet.send(&batch).await }
    }
}

/// The work on one connection.
struct Session<'a> {
    outlet: Box<dyn Outlet>,
    replies: Deliveries,
    pending: &'a mut Pending,
    events: Events<'a>,
    tick: Interval,
    commands: Vec<Command>,
}

enum Step {
    Commands,
    Tick,
    Close,
}

impl Pending {
    /// Registers a call, and returns the request to send. It keeps a copy only of a call that may be sent
    /// again.
    fn register(&mut self, mut call: Call) -> Option<Publish> {
        let id = call.request.properties.correlation_id.clone()?;
        let kept = match call.on_loss {
            OnLoss::Resend => call.request.clone(),
            OnLoss::Fail => Publish {
                exchange: "".into(),
                routing_key: "".into(),
                mandatory: false,
                properties: Box::default(),
                body: Bytes::new(),
            },
        };
        let request = std::mem::replace(&mut call.request, kept);
        self.calls.insert(id, call);
        Some(request)
    }

    fn answer(&mut self, reply: Delivery) {
        let Some(id) = reply.properties.correlation_id() else { return };
        if wire::is_acceptance(&reply.properties) {
            let Some(control) = wire::control(&reply.properties) else { return };
            if self.calls.contains_key(id) {
                self.controls.insert(id.to_owned(), control);
            } else {
                self.cancels.push(control.cancel());
            }
            return;
        }
        if self.calls.get(id).is_some_and(|call| !(call.is_last)(&reply)) {
            return;
        }
        self.controls.remove(id);
        // A reply without a waiting caller is dropped.
        if let Some(call) = self.calls.remove(id) {
            let _ = call.answer.send(Ok(reply));
        }
    }

    /// Fails the requests that came back, and cancels the calls whose caller is gone.
    fn tidy(&mut self, outlet: &mut dyn Outlet) {
        for returned in outlet.take_returned() {
            if let Some(call) = self.calls.remove(&returned.message_id) {
                let _ = call.answer.send(Err(Failure::Returned));
            }
        }
        for (id, _) in self.calls.extract_if(|_, call| call.answer.is_closed()) {
            self.cancels.extend(self.controls.remove(&id).map(|control| control.cancel()));
        }
    }
}
