//! Publishing with confirms. One task joins waiting messages into batches, and keeps at most 1,000
//! unconfirmed.
//!
//! `publish` returns `Ok` when a queue has the message. A message that is unconfirmed when its connection is
//! lost is sent again on the next one, under the same message id. In the worst case it arrives twice.

use super::broker::{
    Broker, BrokerLink, Fault, LinkEvent, Outlet, Publish, Returned, Role, Settled, Topology,
};
use super::dial::{Dialer, Events, survived};
use super::health::LinkHealth;
use crate::log::Quoted;
use futures_util::future::poll_fn;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Messages in one write.
const BATCH: usize = 256;
/// Messages without a confirm.
const WINDOW: usize = 1_000;
/// Messages that wait for a place in the window. Further publishers wait until there is room.
const BACKLOG: usize = 1_024;
/// The time without a confirm after which the connection counts as lost.
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(10);

/// The reason why a message was not published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No queue takes the message.
    Returned(String),
    /// The queue is full.
    Refused,
    /// AMQP cannot carry the message.
    Invalid(String),
    /// The publisher was closed.
    Closed,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Returned(reason) => write!(f, "no queue takes the message ({reason})"),
            Self::Refused => f.write_str("the broker refused the message: its queue is full"),
            Self::Invalid(why) => f.write_str(why),
            Self::Closed => f.write_str("the publisher is closed"),
        }
    }
}

/// A handle of a publisher. Clones publish through the same connection, which closes with the last one.
#[derive(Clone)]
pub(crate) struct Publisher {
    commands: mpsc::Sender<Command>,
    health: LinkHealth,
    _open: Arc<DropGuard>,
}

enum Command {
    Publish(Job),
    Declare(Arc<Topology>, oneshot::Sender<Result<(), Fault>>),
}

struct Job {
    message: Publish,
    /// The sender that waits for the outcome. It is taken when the message is settled.
    done: Option<oneshot::Sender<Result<(), Failure>>>,
}

impl Job {
    fn is_wanted(&self) -> bool {
        self.done.as_ref().is_some_and(|done| !done.is_closed())
    }
}

impl Publisher {
    /// Starts the task. It connects when there is something to do, and declares `topology` on each
    /// connection.
    pub(crate) fn start(broker: Arc<dyn Broker>, topology: Vec<Arc<Topology>>) -> Self {
        let (commands, receiver) = mpsc::channel(BACKLOG);
        let health = LinkHealth::new();
        let closed = CancellationToken::new();
        let dialer = Dialer::new(broker, Role::Publish, health.clone());
        let task = Task { dialer, commands: receiver, topology, backlog: VecDeque::new() };
        let open = Arc::new(closed.clone().drop_guard());
        tokio::spawn(async move { closed.run_until_cancelled_owned(task.run()).await });
        Self { commands, health, _open: open }
    }

    pub(crate) fn health(&self) -> &LinkHealth {
        &self.health
    }

    /// Publishes a message. Returns when a queue has it, or when certainly none has it. Until then it keeps
    /// trying. A caller that cannot wait longer drops the future.
    pub(crate) async fn publish(&self, message: Publish) -> Result<(), Failure> {
        message.check().map_err(|fault| Failure::Invalid(fault.to_string()))?;
        let (done, answer) = oneshot::channel();
        let command = Command::Publish(Job { message, done: Some(done) });
        match self.commands.try_reserve() {
            Ok(place) => place.send(command),
            // Boxed, because this future would double the size of the quick path.
            Err(_) => Box::pin(self.command(command)).await?,
        }
        answer.await.unwrap_or(Err(Failure::Closed))
    }

    /// Declares `topology` now, and on every later connection.
    pub(crate) async fn declare(&self, topology: Arc<Topology>) -> Result<(), Fault> {
        let (done, answer) = oneshot::channel();
        let closed = || Fault::Lost(Failure::Closed.to_string());
        self.command(Command::Declare(topology, done)).await.map_err(|_| closed())?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    async fn command(&self, command: Command) -> Result<(), Failure> {
        self.commands.send(command).await.map_err(|_| Failure::Closed)
    }
}

struct Task {
    dialer: Dialer,
    commands: mpsc::Receiver<Command>,
    topology: Vec<Arc<Topology>>,
    /// Messages that were sent on an earlier connection and never confirmed.
    backlog: VecDeque<Job>,
}

impl Task {
    async fn run(mut self) {
        loop {
            let mut window = Window::new();
            let Err(fault) = survived("AMQP publisher", self.connected(&mut window)).await else { return };
            window.unsettled().rev().for_each(|job| self.backlog.push_front(job));
            self.dialer.failed(&fault);
        }
    }

    async fn connected(&mut self, window: &mut Window) -> Result<(), Fault> {
        let link = self.dialer.dial().await;
        self.session(&*link, window).await
    }

    /// Works until the connection is lost, or until nobody holds the publisher any more.
    async fn session(&mut self, link: &dyn BrokerLink, window: &mut Window) -> Result<(), Fault> {
        for topology in &self.topology {
            declare(link, topology).await?;
        }
        let outlet = link.confirmed().await?;
        self.dialer.ready();
        let mut session =
            Session { outlet, window, watch: Watch::new(link), news: Vec::new(), commands: Vec::new() };
        loop {
            match poll_fn(|cx| self.poll(cx, &mut session)).await? {
                Step::Settle => session.window.settle(&mut session.news),
                Step::Send => self.send(link, &mut session).await?,
                Step::Close => return Ok(()),
            }
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>, session: &mut Session<'_>) -> Poll<Result<Step, Fault>> {
        let Session { outlet, window, watch, news, commands } = session;
        if let Poll::Ready(settled) = outlet.poll_settled(cx, news) {
            return Poll::Ready(settled.map(|()| Step::Settle));
        }
        let room = (WINDOW - window.jobs.len()).min(BATCH);
        if room > 0 {
            let again = self.backlog.drain(..room.min(self.backlog.len()));
            commands.extend(again.map(Command::Publish));
            if !commands.is_empty() {
                return Poll::Ready(Ok(Step::Send));
            }
            if let Poll::Ready(count) = self.commands.poll_recv_many(cx, commands, room) {
                return Poll::Ready(Ok(if count == 0 { Step::Close } else { Step::Send }));
            }
        }
        watch.poll(cx, window, &self.dialer).map(Err)
    }

    /// Sends everything in `commands`, in order. Every message that was sent is in the window afterwards,
    /// even after an error.
    async fn send(&mut self, link: &dyn BrokerLink, session: &mut Session<'_>) -> Result<(), Fault> {
        let Session { outlet, window, commands, .. } = session;
        let mut batch = Batch::default();
        let mut waiting = commands.drain(..);
        while let Some(command) = waiting.next() {
            let fault = match command {
                // Nobody waits for it any more.
                Command::Publish(job) if !job.is_wanted() => None,
                Command::Publish(job) => {
                    batch.add(job);
                    None
                }
                Command::Declare(topology, done) => {
                    let sent = batch.send(&mut **outlet, window).await;
                    match sent {
                        Ok(()) => declare_more(link, &mut self.topology, topology, done).await.err(),
                        Err(fault) => Some(fault),
                    }
                }
            };
            if let Some(fault) = fault {
                // Messages that were not sent yet are kept for the next connection.
                let jobs = waiting.filter_map(|command| match command {
                    Command::Publish(job) => Some(job),
                    Command::Declare(..) => None,
                });
                self.backlog.extend(jobs);
                return Err(fault);
            }
        }
        batch.send(&mut **outlet, window).await
    }
}

/// Declares on a new connection. A refused declaration is only logged, because not every publisher needs it.
async fn declare(link: &dyn BrokerLink, topology: &Topology) -> Result<(), Fault> {
    match link.declare(topology).await {
        Err(fault @ Fault::Lost(_)) => Err(fault),
        Err(fault) => {
            tracing::error!(fault = %Quoted(fault), "the broker refuses a declaration");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

async fn declare_more(
    link: &dyn BrokerLink,
    known: &mut Vec<Arc<Topology>>,
    topology: Arc<Topology>,
    done: oneshot::Sender<Result<(), Fault>>,
) -> Result<(), Fault> {
    let answer = link.declare(&topology).await;
    let lost = answer.clone().err().filter(|fault| matches!(fault, Fault::Lost(_)));
    if answer.is_ok() && !known.contains(&topology) {
        known.push(topology);
    }
    // The asker may be gone.
    let _ = done.send(answer);
    lost.map_or(Ok(()), Err)
}

/// The work on one connection.
struct Session<'a> {
    outlet: Box<dyn Outlet>,
    window: &'a mut Window,
    watch: Watch<'a>,
    news: Vec<Settled>,
    commands: Vec<Command>,
}

enum Step {
    Settle,
    Send,
    Close,
}

/// A batch to be sent: messages, and their waiting senders in the same order.
#[derive(Default)]
struct Batch {
    messages: Vec<Publish>,
    waiting: Vec<Option<oneshot::Sender<Result<(), Failure>>>>,
}

impl Batch {
    fn add(&mut self, job: Job) {
        self.messages.push(job.message);
        self.waiting.push(job.done);
    }

    async fn send(&mut self, outlet: &mut dyn Outlet, window: &mut Window) -> Result<(), Fault> {
        if self.messages.is_empty() {
            return Ok(());
        }
        let sent = tokio::time::timeout(CONFIRM_TIMEOUT, outlet.send(&self.messages)).await;
        let jobs = self.messages.drain(..).zip(self.waiting.drain(..));
        window.push(jobs.map(|(message, done)| Job { message, done }));
        sent.unwrap_or_else(|_| Err(Fault::Lost("nothing could be written for 10 s".into())))
    }
}

struct Sent {
    job: Job,
    at: Instant,
}

impl Sent {
    fn is_settled(&self) -> bool {
        self.job.done.is_none()
    }
}

/// The messages that were sent on this connection and are not confirmed, by position.
struct Window {
    jobs: VecDeque<Sent>,
    /// The position of the first one.
    first: u64,
    returned: Vec<Returned>,
}

impl Window {
    fn new() -> Self {
        Self { jobs: VecDeque::new(), first: 1, returned: Vec::new() }
    }

    fn push(&mut self, jobs: impl Iterator<Item = Job>) {
        let at = Instant::now();
        self.jobs.extend(jobs.map(|job| Sent { job, at }));
    }

    fn settle(&mut self, news: &mut Vec<Settled>) {
        for settled in news.drain(..) {
            match settled {
                Settled::Returned(returned) => self.returned.push(returned),
                Settled::Acked(position) => self.finish(position, true),
                Settled::Nacked(position) => self.finish(position, false),
            }
        }
        while self.jobs.front().is_some_and(Sent::is_settled) {
            self.jobs.pop_front();
            self.first += 1;
        }
        if self.jobs.is_empty() {
            // Only a message without an id can leave an entry behind.
            self.returned.clear();
        }
    }

    fn finish(&mut self, position: u64, acked: bool) {
        let Some(at) = position.checked_sub(self.first).and_then(|at| usize::try_from(at).ok()) else {
            return;
        };
        let Some(sent) = self.jobs.get_mut(at) else { return };
        let back = self.returned.iter().position(|returned| is(returned, &sent.job.message));
        let result = match back {
            Some(at) => Err(Failure::Returned(self.returned.swap_remove(at).reason)),
            None if acked => Ok(()),
            None => Err(Failure::Refused),
        };
        if let Some(done) = sent.job.done.take() {
            // The sender may be gone.
            let _ = done.send(result);
        }
    }

    /// The messages to send again on the next connection.
    fn unsettled(self) -> impl DoubleEndedIterator<Item = Job> {
        self.jobs.into_iter().filter(|sent| !sent.is_settled()).map(|sent| sent.job)
    }

    fn overdue(&self) -> bool {
        self.jobs.front().is_some_and(|sent| sent.at.elapsed() >= CONFIRM_TIMEOUT)
    }
}

fn is(returned: &Returned, message: &Publish) -> bool {
    message.properties.message_id.as_deref() == Some(&returned.message_id)
        && message.exchange == returned.exchange
        && message.routing_key == returned.routing_key
}

/// Notices that the connection is lost, or that it does nothing.
struct Watch<'a> {
    events: Events<'a>,
    tick: Interval,
    blocked: bool,
}

impl<'a> Watch<'a> {
    fn new(link: &'a dyn BrokerLink) -> Self {
        let mut tick = interval(Duration::from_secs(1));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { events: Events::new(link), tick, blocked: false }
    }

    /// Waits for a fault that makes the connection useless.
    fn poll(&mut self, cx: &mut Context<'_>, window: &Window, dialer: &Dialer) -> Poll<Fault> {
        while let Poll::Ready(event) = self.events.poll_next(cx) {
            self.blocked = matches!(event, LinkEvent::Blocked(_));
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
}
