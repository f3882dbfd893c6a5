//! Several messages in one call of their handler.
//!
//! Each message is read alone, so one that cannot be read is a dead letter and harms no other. The rest are one request
//! with the items of all. If it fails, each message is tried again by its own count. Before one becomes a dead letter
//! for that, it runs alone: no message dies of another's fault.

use super::admission::Room;
use super::broker::Delivery;
use super::load;
use super::outcome::Remedy;
use super::prepare::{Prepared, Unstarted};
use super::work::{Begun, Origin, Settlement, Work};
use crate::call::budget::Reservation;
use crate::call::context::{Context, Inner};
use crate::call::input::{Codec, Input, Reply};
use crate::call::metadata::Metadata;
use crate::call::policy::Place;
use crate::call::status::{Result, Status};
use crate::waist::handler::Call;
use bytes::{Bytes, BytesMut};
use futures_util::future::join_all;
use std::sync::{Arc, Mutex};
use tokio::time::Instant;

/// The messages of a batch, with the place of its call.
pub(crate) struct Messages {
    pub(crate) deliveries: Vec<(Delivery, Reservation)>,
    pub(crate) place: Option<Place>,
}

/// A message of a batch that could be read.
struct Part {
    at: usize,
    cx: Context,
    /// The message as protobuf.
    body: Bytes,
    origin: Origin,
}

/// The state of a message after the call of its batch.
enum Fate {
    Settled(Settlement),
    /// The message runs alone before it may become a dead letter.
    Suspected(Part),
}

impl Work {
    /// Runs a batch. Returns the verdicts in the order of the messages.
    pub(crate) async fn run_batch(&self, messages: Messages) -> Vec<Settlement> {
        let Messages { deliveries, place } = messages;
        let read = deliveries.into_iter().map(|(delivery, memory)| self.read_part(delivery, memory));
        let read = read.collect::<Vec<_>>();
        let (attempt, common) = common(read.iter().flatten());
        let first = read.iter().flatten().next().map(|part| part.at);
        let joined = self.joined(read.iter().flatten(), attempt, common, place);
        let result = match (first, joined) {
            (Some(at), Some((cx, input))) => self.call_joined(at, cx, input).await,
            (None, _) | (_, None) => Ok(()),
        };
        let count = read.iter().flatten().count();
        let fates = join_all(read.into_iter().map(|part| self.fate(part, &result, count))).await;
        let mut verdicts = Vec::with_capacity(fates.len());
        for fate in fates {
            verdicts.push(match fate {
                Fate::Settled(settlement) => settlement,
                Fate::Suspected(part) => self.run_alone(part).await,
            });
        }
        verdicts
    }

    /// Reads a message. One that cannot be run is left as its failure.
    fn read_part(
        &self,
        delivery: Delivery,
        memory: Reservation,
    ) -> std::result::Result<Part, Box<Unstarted>> {
        let attempt = self.attempt(&delivery);
        let parcel = self.parcel(delivery);
        let Prepared { at, cx, input, origin } =
            self.prepare(parcel, attempt, Some(Room { place: None, memory }))?;
        let joined = match self.methods[at].route.join {
            Some(join) => join(&cx, &input),
            None => Err(Status::internal("the method takes no batches")),
        };
        match joined {
            Ok(body) => Ok(Part { at, cx, body: body.freeze(), origin }),
            Err(status) => {
                self.tell_refused(&status, &origin);
                Err(Box::new(Unstarted::Failed(status, origin)))
            }
        }
    }

    /// The call with the items of all messages. `None` when none could be read.
    fn joined<'a>(
        &self,
        parts: impl Iterator<Item = &'a Part> + Clone,
        attempt: u32,
        metadata: Metadata,
        place: Option<Place>,
    ) -> Option<(Context, Input)> {
        let first = parts.clone().next()?;
        if parts.clone().nth(1).is_none() {
            let cx = first.cx.clone();
            cx.give_place(place);
            return Some((
                cx,
                Input::Encoded(Codec::Proto, Codec::Proto.shared_message_of(first.body.clone())),
            ));
        }
        let mut body = BytesMut::with_capacity(parts.clone().map(|part| part.body.len()).sum());
        parts.for_each(|part| body.extend_from_slice(&part.body));
        let inner = Inner {
            metadata,
            attempt,
            unknown: self.unknown(),
            transport: self.shared.transport,
            place: Mutex::new(place),
            ..Inner::default()
        };
        let timeout = self.methods[first.at].timeout;
        let cx = self.shared.mounted.policy.context_of_task(timeout, Instant::now(), inner);
        Some((cx, Input::Encoded(Codec::Proto, Codec::Proto.shared_message_of(body.freeze()))))
    }

    async fn call_joined(&self, at: usize, cx: Context, input: Input) -> Result<()> {
        match &self.methods[at].route.call {
            Call::Unary(call) => call(cx, input.into(), Reply::new(Codec::Proto)).await.map(drop),
            Call::ServerStream(_) | Call::ClientStream(_) | Call::Bidi(_) => {
                Err(Status::unimplemented("a stream takes no batches"))
            }
        }
    }

    /// Settles a message of a batch of `count`, as far as the result of the batch decides it.
    async fn fate(
        &self,
        part: std::result::Result<Part, Box<Unstarted>>,
        result: &Result<()>,
        count: usize,
    ) -> Fate {
        let part = match part {
            Ok(part) => part,
            Err(unstarted) => return Fate::Settled(self.settle_unstarted(*unstarted).await),
        };
        let Err(status) = result else { return Fate::Settled(Settlement::Handled) };
        match self.choose(status, &part.origin) {
            Remedy::DeadLetter if count > 1 => Fate::Suspected(part),
            Remedy::DeadLetter | Remedy::Retry(_) => Fate::Settled(self.remedy(status, &part.origin).await),
        }
    }

    async fn settle_unstarted(&self, unstarted: Unstarted) -> Settlement {
        match unstarted {
            Unstarted::Failed(status, origin) => self.remedy(&status, &origin).await,
            Unstarted::Early(wait, origin) => self.postpone(wait, &origin).await,
            Unstarted::Dropped => Settlement::Handled,
        }
    }

    /// Runs a message by itself. If the broker's time is nearly over, it goes back to its queue.
    async fn run_alone(&self, part: Part) -> Settlement {
        let longest = load::longest(self.shared.mounted.queues.consumer_timeout);
        let timeout = self.methods[part.at].timeout;
        if timeout < longest && part.origin.since + longest < Instant::now() + timeout {
            return Settlement::Requeue;
        }
        let attempt = part.origin.attempt;
        match self.begin_attempt(Arc::clone(&part.origin.delivery), attempt, None) {
            Begun::Unary(call, origin) => match call.await {
                Ok(_) => Settlement::Handled,
                Err(status) => self.remedy(&status, &origin).await,
            },
            Begun::Failed(status, origin) => self.remedy(&status, &origin).await,
            Begun::Early(wait, origin) => self.postpone(wait, &origin).await,
            Begun::Dropped => Settlement::Handled,
            Begun::Stream(..) => Settlement::Requeue,
        }
    }
}

/// The highest attempt of the messages, and the metadata that all of them have alike.
fn common<'a>(mut parts: impl Iterator<Item = &'a Part>) -> (u32, Metadata) {
    let Some(first) = parts.next() else { return (1, Metadata::new()) };
    let mut attempt = first.origin.attempt;
    let mut shared: Vec<(&str, &str)> = first.cx.metadata().iter().collect();
    for part in parts {
        attempt = attempt.max(part.origin.attempt);
        shared.retain(|pair| part.cx.metadata().iter().any(|other| other == *pair));
    }
    let mut metadata = Metadata::new();
    for (key, value) in shared {
        // It was metadata before, so it can be.
        let _ = metadata.append(key, value);
    }
    (attempt, metadata)
}
