//! The consumer of one queue: it takes deliveries, makes calls and acknowledges. It starts again on every
//! connection until the server drains.
//!
//! A handler that is ready at once runs in place. A slower one continues in its own task. A handler runs to
//! its end even when the connection of its message is lost. The broker then delivers the message again.

use super::acks::Acks;
use super::broker::{BrokerLink, Control, Deliveries, Delivery, Fault, Subscribe, Subscription, Verdict};
use super::dial::ceiling;
use super::health::{LinkHealth, State};
use super::ids::jitter;
use super::work::{Begun, Settlement, Unsettled, Work, note_expired};
use crate::log::Quoted;
use crate::waist::supervise::caught;
use futures_util::future::poll_fn;
use polywire_codegen::transport::amqp::Kind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::{mpsc, watch};
use tokio::task::coop::consume_budget;
use tokio::time::{Instant, Sleep, sleep, sleep_until};
use tokio_util::sync::WaitForCancellationFutureOwned;

/// The current connection, if there is one.
pub(crate) type Links = watch::Receiver<Option<Arc<dyn BrokerLink>>>;

/// The work that a queue's consumer takes on at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Load {
    /// Handlers that run.
    concurrency: usize,
    /// Messages that were delivered and not acknowledged.
    prefetch: u16,
}

impl Load {
    /// The load for a kind of message. Tasks should wait on the broker, where another consumer may take them.
    /// Events and requests are quick.
    pub(crate) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Task => Self { concurrency: 64, prefetch: 128 },
            Kind::Event => Self { concurrency: 64, prefetch: 250 },
            Kind::Rpc => Self { concurrency: 256, prefetch: 256 },
        }
    }
}

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
    Delivery(Delivery),
    Done(Done),
    Flush,
    Drain,
    /// The deliveries ended: the consumer was cancelled, or the connection was lost.
    Ended(Option<Fault>),
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
            load: Load::of(work.kind),
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
            link.consume(&Subscribe { queue: self.work.queue.clone(), tag, prefetch: self.load.prefetch })
                .await
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
    /// Whether no more deliveries will come.
    ended: bool,
    draining: bool,
}

impl<'a> Session<'a> {
    fn new(consumer: &'a mut Consumer, subscription: Subscription) -> Self {
        let Subscription { deliveries, control } = subscription;
        let timer = Box::pin(sleep_until(Instant::now()));
        Self { consumer, deliveries, control, acks: Acks::new(), timer, ended: false, draining: false }
    }

    async fn run(mut self) -> Ending {
        loop {
            match poll_fn(|cx| self.poll(cx)).await {
                Step::Delivery(delivery) if self.draining => self.hand_back(delivery.tag),
                Step::Delivery(delivery) => {
                    self.take(delivery).await;
                    // A full queue with quick handlers must not starve the other tasks of this thread.
                    consume_budget().await;
                }
                Step::Done(done) => self.note(&done),
                Step::Flush => self.flush(),
                Step::Drain => {
                    self.draining = true;
                    self.control.cancel().await;
                }
                Step::Ended(fault) if !self.draining => {
                    let fault =
                        fault.unwrap_or_else(|| Fault::Lost("the broker cancelled the consumer".into()));
                    return Ending::Lost(fault);
                }
                Step::Ended(_) => self.ended = true,
            }
            if self.ended && self.consumer.running == 0 {
                self.flush();
                self.control.close().await;
                return Ending::Drained;
            }
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Step> {
        let consumer = &mut *self.consumer;
        if let Poll::Ready(Some(done)) = consumer.done.1.poll_recv(cx) {
            return Poll::Ready(Step::Done(done));
        }
        if let Some(due) = self.acks.due() {
            if self.timer.deadline() != due {
                self.timer.as_mut().reset(due);
            }
            if self.timer.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Step::Flush);
            }
        }
        if let Some(draining) = &mut consumer.draining
            && draining.as_mut().poll(cx).is_ready()
        {
            consumer.draining = None;
            return Poll::Ready(Step::Drain);
        }
        if self.ended || (!self.draining && consumer.running >= consumer.load.concurrency) {
            return Poll::Pending;
        }
        self.deliveries.as_mut().poll_next(cx).map(|next| match next {
            Some(Ok(delivery)) => Step::Delivery(delivery),
            Some(Err(fault)) => Step::Ended(Some(fault)),
            None => Step::Ended(None),
        })
    }

    /// Begins the call of a delivery. It also finishes the call when the result is ready at once.
    async fn take(&mut self, delivery: Delivery) {
        let tag = delivery.tag;
        let work = &self.consumer.work;
        let (result, origin) = match work.begin(delivery) {
            Begun::Expired => {
                note_expired(&work.queue);
                return self.handled(tag);
            }
            Begun::Failed(status, origin) => (Err(status), origin),
            Begun::Unary(mut call, origin) => match futures_util::poll!(call.as_mut()) {
                Poll::Ready(result) => (result, origin),
                Poll::Pending => {
                    let work = Arc::clone(work);
                    return self.spawn(tag, async move { work.finish(call, origin).await });
                }
            },
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
    }

    /// Gives back a message that was not started. Another consumer may take it.
    fn hand_back(&mut self, tag: u64) {
        self.settle(tag, Settlement::Requeue);
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
