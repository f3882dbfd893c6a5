//! The broker traits over the state in memory: connections, channels and deliveries.

use super::Shared;
use super::state::{Next, Outcome};
use crate::transport::amqp::broker::{
    BrokerLink, Control, Conversation, Deliveries, Delivery, Fault, LinkEvent, Outlet, Publish, Returned,
    Role, Settled, Subscribe, Subscription, Topology, Verdict,
};
use futures_core::Stream;
use futures_core::future::BoxFuture;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
#[cfg(feature = "schedule")]
use std::time::SystemTime;
use tokio::sync::watch;
use tokio::time::{Instant, Sleep, sleep, sleep_until};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

pub(super) struct MemoryLink {
    broker: Arc<Shared>,
    id: u64,
    role: Role,
    lost: CancellationToken,
    /// Whether the last event was that the broker reads nothing.
    told: AtomicBool,
}

impl MemoryLink {
    pub(super) fn new(broker: Arc<Shared>, id: u64, role: Role, lost: CancellationToken) -> Self {
        Self { broker, id, role, lost, told: AtomicBool::new(false) }
    }

    /// Waits for an alarm, or for its end. As on RabbitMQ, a connection that only consumes is not blocked.
    async fn blocked(&self) -> LinkEvent {
        if self.role == Role::Consume {
            std::future::pending::<()>().await;
        }
        let told = self.told.load(Ordering::Relaxed);
        // The sender lives as long as the broker.
        let _ = self.broker.alarm.subscribe().wait_for(|alarm| *alarm != told).await;
        self.told.store(!told, Ordering::Relaxed);
        if told { LinkEvent::Unblocked } else { LinkEvent::Blocked("low on memory".to_owned()) }
    }

    fn check(&self) -> Result<(), Fault> {
        if self.lost.is_cancelled() { Err(gone()) } else { Ok(()) }
    }

    fn outlet(&self, confirmed: bool, inbox: Option<Arc<Membership>>) -> Box<dyn Outlet> {
        Box::new(MemoryOutlet {
            broker: Arc::clone(&self.broker),
            link: self.id,
            confirmed,
            inbox,
            sent: 0,
            settled: VecDeque::new(),
            returned: Vec::new(),
            ended: self.lost.clone(),
            lost: Box::pin(self.lost.clone().cancelled_owned()),
        })
    }

    fn membership(&self, id: u64) -> Arc<Membership> {
        Arc::new(Membership { broker: Arc::clone(&self.broker), id })
    }
}

impl Drop for MemoryLink {
    fn drop(&mut self) {
        self.broker.close(self.id);
    }
}

fn gone() -> Fault {
    Fault::Lost("the broker in memory dropped the connection".into())
}

impl BrokerLink for MemoryLink {
    fn declare<'a>(&'a self, topology: &'a Topology) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            self.check()?;
            self.broker.change(|state, _| state.declare(self.id, topology))
        })
    }

    fn confirmed(&self) -> BoxFuture<'_, Result<Box<dyn Outlet>, Fault>> {
        Box::pin(async move { self.check().map(|()| self.outlet(true, None)) })
    }

    fn caller(&self) -> BoxFuture<'_, Result<Conversation, Fault>> {
        Box::pin(async move {
            self.check()?;
            let inbox = self.membership(self.broker.change(|state, _| state.call(self.id)));
            let outlet = self.outlet(false, Some(Arc::clone(&inbox)));
            Ok((outlet, Box::pin(Inbox { member: inbox, timer: None }) as Deliveries))
        })
    }

    fn consume<'a>(&'a self, what: &'a Subscribe) -> BoxFuture<'a, Result<Subscription, Fault>> {
        Box::pin(async move {
            self.check()?;
            let id =
                self.broker.change(|state, now| state.consume(self.id, &what.queue, what.prefetch, now))?;
            let member = self.membership(id);
            Ok(Subscription {
                deliveries: Box::pin(Inbox { member: Arc::clone(&member), timer: None }),
                control: Arc::new(MemoryControl { member }),
            })
        })
    }

    fn exists<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<bool, Fault>> {
        Box::pin(async move {
            self.check()?;
            Ok(self.broker.change(|state, _| state.exists(queue)))
        })
    }

    fn depth<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<Option<u64>, Fault>> {
        Box::pin(async move {
            self.check()?;
            let depth = self.broker.change(|state, now| {
                state.advance(now);
                state.depth(queue)
            });
            Ok(depth.map(|depth| depth as u64))
        })
    }

    #[cfg(test)]
    fn delete<'a>(&'a self, exchange: &'a str, queue: &'a str) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            self.check()?;
            self.broker.change(|state, _| state.forget(exchange, queue));
            Ok(())
        })
    }

    fn event(&self) -> BoxFuture<'_, LinkEvent> {
        Box::pin(async move {
            tokio::select! {
                biased;
                () = self.lost.cancelled() => LinkEvent::Lost(gone()),
                event = self.blocked() => event,
            }
        })
    }

    #[cfg(feature = "schedule")]
    fn now(&self) -> SystemTime {
        let now = SystemTime::now();
        now.checked_add(self.broker.change(|state, _| state.ahead)).unwrap_or(now)
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move { self.broker.close(self.id) })
    }
}

struct MemoryOutlet {
    broker: Arc<Shared>,
    link: u64,
    confirmed: bool,
    inbox: Option<Arc<Membership>>,
    sent: u64,
    settled: VecDeque<Settled>,
    returned: Vec<Returned>,
    ended: CancellationToken,
    lost: Pin<Box<WaitForCancellationFutureOwned>>,
}

/// The length of an alarm that came by chance.
const ALARM: Duration = Duration::from_millis(100);

/// An alarm, which ends with this.
struct Alarm<'a>(&'a watch::Sender<bool>);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        self.0.send_replace(false);
    }
}

impl MemoryOutlet {
    /// Waits until the broker reads publishes.
    async fn read_again(&self) {
        if self.broker.change(|state, _| state.faults.alarms()) {
            self.broker.alarm.send_replace(true);
            let _alarm = Alarm(&self.broker.alarm);
            sleep(ALARM).await;
        }
        if *self.broker.alarm.borrow() {
            let mut alarm = self.broker.alarm.subscribe();
            tokio::select! {
                () = self.ended.cancelled() => {}
                _ = alarm.wait_for(|alarm| !alarm) => {}
            }
        }
    }

    fn publish(&mut self, message: &Publish) -> Result<(), Fault> {
        let caller = self.inbox.as_ref().map(|inbox| inbox.id);
        self.sent += 1;
        match self.broker.change(|state, now| state.publish(message, caller, now))? {
            Outcome::Stored => self.settle(Settled::Acked(self.sent)),
            Outcome::Refused => self.settle(Settled::Nacked(self.sent)),
            Outcome::Unroutable => {
                if message.mandatory {
                    self.bring_back(message);
                }
                self.settle(Settled::Acked(self.sent));
            }
            Outcome::Lost => self.broker.lose(self.link),
        }
        Ok(())
    }

    fn settle(&mut self, settled: Settled) {
        if self.confirmed {
            self.settled.push_back(settled);
        }
    }

    fn bring_back(&mut self, message: &Publish) {
        let returned = Returned {
            message_id: message.properties.message_id.clone().unwrap_or_default(),
            exchange: message.exchange.clone().into_owned(),
            routing_key: message.routing_key.clone().into_owned(),
            reason: "312 NO_ROUTE".to_owned(),
        };
        if self.confirmed {
            self.settled.push_back(Settled::Returned(returned));
        } else {
            self.returned.push(returned);
        }
    }
}

impl Outlet for MemoryOutlet {
    fn send<'a>(&'a mut self, batch: &'a [Publish]) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            for message in batch {
                self.read_again().await;
                if self.ended.is_cancelled() {
                    return Err(gone());
                }
                self.publish(message)?;
            }
            Ok(())
        })
    }

    fn poll_settled(&mut self, cx: &mut Context<'_>, into: &mut Vec<Settled>) -> Poll<Result<(), Fault>> {
        if !self.settled.is_empty() {
            into.extend(self.settled.drain(..));
            return Poll::Ready(Ok(()));
        }
        self.lost.as_mut().poll(cx).map(|()| Err(gone()))
    }

    fn take_returned(&mut self) -> Vec<Returned> {
        std::mem::take(&mut self.returned)
    }
}

/// The place of a consumer on the broker. When its last holder goes, the unsettled messages go back.
struct Membership {
    broker: Arc<Shared>,
    id: u64,
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.broker.change(|state, now| state.leave(self.id, now));
    }
}

struct Inbox {
    member: Arc<Membership>,
    /// The timer of the next expiry. Consumers drive time, because nothing runs in the background.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Inbox {
    /// Makes sure that this task is polled when the next message expires. Returns whether that time has come.
    fn sleep(&mut self, until: Option<Instant>, cx: &mut Context<'_>) -> bool {
        let Some(until) = until else {
            self.timer = None;
            return false;
        };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if timer.deadline() != until {
            timer.as_mut().reset(until);
        }
        timer.as_mut().poll(cx).is_ready()
    }
}

impl Stream for Inbox {
    type Item = Result<Delivery, Fault>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let id = self.member.id;
            let (next, expiry) = self.member.broker.change(|state, now| {
                state.advance(now);
                (state.next(id, cx.waker()), state.next_expiry())
            });
            match next {
                Next::Delivery(delivery) => return Poll::Ready(Some(Ok(delivery))),
                Next::Failed(fault) => return Poll::Ready(Some(Err(fault))),
                Next::Ended => return Poll::Ready(None),
                Next::Nothing if self.sleep(expiry, cx) => {}
                Next::Nothing => return Poll::Pending,
            }
        }
    }
}

struct MemoryControl {
    member: Arc<Membership>,
}

impl Control for MemoryControl {
    fn settle(&self, verdict: Verdict) {
        let lost = self.member.broker.change(|state, now| state.settle(self.member.id, verdict, now));
        if let Some(link) = lost {
            self.member.broker.lose(link);
        }
    }

    fn cancel(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move { self.member.broker.change(|state, now| state.stop(self.member.id, now)) })
    }

    fn resume(&self, prefetch: u16) -> BoxFuture<'_, Result<Deliveries, Fault>> {
        Box::pin(async move {
            self.member.broker.change(|state, now| state.resume(self.member.id, prefetch, now))?;
            Ok(Box::pin(Inbox { member: Arc::clone(&self.member), timer: None }) as Deliveries)
        })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move { self.member.broker.change(|state, now| state.hand_back(self.member.id, now)) })
    }
}
