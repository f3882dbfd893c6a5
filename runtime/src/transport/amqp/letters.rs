//! Dead letters, for the people who look after them: listing them, sending them back, and dropping them.
//!
//! A walk consumes the dead letters of one queue without settling them. What it does not replay or purge goes
//! back when its channel closes. A letter is acknowledged only after the broker has confirmed its copy, so a
//! crash between the two leaves a duplicate under the same message id, and loses nothing.

mod letter;

use super::broker::{Broker, BrokerLink, Delivery, Fault, Publish, Role, Subscribe, Subscription, Verdict};
use super::brokers::open;
use super::publisher::Publisher;
use super::topology::dead_letter_queue;
use super::wire;
use crate::call::status::{Result, Status};
use crate::channel::Endpoint;
use futures_util::StreamExt;
pub use letter::DeadLetter;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// The most letters that a walk holds. RabbitMQ hands out no more than 2,000 of a quorum queue at once.
const HELD: usize = 1_000;
/// The wait for a letter that the queue counted. Somebody else may have taken it.
const PATIENCE: Duration = Duration::from_secs(5);
/// The time for the broker to confirm one letter that is sent back.
const PUBLISHED_WITHIN: Duration = Duration::from_secs(30);

/// The dead letters of one queue.
///
/// A server gives up on a message whose failure no retry can mend, and on one whose retries are used up. It
/// then publishes the message to `<queue>.dlq`, with the reason. Letters stay there for 14 days. `cargo polywire
/// dlq` is this type as a command.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> polywire::Result<()> {
/// use polywire::{Code, DeadLetters};
///
/// let letters = DeadLetters::of("memory:", "books.v1.BookService.ProcessOrder")?;
/// # if letters.list(|_| true).await.is_err() { return Ok(()) } // no server has declared the queue
/// for letter in letters.list(|_| true).await? {
///     println!("{:?}: {} after {} attempts", letter.id(), letter.reason(), letter.attempts());
/// }
/// // The payment provider is back: what failed for it runs again.
/// let replayed = letters
///     .replay(|letter| letter.status().is_some_and(|status| status.code() == Code::Unavailable))
///     .await?;
/// println!("{replayed} of them run again");
/// # Ok(()) }
/// ```
///
/// # Limits
/// One call keeps at most 1,000 letters in its hands: [`list`](Self::list) shows the first 1,000, and
/// [`replay`](Self::replay) and [`purge`](Self::purge) stop at the thousandth letter that they leave. Until the call
/// ends, these letters are hidden from other callers. A broker counts each look as a delivery. RabbitMQ 4.0 to 4.2
/// drop a message of a quorum queue after 20 deliveries, unless a policy sets `delivery-limit` for the `.dlq` queues.
pub struct DeadLetters {
    broker: Arc<dyn Broker>,
    queue: String,
}

impl fmt::Debug for DeadLetters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetters").field("broker", &self.broker).field("queue", &self.queue).finish()
    }
}

impl DeadLetters {
    /// The dead letters of `queue` on a broker: `amqp://`, `amqps://` or `memory:`. `queue` is the queue that is
    /// consumed; the name of its dead letters, with `.dlq` at the end, means the same. It does not connect.
    ///
    /// # Errors
    /// `invalid_argument` when the address does not name a broker.
    pub fn of(broker: impl Into<Endpoint>, queue: impl Into<String>) -> Result<Self> {
        let queue = queue.into();
        let name = queue.strip_suffix(&dead_letter_queue("")).unwrap_or(&queue);
        let (broker, _) = open(&broker.into())?;
        Ok(Self { broker, queue: name.to_owned() })
    }

    /// The wanted letters, in the order of their queue. They stay where they are. A letter that was looked at before may
    /// have another place.
    ///
    /// # Errors
    /// `not_found` when the queue has no dead letter queue. `unavailable` when the broker cannot be reached, or
    /// refuses.
    pub async fn list(&self, wanted: impl Fn(&DeadLetter) -> bool) -> Result<Vec<DeadLetter>> {
        let mut walk = self.walk().await?;
        let mut letters = Vec::new();
        while let Some(delivery) = walk.next().await? {
            letters.push(DeadLetter::of(&delivery));
            walk.keep();
        }
        walk.end().await;
        letters.retain(|letter| wanted(letter));
        Ok(letters)
    }

    /// Sends the wanted letters back to their queue, in the order of the dead letters, and returns their number.
    ///
    /// A letter keeps its message id, and its attempts begin anew. The broker has confirmed each copy before the
    /// letter is gone.
    ///
    /// # Errors
    /// The same as [`list`](Self::list), and `unavailable` when the broker does not confirm a copy within 30 s. Letters
    /// that were sent back before stay sent.
    pub async fn replay(&self, wanted: impl FnMut(&DeadLetter) -> bool) -> Result<usize> {
        let publisher = Publisher::start(Arc::clone(&self.broker), Vec::new());
        self.sweep(wanted, Some(publisher)).await
    }

    /// Drops the wanted letters for good, and returns their number.
    ///
    /// # Errors
    /// The same as [`list`](Self::list).
    pub async fn purge(&self, wanted: impl FnMut(&DeadLetter) -> bool) -> Result<usize> {
        self.sweep(wanted, None).await
    }

    async fn sweep(
        &self,
        mut wanted: impl FnMut(&DeadLetter) -> bool,
        publisher: Option<Publisher>,
    ) -> Result<usize> {
        let mut walk = self.walk().await?;
        let (mut swept, mut failure) = (0, None);
        while let Some(delivery) = walk.next().await? {
            if !wanted(&DeadLetter::of(&delivery)) {
                walk.keep();
                continue;
            }
            if let Some(publisher) = &publisher
                && let Err(why) =
                    publisher.publish_by(self.revived(&delivery), Instant::now() + PUBLISHED_WITHIN).await
            {
                failure = Some(Status::unavailable(format!("the letter stays dead: {why}")));
                break;
            }
            walk.subscription.control.settle(Verdict::Ack { tag: delivery.tag });
            swept += 1;
        }
        walk.end().await;
        failure.map_or(Ok(swept), Err)
    }

    /// The message as it was before it failed, for its queue alone. The exchange would send it to every queue that is
    /// bound there.
    fn revived(&self, letter: &Delivery) -> Publish {
        let mut properties = wire::copy(letter);
        wire::forget_failure(&mut properties.headers);
        Publish {
            exchange: "".into(),
            routing_key: self.queue.clone().into(),
            mandatory: true,
            properties: Box::new(properties),
            body: letter.body.clone(),
        }
    }

    async fn walk(&self) -> Result<Walk> {
        let queue = dead_letter_queue(&self.queue);
        let away = |fault: Fault| Status::unavailable(format!("{}: {fault}", self.broker.address()));
        let link = self.broker.open(Role::Consume).await.map_err(away)?;
        let Some(left) = link.depth(&queue).await.map_err(away)? else {
            link.close().await;
            return Err(Status::not_found(format!(
                "there is no queue `{queue}`: name a queue that a server consumes, such as books.v1.Books.Order"
            )));
        };
        let tag = format!("dead letters {}", super::ids::message_id());
        let prefetch = u16::try_from(HELD).unwrap_or(u16::MAX);
        let subscription =
            link.consume(&Subscribe { queue: queue.into(), tag, prefetch }).await.map_err(away)?;
        Ok(Walk { link, subscription, left, kept: 0 })
    }
}

/// A pass over the letters that were there when it began.
struct Walk {
    link: Arc<dyn BrokerLink>,
    subscription: Subscription,
    left: u64,
    kept: usize,
}

impl Walk {
    /// The next letter. `None` after the last one that was there at the start.
    async fn next(&mut self) -> Result<Option<Delivery>> {
        if self.left == 0 || self.kept == HELD {
            return Ok(None);
        }
        self.left -= 1;
        match timeout(PATIENCE, self.subscription.deliveries.next()).await {
            Ok(Some(Ok(delivery))) => Ok(Some(delivery)),
            Ok(Some(Err(fault))) => Err(Status::unavailable(fault.to_string())),
            Ok(None) | Err(_) => Ok(None),
        }
    }

    /// Leaves the letter where it is.
    fn keep(&mut self) {
        self.kept += 1;
    }

    /// Closes the channel after its verdicts. Letters without one go back to their place.
    async fn end(self) {
        self.subscription.control.close().await;
        self.link.close().await;
    }
}
