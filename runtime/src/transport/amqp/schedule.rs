//! Tasks by the clock: `#[amqp(task, schedule = "0 3 * * *")]`. One server of all publishes each.
//!
//! A queue beside the task's own, `<queue>.schedule`, holds a token: the time of the last publish. It has a single active
//! consumer, so one server has the token, and another gets it when that one is gone. The holder publishes the task when
//! its time has come, then a new token, then acknowledges the old one. A crash between the first two publishes the same
//! time again, under the same message id, so an inbox handles it once. Times that passed while nobody had the token are
//! made up for by one task.
//!
//! Each server adds a token when it begins, because it does not know whether there is one. The holder sees all of them,
//! and keeps the one that matters. It renews its own every ten minutes, before the broker's consumer timeout.

use super::broker::{
    BrokerLink, Control, Deliveries, Delivery, Fault, Publish, Subscribe, Subscription, Verdict,
};
use super::consumer::Links;
use super::dial::ceiling;
use super::ids::{self, jitter};
use super::properties::{Properties, Value, ValueRef};
use super::topology::{Address, schedule, schedule_queue};
use super::wire;
use super::work::Shared;
use crate::call::input::Codec;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::log::Quoted;
use crate::waist::supervise::caught;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use croner::Cron;
use futures_util::StreamExt;
use polywire_codegen::transport::amqp::Plan;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use tokio::time::{Instant, sleep};

/// The time of the last publish, in milliseconds since the epoch.
const FIRED: &str = "x-polywire-fired";
/// Set on the token of a server that begins.
const SEED: &str = "x-polywire-seed";
/// The time between two looks at the clock, which may jump. A token that was delivered first waits so long for those
/// behind it, which may know of a later publish.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// The time after which the holder publishes its token anew.
const RENEW: Duration = Duration::from_secs(600);

/// A task, and when it is published.
pub(super) struct Schedule {
    method: &'static Method,
    plan: &'static Plan,
    address: Address<'static>,
    queue: String,
    times: Cron,
}

/// A token in the hands of its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Token {
    /// The time of the last publish, in milliseconds since the epoch.
    fired: u64,
    /// Whether a server that began made it, and nothing was published before.
    is_seed: bool,
}

impl Token {
    fn of(delivery: &Delivery) -> Option<Self> {
        let header = |name| delivery.properties.header(name);
        let fired = u64::try_from(header(FIRED)?.int()?).ok()?;
        Some(Self { fired, is_seed: matches!(header(SEED), Some(ValueRef::Bool(true))) })
    }

    /// Whether this token takes the place of another. One that tells of a publish knows more than a seed; of two seeds the
    /// first knows of more times.
    fn replaces(self, other: Self) -> bool {
        match (self.is_seed, other.is_seed) {
            (false, false) => self.fired >= other.fired,
            (false, true) => true,
            (true, false) => false,
            (true, true) => self.fired < other.fired,
        }
    }
}

impl Schedule {
    /// The schedule of a method that has one.
    ///
    /// # Errors
    /// When its pattern cannot be read, or never comes.
    pub(super) fn of(
        method: &'static Method,
        plan: &'static Plan,
        address: &Address<'static>,
    ) -> Result<Option<Self>> {
        let (Some(pattern), Some(queue)) = (plan.schedule.as_deref(), address.queue.as_deref()) else {
            return Ok(None);
        };
        let refused = |why: String| {
            Status::failed_precondition(format!(
                "{}: the schedule `{pattern}` cannot be kept: {why}; write a cron pattern as in `0 3 * * *`",
                method.full_name()
            ))
        };
        let times: Cron =
            pattern.parse().map_err(|error: croner::errors::CronError| refused(error.to_string()))?;
        let now = at(ids::unix_millis()).unwrap_or_default();
        times.find_next_occurrence(&now, false).map_err(|error| refused(error.to_string()))?;
        let queue = schedule_queue(queue);
        Ok(Some(Self { method, plan, address: address.clone(), queue, times }))
    }

    /// Publishes the task at its times, until the server drains.
    pub(super) async fn keep(self, mut links: Links, shared: Arc<Shared>) {
        let draining = shared.mounted.draining.clone();
        let mut failures = 0;
        loop {
            let link = draining.run_until_cancelled(links.wait_for(Option::is_some)).await;
            let Some(Ok(link)) = link.map(|link| link.map(|link| link.clone())) else { return };
            let Some(link) = link else { continue };
            let began = Instant::now();
            let held = caught("AMQP schedule", self.hold(&*link, &shared)).await;
            let Some(fault) = held.unwrap_or_else(|why| Some(Fault::Lost(why))) else { return };
            drop(link);
            failures = if began.elapsed() > ceiling(u32::MAX) { 1 } else { failures + 1 };
            tracing::warn!(queue = %self.queue, fault = %Quoted(&fault), "no schedule is kept; trying again");
            if draining.run_until_cancelled(sleep(jitter(ceiling(failures)))).await.is_none() {
                return;
            }
        }
    }

    /// Waits for the token on one connection, and keeps it. Returns without a fault when the server drains.
    async fn hold(&self, link: &dyn BrokerLink, shared: &Shared) -> Option<Fault> {
        match self.subscribe(link, shared).await {
            Ok(Subscription { deliveries, control }) => {
                let mut holder =
                    Holder { schedule: self, shared, link, control, token: None, renewed: Instant::now() };
                // A drain lets what has begun come to its end, so that no time is published twice.
                let ended =
                    shared.mounted.closing.run_until_cancelled(holder.run(deliveries)).await.flatten();
                if ended.is_none() {
                    holder.control.close().await;
                }
                ended
            }
            Err(fault) => Some(fault),
        }
    }

    async fn subscribe(&self, link: &dyn BrokerLink, shared: &Shared) -> Result<Subscription, Fault> {
        let queue = self.address.queue.as_deref().unwrap_or_default();
        link.declare(&schedule(queue)).await?;
        // A task that nobody has consumed yet needs its queue.
        link.declare(&self.address.consumed()).await?;
        self.publish_token(shared, Token { fired: millis(link), is_seed: true }).await?;
        let what = Subscribe { queue: self.queue.clone().into(), tag: ids::message_id(), prefetch: 100 };
        link.consume(&what).await
    }

    async fn publish_token(&self, shared: &Shared, token: Token) -> Result<(), Fault> {
        let mut properties =
            Properties { persistent: true, message_id: Some(ids::message_id()), ..Properties::default() };
        properties
            .headers
            .insert(FIRED.to_owned(), Value::Int(i64::try_from(token.fired).unwrap_or(i64::MAX)));
        properties.headers.insert(SEED.to_owned(), Value::Bool(token.is_seed));
        let message = Publish {
            exchange: "".into(),
            routing_key: self.queue.clone().into(),
            mandatory: true,
            properties: Box::new(properties),
            body: Bytes::new(),
        };
        shared.publisher.publish(message).await.map_err(|failure| Fault::Lost(failure.to_string()))
    }

    async fn publish_task(&self, shared: &Shared, at: u64) -> Result<(), Fault> {
        let properties = Properties {
            content_type: Some(wire::content_type(Codec::Proto).into()),
            kind: Some(self.method.full_name().into()),
            priority: self.plan.load.priority,
            persistent: true,
            // The same for every server, so that an inbox knows a time that was published twice.
            message_id: Some(format!("{}@{at}", self.queue)),
            timestamp: Some(at / 1_000),
            ..Properties::default()
        };
        let message = Publish {
            exchange: self.address.exchange.clone(),
            routing_key: self.address.key.clone(),
            mandatory: true,
            properties: Box::new(properties),
            body: Bytes::new(),
        };
        shared.publisher.publish(message).await.map_err(|failure| Fault::Lost(failure.to_string()))
    }

    /// The last time of the schedule that is over by now, and after `fired`. The times between are made up for by it.
    fn due(&self, fired: u64, now: u64) -> Option<u64> {
        let next = self.times.find_next_occurrence(&at(fired)?, false).ok()?;
        let now = at(now)?;
        if next > now {
            return None;
        }
        let last =
            self.times.find_previous_occurrence(&now, true).ok().filter(|last| *last >= next).unwrap_or(next);
        u64::try_from(last.timestamp_millis()).ok()
    }
}

/// A server that waits for the token, or has it.
struct Holder<'a> {
    schedule: &'a Schedule,
    shared: &'a Shared,
    link: &'a dyn BrokerLink,
    control: Arc<dyn Control>,
    /// The token, and its place on the channel.
    token: Option<(Token, u64)>,
    renewed: Instant,
}

impl Holder<'_> {
    /// Holds the token until the connection is lost, or the server drains.
    async fn run(&mut self, mut deliveries: Deliveries) -> Option<Fault> {
        loop {
            let next = tokio::select! {
                biased;
                () = self.shared.mounted.draining.cancelled() => return None,
                next = deliveries.next() => next,
                () = sleep(LOOK_AGAIN), if self.token.is_some() => {
                    match self.look().await {
                        Ok(()) => continue,
                        Err(fault) => return Some(fault),
                    }
                }
            };
            match next {
                Some(Ok(delivery)) => self.take(&delivery),
                Some(Err(fault)) => return Some(fault),
                None => return Some(Fault::Lost("the broker cancelled the consumer".into())),
            }
        }
    }

    /// Keeps the token that knows most, and drops the others.
    fn take(&mut self, delivery: &Delivery) {
        let tag = delivery.tag;
        let Some(token) = Token::of(delivery) else {
            tracing::warn!(queue = %self.schedule.queue, "a message that is no token was dropped");
            return self.control.settle(Verdict::Ack { tag });
        };
        match self.token {
            Some((held, _)) if !token.replaces(held) => self.control.settle(Verdict::Ack { tag }),
            other => {
                if let Some((_, old)) = other {
                    self.control.settle(Verdict::Ack { tag: old });
                }
                self.token = Some((token, tag));
                self.renewed = Instant::now();
            }
        }
    }

    /// Publishes the task if its time has come, and renews a token that is old.
    async fn look(&mut self) -> Result<(), Fault> {
        let Some((token, tag)) = self.token else { return Ok(()) };
        let renewed = match self.schedule.due(token.fired, millis(self.link)) {
            Some(at) => {
                tracing::debug!(queue = %self.schedule.queue, at, "publishing a scheduled task");
                self.schedule.publish_task(self.shared, at).await?;
                Token { fired: at, is_seed: false }
            }
            None if self.renewed.elapsed() >= RENEW => token,
            None => return Ok(()),
        };
        self.schedule.publish_token(self.shared, renewed).await?;
        self.control.settle(Verdict::Ack { tag });
        self.token = None;
        Ok(())
    }
}

fn at(millis: u64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(i64::try_from(millis).ok()?)
}

fn millis(link: &dyn BrokerLink) -> u64 {
    let since = link.now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
