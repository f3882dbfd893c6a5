//! The consumer of one queue: it takes deliveries, makes calls and acknowledges. It starts again on every
//! connection until the server drains.
//!
//! A handler that is ready at once runs in place. A slower one continues in its own task. A handler runs to
//! its end even when the connection of its message is lost. The broker then delivers the message again.
//!
//! A message that was lost with its consumer twice is suspect: it may have ended the program. Suspects have a lane
//! of their own. Each runs alone, while this consumer holds no other message, so it takes no innocent one with it.
//! Every connection begins in the lane, with one message at a time, and leaves it at the first message that is not
//! suspect. A consumer at full pace that meets a suspect takes nothing new, finishes what it has, and enters the lane.
//! The consumers of other queues wait for it too (`alone`).

mod gathering;
mod held;

use super::acks::Acks;
use super::admission::{Admission, Room};
use super::broker::{BrokerLink, Control, Deliveries, Delivery, Fault, Subscribe, Subscription, Verdict};
use super::dial::ceiling;
use super::health::{LinkHealth, State};
use super::ids::jitter;
use super::load::Load;
use super::topology::Sequence;
use super::work::{Begun, Settlement, Unsettled, Work};
use crate::log::Quoted;
use crate::waist::supervise::caught;
use futures_util::StreamExt;
use futures_util::future::poll_fn;
use gathering::Gathering;
use held::Held;
use polywire_codegen::transport::amqp::Kind;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::sync::{mpsc, watch};
use tokio::task::coop::consume_budget;
use tokio::time::{Instant, Sleep, sleep, sleep_until};
use tokio_util::sync::WaitForCancellationFutureOwned;

/// The current connection, if there is one.
pub(crate) type Links = watch::Receiver<Option<Arc<dyn BrokerLink>>>;

/// The end of a handler, whichever connection its message came by.
struct Done {
    session: u64,
    tag: u64,
    settlement: Settlement,
}

pub(crate) struct Consumer {
    work: Arc<Work>,
    load: Load,
    health: LinkHealth,
    links: Links,
    /// Handlers that run in tasks of their own, in all sessions.
    running: usize,
    done: (mpsc::UnboundedSender<Done>, mpsc::UnboundedReceiver<Done>),
    session: u64,
    draining: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

#[allow(
    clippy::large_enum_variant,
    reason = "all but a few are the large one; a box would cost an allocation a message"
)]
enum Step {
    Delivery(Delivery, Option<Room>),
    /// A message that runs alone when its turn comes.
    Suspect(Delivery),
    /// All suspects are settled.
    Resume,
    Done(Done),
    Flush,
    Drain,
    /// The deliveries ended: the consumer was cancelled, or the connection was lost.
    Ended(Option<Fault>),
}

/// How many messages a session takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// One, until it is known that it is no suspect.
    Lane,
    /// All that the load allows.
    Full,
    /// No new ones: the lane begins when all others are settled.
    Clearing,
}

impl Pace {
    /// The pace at which a session begins. Requests have no lane, because their callers wait.
    const fn first(work: &Work) -> Self {
        match (work.kind, work.sequence) {
            (Kind::Task | Kind::Event, Sequence::Any) => Self::Lane,
            // Each message of an ordered queue is alone.
            (Kind::Rpc, _) | (_, Sequence::Kept) => Self::Full,
        }
    }

    const fn prefetch(self, load: Load) -> u16 {
        match self {
            Self::Lane => 1,
            Self::Full | Self::Clearing => load.prefetch,
        }
    }
}

/// The end of a session.
enum Ending {
    Drained,
    Lost(Fault),
}

impl Consumer {
    pub(crate) fn new(work: Arc<Work>, health: LinkHealth, links: Links) -> Self {
        let draining = work.shared.mounted.draining.clone().cancelled_owned();
        Self {
            load: work.load,
            work,
            health,
            links,
            running: 0,
            done: mpsc::unbounded_channel(),
            session: 0,
            draining: Some(Box::pin(draining)),
        }
    }

    /// Consumes until the server drains and every started handler has finished.
    pub(crate) async fn run(mut self) {
        let mut failures = 0;
        while let Some(link) = self.next_link().await {
            let began = Instant::now();
            let attended = caught("AMQP consumer", self.attend(&*link)).await;
            let Ending::Lost(fault) = attended.unwrap_or_else(|why| Ending::Lost(Fault::Lost(why))) else {
                return;
            };
            drop(link);
            failures = if began.elapsed() > ceiling(u32::MAX) { 1 } else { failures + 1 };
            tracing::warn!(queue = %self.work.queue, fault = %Quoted(&fault), "not consuming; trying again");
            self.health.set(State::Down(format!("queue `{}`: {fault}", self.work.queue)));
            self.pause(failures).await;
        }
        self.finish().await;
    }

    /// The connection to work on, or `None` when the server drains.
    async fn next_link(&mut self) -> Option<Arc<dyn BrokerLink>> {
        let draining = self.work.shared.mounted.draining.clone();
        let links = &mut self.links;
        let link = draining.run_until_cancelled(links.wait_for(Option::is_some)).await?;
        link.ok().and_then(|link| link.clone())
    }

    async fn pause(&self, failures: u32) {
        let draining = &self.work.shared.mounted.draining;
        let _ = draining.run_until_cancelled(sleep(jitter(ceiling(failures)))).await;
    }

    /// Waits for the handlers whose connection is gone.
    async fn finish(&mut self) {
        while self.running > 0 && self.done.1.recv().await.is_some() {
            self.running -= 1;
        }
    }

    async fn attend(&mut self, link: &dyn BrokerLink) -> Ending {
        let subscription = async {
            link.declare(&self.work.topology()).await?;
            let tag = format!("{} {}", self.work.queue, super::ids::message_id());
            let tag = tag.chars().take(200).collect();
            let prefetch = Pace::first(&self.work).prefetch(self.load);
            link.consume(&Subscribe { queue: self.work.queue.to_string().into(), tag, prefetch }).await
        };
        match subscription.await {
            Ok(subscription) => {
                tracing::debug!(queue = %self.work.queue, "consuming");
                self.health.set(State::Ready);
                self.session += 1;
                Session::new(self, subscription).run().await
            }
            Err(fault) => Ending::Lost(fault),
        }
    }
}

/// A consumer on one connection.
struct Session<'a> {
    consumer: &'a mut Consumer,
    deliveries: Deliveries,
    control: Arc<dyn Control>,
    acks: Acks,
    timer: Pin<Box<Sleep>>,
    pace: Pace,
    /// Messages that wait to run alone.
    suspects: VecDeque<Delivery>,
    /// Messages that a drain does not start.
    held: Held,
    /// The next message, while it waits for room.
    next: Option<Delivery>,
    admission: Admission,
    /// The messages that wait for others, if the method takes batches.
    gathering: Gathering,
    /// Whether no more deliveries will come.
    ended: bool,
    draining: bool,
}

impl<'a> Session<'a> {
    fn new(consumer: &'a mut Consumer, subscription: Subscription) -> Self {
        let Subscription { deliveries, control } = subscription;
        let timer = Box::pin(sleep_until(Instant::now()));
        Self {
            pace: Pace::first(&consumer.work),
            admission: Admission::new(Arc::clone(&consumer.work.shared.mounted.policy)),
            acks: Acks::new(consumer.load.prefetch),
            gathering: Gathering::new(consumer.work.batch, &consumer.work.shared.mounted.policy.limits),
            consumer,
            deliveries,
            control,
            timer,
            suspects: VecDeque::new(),
            held: Held::default(),
            next: None,
            ended: false,
            draining: false,
        }
    }

    async fn run(mut self) -> Ending {
        loop {
            let step = poll_fn(|cx| self.poll(cx)).await;
            if let Err(fault) = self.walk(step).await {
                return Ending::Lost(fault);
            }
            if self.draining && self.ended && self.consumer.running == 0 {
                self.flush();
                self.end_held();
                self.control.close().await;
                return Ending::Drained;
            }
        }
    }

    async fn walk(&mut self, step: Step) -> Result<(), Fault> {
        match step {
            Step::Delivery(delivery, _) | Step::Suspect(delivery) if self.draining => {
                self.hand_back(delivery.tag);
            }
            Step::Delivery(delivery, room) => {
                if self.pace == Pace::Full && self.gathering.is_used() {
                    self.gather(delivery, room);
                    return Ok(());
                }
                let is_suspect = self.consumer.work.is_suspect(&delivery);
                self.take(delivery, room).await;
                if self.pace == Pace::Lane && !is_suspect {
                    self.resume(Pace::Full).await?;
                }
                // A full queue with quick handlers must not starve the other tasks of this thread.
                consume_budget().await;
            }
            Step::Suspect(delivery) => {
                self.suspects.push_back(delivery);
                if self.pace == Pace::Full {
                    self.pace = Pace::Clearing;
                    self.control.cancel().await;
                }
            }
            Step::Resume => self.resume(Pace::Lane).await?,
            Step::Done(done) => self.note(&done),
            Step::Flush => self.come_due(),
            // A consumer that is cancelled lets the next one begin while it still has a message. The end of the channel
            // gives all of them back at once, in their order.
            Step::Drain if self.consumer.work.sequence == Sequence::Kept => {
                (self.draining, self.ended) = (true, true);
            }
            Step::Drain => {
                self.draining = true;
                self.held.begin();
                let waiting = self.suspects.drain(..).chain(self.next.take()).chain(self.gathering.give_up());
                for tag in waiting.map(|delivery| delivery.tag).collect::<Vec<_>>() {
                    self.hand_back(tag);
                }
                self.control.cancel().await;
            }
            Step::Ended(None) if self.pace == Pace::Clearing => self.ended = true,
            Step::Ended(_) if self.draining => self.ended = true,
            Step::Ended(fault) => {
                let cancelled = || Fault::Lost("the broker cancelled the consumer".into());
                return Err(fault.unwrap_or_else(cancelled));
            }
        }
        Ok(())
    }

    /// Consumes on at another pace. The messages that are here stay.
    async fn resume(&mut self, pace: Pace) -> Result<(), Fault> {
        self.flush();
        if !self.ended {
            self.control.cancel().await;
        }
        let more = self.control.resume(pace.prefetch(self.consumer.load)).await?;
        let rest = std::mem::replace(&mut self.deliveries, Box::pin(futures_util::stream::empty()));
        self.deliveries = if self.ended { more } else { Box::pin(rest.chain(more)) };
        (self.pace, self.ended) = (pace, false);
        tracing::debug!(queue = %self.consumer.work.queue, ?pace, "consuming on");
        Ok(())
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Step> {
        if let Poll::Ready(Some(done)) = self.consumer.done.1.poll_recv(cx) {
            return Poll::Ready(Step::Done(done));
        }
        if let Some(due) = self.due() {
            if self.timer.deadline() != due {
                self.timer.as_mut().reset(due);
            }
            if self.timer.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Step::Flush);
            }
        }
        let consumer = &mut *self.consumer;
        if let Some(draining) = &mut consumer.draining
            && draining.as_mut().poll(cx).is_ready()
        {
            consumer.draining = None;
            return Poll::Ready(Step::Drain);
        }
        if self.draining {
            return if self.ended { Poll::Pending } else { self.poll_deliveries(cx) };
        }
        if consumer.running + self.gathering.len() >= consumer.load.concurrency {
            return Poll::Pending;
        }
        self.poll_next(cx)
    }

    fn poll_deliveries(&mut self, cx: &mut Context<'_>) -> Poll<Step> {
        self.deliveries.as_mut().poll_next(cx).map(|next| match next {
            Some(Ok(delivery)) if self.consumer.work.is_suspect(&delivery) => Step::Suspect(delivery),
            Some(Ok(delivery)) => Step::Delivery(delivery, None),
            Some(Err(fault)) => Step::Ended(Some(fault)),
            None => Step::Ended(None),
        })
    }

    /// The next delivery, once there is room for it. A request does not wait for room: its caller is told.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Step> {
        if self.next.is_none() && self.is_alone() {
            self.next = self.suspects.pop_front();
            if self.next.is_none() && self.pace == Pace::Clearing {
                return Poll::Ready(Step::Resume);
            }
        }
        if self.consumer.work.kind == Kind::Rpc {
            return self.poll_deliveries(cx);
        }
        let place = ready!(self.admission.poll_place(cx));
        if self.next.is_none() {
            if self.ended {
                return Poll::Pending;
            }
            match ready!(self.poll_deliveries(cx)) {
                Step::Delivery(delivery, _) => self.next = Some(delivery),
                other => return Poll::Ready(other),
            }
        }
        let size = self.next.as_ref().map_or(0, |delivery| delivery.body.len());
        let memory = ready!(self.admission.poll_memory(cx, size));
        match self.next.take() {
            Some(delivery) => {
                Poll::Ready(Step::Delivery(delivery, Some(Room { place: Some(place), memory })))
            }
            None => Poll::Pending,
        }
    }

    /// Whether this consumer holds no message but suspects that wait.
    fn is_alone(&self) -> bool {
        let is_clear = match self.pace {
            Pace::Lane => true,
            Pace::Clearing => self.ended,
            Pace::Full => false,
        };
        is_clear && self.consumer.running == 0 && self.gathering.len() == 0
    }

    /// Begins the call of a delivery. It also finishes the call when the result is ready at once.
    async fn take(&mut self, delivery: Delivery, room: Option<Room>) {
        let tag = delivery.tag;
        let is_suspected = self.consumer.work.is_suspected(&delivery);
        let work = &self.consumer.work;
        let (result, origin) = match work.begin(delivery, room) {
            Begun::Dropped => return self.handled(tag),
            Begun::Failed(status, origin) => (Err(status), origin),
            Begun::Early(wait, origin) => {
                return self.settle_later(tag, Unsettled::Early(wait, Box::new(origin)));
            }
            Begun::Unary(call, origin) if is_suspected => {
                let work = Arc::clone(work);
                return self
                    .spawn(tag, async move { work.shared.alone.run(work.finish(call, origin)).await });
            }
            Begun::Unary(mut call, origin) => {
                // The caller of a request waits, and its message is never lost twice.
                let among = (work.kind != Kind::Rpc).then(|| work.shared.alone.try_among());
                let Some(among) = among.map_or(Some(None), |among| among.map(Some)) else {
                    let work = Arc::clone(work);
                    return self.spawn(tag, async move {
                        let _among = work.shared.alone.among().await;
                        work.finish(call, origin).await
                    });
                };
                match futures_util::poll!(call.as_mut()) {
                    Poll::Ready(result) => (result, origin),
                    Poll::Pending => {
                        let work = Arc::clone(work);
                        return self.spawn(tag, async move {
                            let _among = among;
                            work.finish(call, origin).await
                        });
                    }
                }
            }
            Begun::Stream(call, origin) => {
                let work = Arc::clone(work);
                return self.spawn(tag, async move { work.answer_stream(call.await, origin).await });
            }
        };
        match work.settle_now(result, origin) {
            Ok(settlement) => self.settle(tag, settlement),
            Err(unsettled) => self.settle_later(tag, unsettled),
        }
    }

    fn settle_later(&mut self, tag: u64, unsettled: Unsettled) {
        let work = Arc::clone(&self.consumer.work);
        self.spawn(tag, async move { work.settle(unsettled).await });
    }

    fn spawn(&mut self, tag: u64, job: impl Future<Output = Settlement> + Send + 'static) {
        self.consumer.running += 1;
        let mut report = Report {
            to: self.consumer.done.0.clone(),
            session: self.consumer.session,
            tag,
            // If the task is dropped, or panics, the message goes back to its queue.
            settlement: Settlement::Requeue,
        };
        let ended = self.consumer.work.end();
        tokio::spawn(async move {
            tokio::select! {
                biased;
                // The report is dropped, and the message goes back to its queue.
                () = ended => {}
                settlement = job => report.settled(settlement),
            }
        });
    }

    fn note(&mut self, done: &Done) {
        self.consumer.running -= 1;
        // This connection does not know a message that came by an earlier one.
        if done.session == self.consumer.session {
            self.settle(done.tag, done.settlement);
        }
    }

    fn settle(&mut self, tag: u64, settlement: Settlement) {
        let verdict = match settlement {
            Settlement::Handled => return self.handled(tag),
            Settlement::Requeue => Verdict::Requeue { tag },
            Settlement::Reject => Verdict::Reject { tag },
        };
        self.acks.told(tag);
        self.control.settle(verdict);
    }

    fn handled(&mut self, tag: u64) {
        let control = &self.control;
        self.acks.handled(tag, Instant::now(), |verdict| control.settle(verdict));
        if self.pace != Pace::Full {
            // The next message comes after the verdict.
            self.flush();
        }
    }

    fn flush(&mut self) {
        let control = &self.control;
        self.acks.flush(|verdict| control.settle(verdict));
    }
}

/// Reports the end of a handler's task, in whatever way it ends.
struct Report {
    to: mpsc::UnboundedSender<Done>,
    session: u64,
    tag: u64,
    settlement: Settlement,
}

impl Report {
    fn settled(&mut self, settlement: Settlement) {
        self.settlement = settlement;
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        // When the consumer is gone, its connection is too, and the broker delivers the message again.
        let _ = self.to.send(Done { session: self.session, tag: self.tag, settlement: self.settlement });
    }
}
