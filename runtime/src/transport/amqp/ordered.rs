//! A message that failed on an ordered queue: it is held, and tried again in place, so none behind it overtakes it.
//!
//! The broker takes a message back that has no verdict for too long. Before that the message goes back to the front of
//! its queue, and comes again at once: no other is delivered meanwhile. The number of its attempts is kept here. It
//! begins anew only when another server takes the queue over.

use super::admission::{Admission, Room};
use super::broker::Delivery;
use super::load;
use super::outcome::Remedy;
use super::topology::Sequence;
use super::wire;
use super::work::{Begun, Origin, Settlement, Work};
use crate::call::status::Status;
use crate::log::{Quoted, sparsely};
use std::future::poll_fn;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};

/// The message that went back to the front of its queue.
#[derive(Debug)]
pub(crate) struct Kept {
    id: String,
    /// The number of its next attempt.
    attempt: u32,
}

impl Work {
    /// The number of the attempt that a delivery begins.
    pub(super) fn attempt(&self, delivery: &Delivery) -> u32 {
        if self.sequence == Sequence::Any {
            return wire::attempt(delivery);
        }
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        let same = held.filter(|held| delivery.properties.message_id() == Some(&held.id));
        same.map_or(1, |held| held.attempt)
    }

    /// Tries a failed message again until it is settled.
    pub(super) async fn hold(&self, mut status: Status, mut origin: Origin) -> Settlement {
        let longest = load::longest(self.shared.mounted.queues.consumer_timeout);
        let until = origin.since + longest;
        loop {
            let (pause, plan) = match (self.choose(&status, &origin), self.plan(&origin)) {
                (Remedy::Retry(pause), Some(plan)) => (pause, plan),
                (Remedy::DeadLetter, _) | (Remedy::Retry(_), None) => {
                    return self.give_up(&status, &origin).await;
                }
            };
            let attempt = origin.attempt;
            sparsely!(info, queue = %self.queue, attempt, status = %Quoted(status), delay = ?pause, "failed; its partition waits");
            let attempt = attempt.saturating_add(1);
            // A method that names no time begins once more while half of the longest is left.
            let needed = plan.load.timeout_ms.map_or(longest / 2, Duration::from_millis);
            let due = Instant::now() + pause;
            let room = self.room_at(due.min(until)).await;
            let Some(room) = room.filter(|_| due + needed <= until) else {
                self.remember(&origin, attempt);
                return Settlement::Requeue;
            };
            self.meter.retry();
            (status, origin) = match self.begin_attempt(Arc::clone(&origin.delivery), attempt, Some(room)) {
                Begun::Dropped => return Settlement::Handled,
                Begun::Failed(status, origin) => (status, origin),
                Begun::Unary(call, origin) => match timeout_at(until, call).await {
                    Ok(Ok(_)) => return Settlement::Handled,
                    Ok(Err(status)) => (status, origin),
                    Err(_) => {
                        (Status::deadline_exceeded("the broker's time for the message is over"), origin)
                    }
                },
                // A message of an ordered queue never waits for a time of its own.
                Begun::Early(_, origin) => (Status::unavailable("it is not due"), origin),
                Begun::Stream(_, origin) => (Status::unimplemented("a stream is no task"), origin),
            };
        }
    }

    fn remember(&self, origin: &Origin, attempt: u32) {
        let id = origin.delivery.properties.message_id();
        let held = id.map(|id| Kept { id: id.to_owned(), attempt });
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = held;
    }

    /// Waits, then takes a place for the next attempt. `None` when the server drains meanwhile.
    async fn room_at(&self, due: Instant) -> Option<Room> {
        let mounted = &self.shared.mounted;
        let mut admission = Admission::new(Arc::clone(&mounted.policy));
        let place = async {
            sleep_until(due).await;
            poll_fn(|cx| admission.poll_place(cx)).await
        };
        let place = mounted.draining.run_until_cancelled(place).await?;
        Some(Room { place: Some(place), memory: self.reservation() })
    }
}
