//! The publisher's task: connections, channels, and what is sent next.
//!
//! RabbitMQ answers a message to a missing exchange, or one that its user may not send, by closing the channel. It
//! does not say which message that was. So everything is declared again, a new channel is opened on the same
//! connection, and the messages without an answer are sent one by one. The message whose channel ends once more
//! is the one, and fails. From then on messages to its exchange go alone.

use super::super::broker::{BrokerLink, Fault, LinkEvent, Name, Outlet, Publish, Settled, Topology};
use super::super::dial::{Dialer, Events, survived};
use super::job::{Again, CONFIRM_TIMEOUT, Job, Ticket, Window};
use super::{Command, Failure};
use crate::log::{Quoted, sparsely};
use crate::waist::queue_stats::Confirms;
use futures_util::future::poll_fn;
use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, Interval, MissedTickBehavior, Sleep, interval, sleep_until};

/// Messages in one write.
const BATCH: usize = 256;
/// Messages without a confirm.
const WINDOW: usize = 1_000;
/// The shortest time between two repairs of the topology.
const REPAIR_EVERY: Duration = Duration::from_secs(1);
/// The time for which messages to an exchange go alone, after one of them cost a channel.
const SHUNNED_FOR: Duration = Duration::from_secs(60);

/// The broker's answer to a declaration.
type Declared = Result<(), Fault>;
/// A declaration, and who waits for it.
type Declaration = (Arc<Topology>, oneshot::Sender<Declared>);

pub(super) struct Task {
    dialer: Dialer,
    commands: mpsc::Receiver<Command>,
    topology: Vec<Arc<Topology>>,
    /// The time that confirms take, for metrics.
    confirms: Arc<Confirms>,
    /// Declarations that the broker refuses, with its answer.
    refusals: Vec<(Arc<Topology>, Fault)>,
    /// The time of the last declaration.
    declared: Instant,
    /// Messages to send again, before any new ones.
    backlog: VecDeque<Job>,
    /// Messages of which one may cost a channel. They go one by one.
    suspects: VecDeque<Job>,
    again: Again,
    /// Declarations that somebody waits for, and that the end of a channel interrupted.
    declarations: Vec<Declaration>,
    /// Exchanges whose messages go alone, until when.
    shunned: Vec<(Name, Instant)>,
}

impl Task {
    pub(super) fn new(
        dialer: Dialer,
        commands: mpsc::Receiver<Command>,
        topology: Vec<Arc<Topology>>,
        confirms: Arc<Confirms>,
    ) -> Self {
        Self {
            dialer,
            commands,
            topology,
            confirms,
            refusals: Vec::new(),
            declared: Instant::now(),
            backlog: VecDeque::new(),
            suspects: VecDeque::new(),
            again: Again::default(),
            declarations: Vec::new(),
            shunned: Vec::new(),
        }
    }

    pub(super) async fn run(mut self) {
        loop {
            let mut window = Window::new(Arc::clone(&self.confirms));
            let Err(fault) = survived("AMQP publisher", self.connected(&mut window)).await else { return };
            window.take_unsettled().rev().for_each(|job| self.backlog.push_front(job));
            self.dialer.failed(&fault);
        }
    }

    /// Works until the connection is lost, or until nobody holds the publisher any more. One channel follows
    /// another.
    async fn connected(&mut self, window: &mut Window) -> Result<(), Fault> {
        let link = self.dialer.dial().await;
        let mut watch = Watch::new(&*link);
        let mut outlet = self.open(&*link).await?;
        self.dialer.ready();
        loop {
            let session = Session {
                link: &*link,
                outlet,
                window,
                watch: &mut watch,
                news: Vec::new(),
                commands: Vec::new(),
            };
            let End::Channel(fault) = self.session(session).await? else { return Ok(()) };
            // A channel that ended together with its connection has no successor, and nobody is to blame.
            outlet = self.open(&*link).await?;
            self.isolate(window, fault);
        }
    }

    /// Declares everything, and opens a channel.
    async fn open(&mut self, link: &dyn BrokerLink) -> Result<Box<dyn Outlet>, Fault> {
        self.declare_all(link).await?;
        while let Some((topology, done)) = self.declarations.pop() {
            self.declare_more(link, topology, done).await?;
        }
        link.confirmed().await
    }

    async fn session(&mut self, mut session: Session<'_, '_>) -> Result<End, Fault> {
        loop {
            match poll_fn(|cx| self.poll(cx, &mut session)).await? {
                Step::Settle => {
                    session.window.settle(&mut session.news, &mut self.again);
                    self.repair(session.link).await?;
                }
                Step::Send => {
                    if let Err(End::Channel(fault)) = self.send(&mut session).await? {
                        return Ok(End::Channel(fault));
                    }
                }
                Step::End(end) => return Ok(end),
            }
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>, session: &mut Session<'_, '_>) -> Poll<Result<Step, Fault>> {
        let Session { outlet, window, watch, news, commands, .. } = session;
        if let Poll::Ready(settled) = outlet.poll_settled(cx, news) {
            return Poll::Ready(Ok(match settled {
                Ok(()) => Step::Settle,
                Err(fault) => Step::End(End::Channel(fault)),
            }));
        }
        if !watch.blocked
            && let Poll::Ready(step) = self.next(cx, window, watch, commands)
        {
            return Poll::Ready(Ok(step));
        }
        watch.poll(cx, window, &self.dialer).map(Err)
    }

    /// Takes what is sent next.
    fn next(
        &mut self,
        cx: &mut Context<'_>,
        window: &Window,
        watch: &mut Watch<'_>,
        commands: &mut Vec<Command>,
    ) -> Poll<Step> {
        if !self.suspects.is_empty() {
            if window.len() > 0 {
                return Poll::Pending;
            }
            commands.extend(self.suspects.pop_front().map(Command::Publish));
            return Poll::Ready(Step::Send);
        }
        let room = (WINDOW - window.len().min(WINDOW)).min(BATCH);
        if room == 0 {
            return Poll::Pending;
        }
        self.wake_rested(cx, watch);
        let again = self.backlog.drain(..room.min(self.backlog.len()));
        commands.extend(again.map(Command::Publish));
        if !commands.is_empty() {
            return Poll::Ready(Step::Send);
        }
        let received = self.commands.poll_recv_many(cx, commands, room);
        received.map(|count| if count == 0 { Step::End(End::Closed) } else { Step::Send })
    }

    /// Moves the refused messages whose rest is over to the backlog.
    fn wake_rested(&mut self, cx: &mut Context<'_>, watch: &mut Watch<'_>) {
        while let Some((until, _)) = self.again.resting.front() {
            if !watch.reached(*until, cx) {
                return;
            }
            self.backlog.extend(self.again.resting.pop_front().map(|(_, job)| job));
        }
    }

    /// Sends everything in `commands`, in order. Every message that was sent is in the window afterwards,
    /// even after an error.
    async fn send(&mut self, session: &mut Session<'_, '_>) -> Result<Result<(), End>, Fault> {
        let mut commands = std::mem::take(&mut session.commands);
        let mut batch = Batch::default();
        let mut waiting = commands.drain(..);
        while let Some(command) = waiting.next() {
            let sent = match command {
                Command::Publish(job) => {
                    batch.extend(self.admit(job));
                    continue;
                }
                Command::Declare(topology, done) => match batch.send(session).await {
                    Ok(()) => Ok(self.declare_more(session.link, topology, done).await),
                    Err(end) => {
                        self.declarations.push((topology, done));
                        Err(end)
                    }
                },
            };
            if !matches!(sent, Ok(Ok(()))) {
                // What was not sent yet is kept.
                for command in waiting {
                    match command {
                        Command::Publish(job) => self.backlog.push_back(job),
                        Command::Declare(topology, done) => self.declarations.push((topology, done)),
                    }
                }
                return match sent {
                    Ok(declared) => declared.map(Ok),
                    Err(end) => Ok(Err(end)),
                };
            }
        }
        drop(waiting);
        let sent = batch.send(session).await;
        session.commands = commands;
        Ok(sent)
    }

    /// Decides whether a message may go with the others. One that may not is failed, or goes alone later.
    fn admit(&mut self, job: Job) -> Option<Job> {
        if !self.refusals.is_empty()
            && let Some((_, fault)) =
                self.refusals.iter().find(|(topology, _)| concerns(topology, &job.message))
        {
            let failure = rejected(fault);
            job.fail(failure);
            return None;
        }
        if !self.shunned.is_empty() && !job.ticket.past.alone {
            let now = Instant::now();
            self.shunned.retain(|(_, until)| *until > now);
            if self.shunned.iter().any(|(exchange, _)| *exchange == job.message.exchange) {
                self.suspect(job);
                return None;
            }
        }
        Some(job)
    }

    fn suspect(&mut self, mut job: Job) {
        job.ticket.past.alone = true;
        self.suspects.push_back(job);
    }

    /// Finds the message that cost a channel: the only one on it. If there were several, each goes alone.
    fn isolate(&mut self, window: &mut Window, fault: Fault) {
        let mut jobs: Vec<Job> = window.take_unsettled().collect();
        if jobs.len() == 1
            && let Some(job) = jobs.pop_if(|job| job.ticket.past.alone)
        {
            sparsely!(warn, exchange = %Quoted(&job.message.exchange), fault = %Quoted(&fault), "the broker closed the channel over a message");
            self.shunned.push((job.message.exchange.clone(), Instant::now() + SHUNNED_FOR));
            job.fail(rejected(&fault));
            return;
        }
        jobs.into_iter().for_each(|job| self.suspect(job));
    }

    /// Declares again, when messages came back that our own declarations give a queue, and sends them again.
    /// Others fail.
    async fn repair(&mut self, link: &dyn BrokerLink) -> Result<(), Fault> {
        if self.again.returned.is_empty() {
            return Ok(());
        }
        let mut repairable = false;
        let mut jobs = Vec::new();
        for (job, reason) in std::mem::take(&mut self.again.returned) {
            if self.topology.iter().any(|topology| concerns(topology, &job.message)) {
                repairable = true;
                jobs.push(job);
            } else {
                job.fail(Failure::Returned(reason));
            }
        }
        self.backlog.extend(jobs);
        if repairable && self.declared.elapsed() >= REPAIR_EVERY {
            self.declare_all(link).await?;
        }
        Ok(())
    }

    /// Declares everything. A refusal fails the messages that need the declaration, and nothing else.
    async fn declare_all(&mut self, link: &dyn BrokerLink) -> Result<(), Fault> {
        self.refusals.clear();
        for topology in &self.topology {
            match link.declare(topology).await {
                Ok(()) => {}
                Err(fault @ Fault::Lost(_)) => return Err(fault),
                Err(fault) => {
                    tracing::error!(fault = %Quoted(&fault), "the broker refuses a declaration");
                    self.refusals.push((Arc::clone(topology), fault));
                }
            }
        }
        self.declared = Instant::now();
        Ok(())
    }

    async fn declare_more(
        &mut self,
        link: &dyn BrokerLink,
        topology: Arc<Topology>,
        done: oneshot::Sender<Declared>,
    ) -> Result<(), Fault> {
        if done.is_closed() {
            return Ok(());
        }
        let answer = link.declare(&topology).await;
        if let Err(fault @ Fault::Lost(_)) = answer {
            self.declarations.push((topology, done));
            return Err(fault);
        }
        if answer.is_ok() && !self.topology.contains(&topology) {
            self.topology.push(topology);
        }
        // The asker may be gone.
        let _ = done.send(answer);
        Ok(())
    }
}

/// Whether a message goes where this topology leads.
fn concerns(topology: &Topology, message: &Publish) -> bool {
    if message.exchange.is_empty() {
        return topology.queues.iter().any(|queue| queue.name == message.routing_key);
    }
    topology.exchanges.iter().any(|exchange| exchange.name == message.exchange)
}

fn rejected(fault: &Fault) -> Failure {
    match fault {
        Fault::Refused { code, text } => Failure::Rejected { code: *code, text: text.clone() },
        Fault::Lost(text) | Fault::Invalid(text) => Failure::Rejected { code: 0, text: text.clone() },
    }
}

/// The work on one channel.
struct Session<'s, 'l> {
    link: &'l dyn BrokerLink,
    outlet: Box<dyn Outlet>,
    window: &'s mut Window,
    watch: &'s mut Watch<'l>,
    news: Vec<Settled>,
    commands: Vec<Command>,
}

enum Step {
    Settle,
    Send,
    End(End),
}

/// The end of a channel.
enum End {
    /// The end of the publisher, because nobody holds it any more.
    Closed,
    /// The channel is gone, and perhaps its connection.
    Channel(Fault),
}

/// A batch to be sent: messages, and their tickets in the same order.
#[derive(Default)]
struct Batch {
    messages: Vec<Publish>,
    tickets: Vec<Ticket>,
}

impl Batch {
    /// Adds a message, unless nobody waits for it any more.
    fn extend(&mut self, job: Option<Job>) {
        if let Some(job) = job.filter(Job::begin) {
            self.messages.push(job.message);
            self.tickets.push(job.ticket);
        }
    }

    async fn send(&mut self, session: &mut Session<'_, '_>) -> Result<(), End> {
        if self.messages.is_empty() {
            return Ok(());
        }
        let sent = tokio::time::timeout(CONFIRM_TIMEOUT, session.outlet.send(&self.messages)).await;
        let jobs = self.messages.drain(..).zip(self.tickets.drain(..));
        session.window.push(jobs.map(|(message, ticket)| Job { message, ticket }));
        match sent {
            Ok(sent) => sent.map_err(End::Channel),
            Err(_) => Err(End::Channel(Fault::Lost("nothing could be written for 10 s".into()))),
        }
    }
}

/// Notices that the connection is lost, or that it does nothing.
struct Watch<'l> {
    events: Events<'l>,
    tick: Interval,
    blocked: bool,
    /// The end of the first rest.
    rest: Option<std::pin::Pin<Box<Sleep>>>,
}

impl<'l> Watch<'l> {
    fn new(link: &'l dyn BrokerLink) -> Self {
        let mut tick = interval(Duration::from_secs(1));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { events: Events::new(link), tick, blocked: false, rest: None }
    }

    /// Waits for a fault that makes the connection useless.
    fn poll(&mut self, cx: &mut Context<'_>, window: &Window, dialer: &Dialer) -> Poll<Fault> {
        while let Poll::Ready(event) = self.events.poll_next(cx) {
            self.blocked = matches!(event, LinkEvent::Blocked(_));
            if !self.blocked {
                // What waited may go now.
                cx.waker().wake_by_ref();
            }
            if let Some(fault) = dialer.note(event) {
                return Poll::Ready(fault);
            }
        }
        while self.tick.poll_tick(cx).is_ready() {
            if window.overdue() && !self.blocked {
                return Poll::Ready(Fault::Lost("no confirm within 10 s".into()));
            }
        }
        Poll::Pending
    }

    /// Whether a time has come. If not, the task is woken then.
    fn reached(&mut self, until: Instant, cx: &mut Context<'_>) -> bool {
        if until <= Instant::now() {
            return true;
        }
        let timer = self.rest.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if timer.deadline() != until {
            timer.as_mut().reset(until);
        }
        timer.as_mut().poll(cx).is_ready()
    }
}
