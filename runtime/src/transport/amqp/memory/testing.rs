//! A broker in memory for tests: it tells what was published, moves its clock, and fails when it is asked to.

mod foreign;
mod published;

pub use super::faults::Faults;
pub use foreign::ForeignMessage;
pub use published::Published;

use super::MemoryBroker;
use super::faults::OfPublish;
use super::state::{Left, Outcome, delivery};
use crate::call::spec::TypedMethod;
use crate::call::status::{Result, Status};
use crate::transport::amqp::broker::Fault;
use crate::transport::amqp::ids;
use crate::transport::amqp::letters::DeadLetter;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The longest wait for work that never ends.
const DRAINED_WITHIN: Duration = Duration::from_secs(60);
/// The pause between two looks at work that is not done.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// A [broker in memory](MemoryBroker) of a test's own.
///
/// It keeps a note of everything that is published, so a long test takes memory. Its name is free again when it is
/// dropped.
///
/// ```
/// use polywire::testing::TestBroker;
/// use polywire::{Result, Server, Status, service};
///
/// #[service(package = "orders.v1")]
/// pub trait Orders {
///     #[amqp(task, retry(limit = 2, backoff = "1m..5m"))]
///     async fn process(&self, order_id: i64) -> Result<()>;
/// }
///
/// struct Worker;
///
/// impl Orders for Worker {
///     async fn process(&self, order_id: i64) -> Result<()> {
///         if order_id == 7 { Err(Status::unavailable("the warehouse is closed")) } else { Ok(()) }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let broker = TestBroker::new();
/// tokio::spawn(Server::new().service(OrdersServer::new(Worker)).amqp(broker.url()).serve());
/// let orders = OrdersClient::connect(broker.url()).await?;
/// orders.process(7).await?;
/// orders.process(8).await?;
///
/// broker.drained().await?; // two retries, minutes apart: the broker's clock jumps
/// assert_eq!(broker.published(OrdersClient::PROCESS)?, [7, 8]);
/// let letters = broker.dead_letters();
/// assert_eq!((letters.len(), letters[0].attempts()), (1, 3));
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct TestBroker {
    broker: MemoryBroker,
    url: String,
    /// The name, when it is ours alone.
    own: Option<String>,
}

impl Default for TestBroker {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TestBroker {
    fn drop(&mut self) {
        if let Some(name) = &self.own {
            MemoryBroker::forget(name);
        }
    }
}

impl TestBroker {
    /// Makes a broker with a name that no other has.
    #[must_use]
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let name = format!("test-broker-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let mut broker = Self::named(&name);
        broker.own = Some(name);
        broker
    }

    /// The broker of that name, which the program itself names in a URL: `memory:shop` is `shop`. What was published
    /// before is not noted.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let broker = MemoryBroker::named(name);
        broker.shared.change(|state, _| state.record());
        Self { broker, url: format!("memory:{name}"), own: None }
    }

    /// The URL for servers and clients.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The number of messages that wait in a queue, or `None` when there is no such queue.
    #[must_use]
    pub fn depth(&self, queue: &str) -> Option<usize> {
        self.broker.depth(queue)
    }

    /// The broker itself.
    pub fn broker(&self) -> &MemoryBroker {
        &self.broker
    }

    /// The arguments of every message that was published for a method, in order. A retry of a server, and a dead letter,
    /// are no messages of their own. A message whose `type`
    /// property names no method is left out.
    ///
    /// # Errors
    /// `invalid_argument` when one is not such a request.
    pub fn published<A>(&self, method: TypedMethod<A>) -> Result<Vec<A>> {
        let own = |message: &Published| message.method() == Some(method.method().full_name());
        self.messages()
            .iter()
            .filter(|message| own(message))
            .map(|message| message.arguments(method))
            .collect()
    }

    /// Every message that programs published, in order: tasks, events, requests and replies, and those that no queue
    /// took. A retry of a server, and a dead letter, are no messages of their own.
    pub fn messages(&self) -> Vec<Published> {
        let recorded = self.broker.shared.change(|state, _| state.recorded());
        let messages = recorded.iter().map(|message| Published::of(delivery(message)));
        messages.filter(|message| !message.is_copy()).collect()
    }

    /// The dead letters of all queues. They stay where they are.
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        let letters = self.broker.shared.change(|state, now| {
            state.advance(now);
            state.letters()
        });
        letters.iter().map(DeadLetter::of).collect()
    }

    /// Waits until every message is handled, or is a dead letter. When all that is left waits for a time, such as a
    /// retry in an hour, the broker's clock jumps there.
    ///
    /// # Errors
    /// `deadline_exceeded` after 60 s of tokio's time, with the queues that are not empty. A queue that nobody consumes
    /// is one of them.
    pub async fn drained(&self) -> Result<()> {
        let end = Instant::now() + DRAINED_WITHIN;
        loop {
            let left = self.broker.shared.change(|state, now| {
                state.advance(now);
                let left = state.left();
                if let Left::Until(at) = left {
                    state.move_clock(at.saturating_duration_since(now), now);
                }
                left
            });
            match left {
                Left::Nothing => return Ok(()),
                Left::Busy(queues) if end <= Instant::now() => {
                    let text = format!("messages are left after {DRAINED_WITHIN:?}: {queues}");
                    return Err(Status::deadline_exceeded(text));
                }
                Left::Until(_) | Left::Busy(_) => sleep(LOOK_AGAIN).await,
            }
        }
    }

    /// Publishes a message as another program would.
    ///
    /// # Errors
    /// `not_found` when there is no such exchange, or no queue takes it. `unavailable` when the broker refuses it.
    pub fn publish(&self, message: ForeignMessage) -> Result<()> {
        let message = message.publish()?;
        let at = format!("exchange `{}`, routing key `{}`", message.exchange, message.routing_key);
        match self.broker.shared.change(|state, now| state.publish(&message, None, now)) {
            Ok(Outcome::Stored) => Ok(()),
            Ok(Outcome::Unroutable) => Err(Status::not_found(format!("no queue takes it: {at}"))),
            Ok(Outcome::Refused | Outcome::Lost) => Err(Status::unavailable("a fault refused it")),
            Err(Fault::Refused { code: 404, text }) => Err(Status::not_found(text)),
            Err(fault) => Err(Status::invalid_argument(fault.to_string())),
        }
    }

    /// Moves the broker's clock on: delays end, and messages expire. A deadline, which travels as a time of the day, and
    /// what handlers do with tokio's clock are not moved. Time that an `Instant` cannot hold is not moved either.
    pub fn advance(&self, by: Duration) {
        self.broker.shared.change(|state, now| state.move_clock(by, now));
    }

    /// Ends every connection, like a broker that is killed and comes back with its disk. Messages stay. Messages at a
    /// consumer are delivered again.
    pub fn disconnect(&self) {
        self.broker.shared.lose_all();
    }

    /// Sets whether the broker is away. A broker that is away ends every connection and accepts no new one.
    pub fn set_away(&self, away: bool) {
        self.broker.shared.change(|state, _| state.away = away);
        if away {
            self.disconnect();
        }
    }

    /// Sets whether the broker has too little memory. It then reads no publish and no reply. A program that publishes is
    /// told so, as by `connection.blocked` of RabbitMQ. Consumers go on.
    pub fn set_alarm(&self, alarm: bool) {
        self.broker.shared.alarm.send_replace(alarm);
    }

    /// Refuses the next publishes (`basic.nack`), like a broker whose queue is full.
    pub fn refuse_publishes(&self, count: usize) {
        self.broker.shared.change(|state, _| state.faults.add(OfPublish::Refuse, count));
    }

    /// Stores the next publish, but ends its connection before the confirm. So the publisher cannot know.
    pub fn lose_next_confirm(&self) {
        self.broker.shared.change(|state, _| state.faults.add(OfPublish::LoseConfirm, 1));
    }

    /// Fails by chance from now on. `None` ends it.
    pub fn set_faults(&self, faults: impl Into<Option<Faults>>) {
        let faults = faults.into();
        ids::fix_delays(faults.is_some().then_some(0.5));
        self.broker.shared.change(|state, _| state.faults.set_mix(faults));
    }
}
