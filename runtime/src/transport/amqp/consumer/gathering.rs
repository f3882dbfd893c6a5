//! The messages of a consumer that wait for others, until they are one batch.

use super::{Report, Session, Settlement};
use crate::call::limits::Limits;
use crate::call::policy::Place;
use crate::transport::amqp::admission::Room;
use crate::transport::amqp::batch::Messages;
use crate::transport::amqp::broker::Delivery;
use polywire_codegen::transport::amqp::Batch;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The messages that wait for others.
pub(super) struct Gathering {
    batch: Option<Batch>,
    /// The most bytes of a batch.
    limit: usize,
    bytes: usize,
    waiting: Vec<(Delivery, Option<Room>)>,
    /// The time when the first of them must run.
    due: Option<Instant>,
}

impl Gathering {
    pub(super) fn new(batch: Option<Batch>, limits: &Limits) -> Self {
        let limit = limits.amqp_message_size.min(limits.decode_budget);
        Self { batch, limit, bytes: 0, waiting: Vec::new(), due: None }
    }

    pub(super) const fn is_used(&self) -> bool {
        self.batch.is_some()
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Takes the messages out, when they will not be run.
    pub(super) fn give_up(&mut self) -> impl Iterator<Item = Delivery> + use<> {
        self.take().into_iter().map(|(delivery, _)| delivery)
    }

    fn take(&mut self) -> Vec<(Delivery, Option<Room>)> {
        (self.bytes, self.due) = (0, None);
        std::mem::take(&mut self.waiting)
    }

    /// Whether one more message of this size has room in the batch.
    fn fits(&self, size: usize) -> bool {
        self.waiting.is_empty() || self.bytes.saturating_add(size) <= self.limit
    }

    fn push(&mut self, delivery: Delivery, mut room: Option<Room>) {
        let wait = Duration::from_millis(self.batch.map_or(0, |batch| batch.wait_ms));
        self.due.get_or_insert_with(|| Instant::now() + wait);
        self.bytes = self.bytes.saturating_add(delivery.body.len());
        if let Some(room) = room.as_mut().filter(|_| !self.waiting.is_empty()) {
            // The batch is one call, and has the place of its first message.
            room.place = None;
        }
        self.waiting.push((delivery, room));
    }

    fn is_full(&self) -> bool {
        self.batch.is_some_and(|batch| self.waiting.len() >= usize::from(batch.max))
    }
}

impl Session<'_> {
    /// The time of the next acknowledgement or batch.
    pub(super) fn due(&self) -> Option<Instant> {
        // Verdicts of a drain wait, so that there are few.
        self.held.until().or_else(|| [self.acks.due(), self.gathering.due].into_iter().flatten().min())
    }

    /// Does what is due.
    pub(super) fn come_due(&mut self) {
        let now = Instant::now();
        if self.held.until().is_some_and(|until| until <= now) {
            self.let_go();
        }
        if self.acks.due().is_some_and(|due| due <= now) {
            self.flush();
        }
        if self.gathering.due.is_some_and(|due| due <= now) {
            self.run_batch();
        }
    }

    /// Adds a message to the batch, and runs the batch when it is full.
    pub(super) fn gather(&mut self, delivery: Delivery, room: Option<Room>) {
        if !self.gathering.fits(delivery.body.len()) {
            self.run_batch();
        }
        self.gathering.push(delivery, room);
        if self.gathering.is_full() {
            self.run_batch();
        }
    }

    fn run_batch(&mut self) {
        let work = Arc::clone(&self.consumer.work);
        let mut place: Option<Place> = None;
        let mut reports = Vec::new();
        let mut deliveries = Vec::new();
        for (delivery, room) in self.gathering.take() {
            self.consumer.running += 1;
            reports.push(Report {
                to: self.consumer.done.0.clone(),
                session: self.consumer.session,
                tag: delivery.tag,
                settlement: Settlement::Requeue,
            });
            let (own, memory) = room.map_or((None, None), |room| (room.place, Some(room.memory)));
            place = place.or(own);
            let memory = memory.unwrap_or_else(|| work.reservation());
            deliveries.push((delivery, memory));
        }
        let ended = work.end();
        let run = async move {
            let _among = work.shared.alone.among().await;
            work.run_batch(Messages { deliveries, place }).await
        };
        tokio::spawn(async move {
            tokio::select! {
                biased;
                // The reports are dropped, and the messages go back to their queue.
                () = ended => {}
                settlements = run => {
                    for (report, settlement) in reports.iter_mut().zip(settlements) {
                        report.settled(settlement);
                    }
                }
            }
        });
    }
}
