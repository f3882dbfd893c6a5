//! Publishing with confirms. One task joins waiting messages into batches, and keeps at most 1,000
//! unconfirmed.
//!
//! `publish` returns `Ok` when a queue has the message. A message that is unconfirmed when its connection is
//! lost is sent again on the next one, under the same message id. In the worst case it arrives twice.
//!
//! One message never holds up the others: a message that the broker answers by closing the channel is found and
//! failed alone (`task`), and one that a queue does not take for the moment waits aside.

mod job;
mod task;

use super::broker::{Broker, Fault, Publish, Role, Topology};
use super::dial::Dialer;
use super::health::LinkHealth;
use crate::waist::queue_stats::Confirms;
use job::{Job, Progress};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use task::Task;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Messages that wait for a place in the window. Further publishers wait until there is room.
const BACKLOG: usize = 1_024;
/// The time during which a message that the broker refuses is sent again. Choosing a new leader of a queue takes
/// some seconds.
const REFUSED_FOR: Duration = Duration::from_secs(5);

/// The reason why a message was not published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No queue takes the message.
    Returned(String),
    /// The broker could not store the message, for as long as it was tried.
    Refused,
    /// The broker closes the channel when it gets this message, or refuses what the message needs. The code is
    /// AMQP's.
    Rejected { code: u16, text: String },
    /// AMQP cannot carry the message.
    Invalid(String),
    /// The time was over before the message was sent. No queue has it.
    Unsent,
    /// The message was sent, and the answer is missing. A queue may have it.
    Unknown(String),
    /// The publisher was closed.
    Closed,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Returned(reason) => write!(f, "no queue takes the message ({reason})"),
            Self::Refused => write!(
                f,
                "the broker could not take the message for {REFUSED_FOR:?}: a queue is full, or none of its replicas leads"
            ),
            Self::Rejected { code, text } => write!(f, "the broker refuses the message: {code} {text}"),
            Self::Invalid(why) => f.write_str(why),
            Self::Unsent => f.write_str("the time was over before the message was sent"),
            Self::Unknown(why) => write!(f, "whether a queue has the message is not known: {why}"),
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

impl Publisher {
    /// Starts the task. It connects when there is something to do, and declares `topology` on each
    /// connection.
    pub(crate) fn start(broker: Arc<dyn Broker>, topology: Vec<Arc<Topology>>) -> Self {
        Self::measured(broker, topology, Arc::default())
    }

    /// Starts the task, and notes how long confirms take.
    pub(crate) fn measured(
        broker: Arc<dyn Broker>,
        topology: Vec<Arc<Topology>>,
        confirms: Arc<Confirms>,
    ) -> Self {
        let (commands, receiver) = mpsc::channel(BACKLOG);
        let health = LinkHealth::new();
        let closed = CancellationToken::new();
        let dialer = Dialer::new(broker, Role::Publish, health.clone());
        let task = Task::new(dialer, receiver, topology, confirms);
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
        self.deliver(message, &Arc::default()).await
    }

    /// Publishes a message, and gives up at `deadline`. It then says whether the message was sent.
    pub(crate) async fn publish_by(&self, message: Publish, deadline: Instant) -> Result<(), Failure> {
        let progress = Arc::<Progress>::default();
        match timeout_at(deadline, self.deliver(message, &progress)).await {
            Ok(result) => result,
            Err(_) if progress.give_up() => {
                Err(Failure::Unknown("the deadline passed before the broker answered".into()))
            }
            Err(_) => Err(Failure::Unsent),
        }
    }

    async fn deliver(&self, message: Publish, progress: &Arc<Progress>) -> Result<(), Failure> {
        message.check().map_err(|fault| Failure::Invalid(fault.to_string()))?;
        let (done, answer) = oneshot::channel();
        let command = Command::Publish(Job::new(message, done, Arc::clone(progress)));
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
