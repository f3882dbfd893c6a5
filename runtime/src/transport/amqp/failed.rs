//! Another attempt, or the dead letter, of a task or an event that failed.
//!
//! A retry is a confirmed copy. The failed task is published to a delay level, the copy is confirmed, then the
//! original is acknowledged. A crash in between is a duplicate, never a loss. The levels are fixed, because a
//! message with a time to live of its own waits behind longer ones. A time between two levels is a sum of some: the
//! message comes back, and goes to the next. So does a message whose publisher named a time.
//!
//! A message whose copy the broker does not take goes back to its queue, where it is safe. The broker rejects none,
//! because its own dead letters have no reason.

use super::broker::{Name, PRECONDITION_FAILED, Publish};
use super::dial::ceiling;
use super::foreign::Packet;
use super::ids::{self, jitter};
use super::outcome::{OwnDeadline, Remedy, remedy};
use super::parcel::Vouch;
use super::properties::{Properties, Value};
use super::publisher::Failure;
use super::retry::next_level;
use super::topology::{DEAD_LETTERS, delay};
use super::wire;
use super::work::{Origin, Settlement, Work};
use crate::call::status::Status;
use crate::log::{Quoted, sparsely};
use polywire_codegen::transport::amqp::topology::{LEVELS, Level};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Attempts to publish a copy that the broker does not take, before its message goes back.
const COPY_ATTEMPTS: u32 = 10;

/// The longest reason in a header, in bytes. A failure's message may quote a whole input, and a header has no
/// room for that.
const LONGEST_REASON: usize = 1_024;

/// The reason why a message was not run at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unrun {
    /// The sender's time was over.
    Expired,
    /// The message is a reply. It is no order.
    Reply,
    /// Too many consumers were lost with it.
    Lost,
}

impl Unrun {
    /// The word that begins the reason of the dead letter.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Reply => "reply",
            Self::Lost => "delivery_limit",
        }
    }
}

impl Work {
    /// Handles a failure: publishes the message for another attempt, or as a dead letter.
    pub(crate) async fn remedy(&self, status: &Status, origin: &Origin) -> Settlement {
        let attempt = origin.attempt;
        if origin.packet.as_deref().is_some_and(Packet::is_call) {
            return self.tell_failure(status, origin).await;
        }
        match self.choose(status, origin) {
            Remedy::Retry(wait) => self.retry(status, wait, attempt, origin).await,
            Remedy::DeadLetter => self.give_up(status, origin).await,
        }
    }

    /// Decides what follows a failure.
    pub(crate) fn choose(&self, status: &Status, origin: &Origin) -> Remedy {
        let attempt = origin.attempt;
        let own_deadline = match origin.deadline {
            Some(deadline) if deadline <= Instant::now() => OwnDeadline::Past,
            _ => OwnDeadline::NotPast,
        };
        match self.plan(origin) {
            Some(plan) => remedy(status, attempt, own_deadline, &plan.retry),
            // A message that cannot be read now cannot be read later.
            None => Remedy::DeadLetter,
        }
    }

    /// Publishes the dead letter of a message that failed for good.
    pub(crate) async fn give_up(&self, status: &Status, origin: &Origin) -> Settlement {
        let attempt = origin.attempt;
        sparsely!(warn, queue = %self.queue, attempt, status = %Quoted(status), "failed for good; see the dead letters");
        match self.bury(status, attempt, origin).await {
            settlement @ (Settlement::Handled | Settlement::Reject) => {
                self.meter.dead_letter(origin.unrun == Some(Unrun::Expired));
                if origin.packet.is_some() { self.tell_failure(status, origin).await } else { settlement }
            }
            Settlement::Requeue => Settlement::Requeue,
        }
    }

    async fn retry(&self, status: &Status, wait: Duration, attempt: u32, origin: &Origin) -> Settlement {
        let redelivered = origin.delivery.redelivered;
        sparsely!(info, queue = %self.queue, attempt, redelivered, status = %Quoted(status), delay = ?wait, "failed; trying again");
        match self.send_away(wait, attempt.saturating_add(1), origin).await {
            Ok(settlement) => {
                if matches!(settlement, Settlement::Handled) {
                    self.meter.retry();
                }
                settlement
            }
            Err(why) => {
                sparsely!(error, queue = %self.queue, why = %Quoted(why), "the copy cannot be published; see the dead letters");
                self.bury(status, attempt, origin).await
            }
        }
    }

    /// Publishes the dead letter. A letter that AMQP cannot carry is told without the sender's headers and the
    /// details.
    async fn bury(&self, status: &Status, attempt: u32, origin: &Origin) -> Settlement {
        let whole = match self.publish_copy(|| self.dead_letter(status, attempt, origin)).await {
            Ok(settlement) => return settlement,
            Err(whole) => whole,
        };
        sparsely!(error, queue = %self.queue, why = %Quoted(whole), "the dead letter is too large; shortening it");
        let short = Status::new(status.code(), status.message().to_owned());
        let shortened = || {
            let mut letter = self.dead_letter(&short, attempt, origin);
            letter.properties.headers.retain(|name, _| wire::is_told(name));
            letter
        };
        match self.publish_copy(shortened).await {
            Ok(settlement) => settlement,
            Err(why) => {
                sparsely!(error, queue = %self.queue, why = %Quoted(why), "no dead letter can be published; rejecting the message");
                Settlement::Reject
            }
        }
    }

    /// Publishes a copy of a message. The copy is confirmed before the original is acknowledged, so a crash
    /// in between leaves a duplicate and loses nothing.
    ///
    /// The publisher itself survives lost connections. This loop handles copies that the broker refuses.
    ///
    /// # Errors
    /// The reason why AMQP can never carry the copy.
    pub(super) async fn publish_copy(&self, copy: impl Fn() -> Publish) -> Result<Settlement, String> {
        for failures in 1..=COPY_ATTEMPTS {
            match self.shared.publisher.publish(copy()).await {
                Ok(()) => return Ok(Settlement::Handled),
                Err(Failure::Closed) => return Ok(Settlement::Requeue),
                Err(Failure::Invalid(why)) => return Err(why),
                Err(Failure::Rejected { code: PRECONDITION_FAILED, text }) if self.vouch() == Vouch::Own => {
                    // The broker knows us by another name than our address, for example by one in a token.
                    sparsely!(warn, queue = %self.queue, refusal = %Quoted(text), "the broker refuses a copy with our user id; retries go without one");
                    self.shared.unknown_to_broker.store(true, Ordering::Relaxed);
                }
                Err(
                    why @ (Failure::Returned(_)
                    | Failure::Refused
                    | Failure::Rejected { .. }
                    | Failure::Unsent
                    | Failure::Unknown(_)),
                ) => {
                    sparsely!(warn, queue = %self.queue, why = %Quoted(why), "the copy was not taken");
                    sleep(jitter(ceiling(failures))).await;
                }
            }
        }
        sparsely!(error, queue = %self.queue, "the copy was not taken; the message goes back to its queue");
        Ok(Settlement::Requeue)
    }

    /// Sends a message away that is not due. It comes back to its queue, and counts as the same attempt.
    pub(crate) async fn postpone(&self, wait: Duration, origin: &Origin) -> Settlement {
        match self.send_away(wait, origin.attempt, origin).await {
            Ok(settlement) => settlement,
            Err(why) => {
                let status = Status::internal(format!("it cannot wait for its time: {why}"));
                self.bury(&status, origin.attempt, origin).await
            }
        }
    }

    /// Publishes a copy that comes back after this time.
    async fn send_away(&self, wait: Duration, attempt: u32, origin: &Origin) -> Result<Settlement, String> {
        let (level, left) = next_level(wait).unwrap_or((&LEVELS[0], Duration::ZERO));
        self.declare(level).await;
        self.publish_copy(|| {
            let mut properties = self.copy(origin);
            properties.headers.insert(wire::ATTEMPT.to_owned(), Value::Int(i64::from(attempt)));
            wire::set_wait(&mut properties.headers, wait, left);
            let body = origin.delivery.body.clone();
            Publish {
                exchange: level.name.into(),
                routing_key: self.address(),
                mandatory: true,
                properties,
                body,
            }
        })
        .await
    }

    /// Declares a delay level, once. If that is refused it may be there all the same.
    async fn declare(&self, level: &'static Level) {
        let at = LEVELS.iter().position(|other| other.name == level.name).unwrap_or_default();
        let declare = async || self.shared.publisher.declare(Arc::new(delay(level))).await;
        if let Err(fault) = self.shared.levels[at].get_or_try_init(declare).await {
            sparsely!(warn, queue = %self.queue, level = level.name, fault = %Quoted(fault), "a delay cannot be declared");
        }
    }

    fn dead_letter(&self, status: &Status, attempt: u32, origin: &Origin) -> Publish {
        let mut properties = self.copy(origin);
        let now = i64::try_from(ids::unix_millis()).unwrap_or(i64::MAX);
        let reason = match origin.unrun {
            Some(unrun) => format!("{}: {}", unrun.word(), status.message()),
            None => status.to_string(),
        };
        let headers = &mut properties.headers;
        wire::put_status(headers, Some(&brief(status)));
        headers.insert(wire::ATTEMPT.to_owned(), Value::Int(i64::from(attempt)));
        headers.insert(wire::REASON.to_owned(), Value::from(clip(&reason)));
        headers.insert(wire::FAILED_AT.to_owned(), Value::Int(now));
        let body = origin.delivery.body.clone();
        Publish {
            exchange: DEAD_LETTERS.into(),
            routing_key: self.address(),
            mandatory: true,
            properties,
            body,
        }
    }

    fn copy(&self, origin: &Origin) -> Box<Properties> {
        Box::new(origin.delivery.copy(self.vouch()))
    }

    fn vouch(&self) -> Vouch {
        if self.shared.unknown_to_broker.load(Ordering::Relaxed) { Vouch::Nobody } else { Vouch::Own }
    }

    fn address(&self) -> Name {
        self.queue.to_string().into()
    }
}

fn clip(text: &str) -> &str {
    let end = (0..=text.len().min(LONGEST_REASON)).rev().find(|&at| text.is_char_boundary(at));
    &text[..end.unwrap_or(0)]
}

/// The status with a message that has room in a header.
pub(crate) fn brief(status: &Status) -> Status {
    if status.message().len() <= LONGEST_REASON {
        return status.clone();
    }
    let text = clip(status.message()).to_owned();
    status.details().iter().cloned().fold(Status::new(status.code(), text), Status::with_detail)
}
