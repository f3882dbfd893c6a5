//! The state of the broker in memory, and every change to it. One lock guards all of it, and nothing here
//! waits.
//!
//! The caller passes the time in. A change notes the queues that it touched and the messages that died. They
//! are worked off at the end of the change, so no change calls into another.

mod consumer;
#[cfg(any(test, feature = "testing"))]
mod looks;

#[cfg(any(test, feature = "testing"))]
pub(super) use looks::{Left, delivery};

use super::faults::{OfAck, OfPublish, Queued};
use super::queue::{Death, Message, Queue, Stored, dead_letter};
use super::route::matches;
use crate::transport::amqp::broker::{
    Binding, Delivery, Exchange, ExchangeKind, Fault, Publish, Queue as DeclaredQueue, QueueKind, REPLY_TO,
    Topology, Verdict,
};
use crate::transport::amqp::properties::Properties;
use consumer::{Consumer, Ruling, most};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;
use tokio::time::Instant;

/// The default for the bytes of messages that one broker holds, in all its queues.
pub(super) const DEFAULT_LIMIT: usize = 256 * 1024 * 1024;

/// The longest chain of alternate exchanges. Nobody needs this many.
const ALTERNATES: usize = 8;

/// The outcome of a publish.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Stored,
    Unroutable,
    /// There is no room, or a test asked for a refusal.
    Refused,
    /// The connection must be dropped. A queue may have the message.
    Lost,
}

#[derive(Debug)]
struct BoundExchange {
    spec: Exchange,
    bindings: Vec<(String, String)>,
}

/// The result when a consumer asks for its next delivery.
#[allow(
    clippy::large_enum_variant,
    reason = "all but a few are the large one; a box would cost an allocation a message"
)]
pub(super) enum Next {
    Delivery(Delivery),
    Failed(Fault),
    Ended,
    Nothing,
}

#[derive(Debug)]
pub(super) struct State {
    exchanges: BTreeMap<String, BoundExchange>,
    queues: BTreeMap<String, Queue>,
    consumers: BTreeMap<u64, Consumer>,
    next_id: u64,
    held: usize,
    pub(super) limit: usize,
    pub(super) away: bool,
    /// The faults that a test asked for.
    pub(super) faults: Queued,
    /// How far this broker's clock is ahead of tokio's.
    pub(super) ahead: Duration,
    /// Every message that was published, where a test looks at them.
    record: Option<Vec<Arc<Message>>>,
    /// The user that all connections are.
    pub(super) user: &'static str,
    next_expiry: Option<Instant>,
    /// Queues to look at before the change is over.
    changed: Vec<String>,
    dead: Vec<(String, Stored, Death)>,
    /// Tasks to wake after the lock is released.
    pub(super) wake: Vec<Waker>,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            exchanges: BTreeMap::new(),
            queues: BTreeMap::new(),
            consumers: BTreeMap::new(),
            next_id: 1,
            held: 0,
            limit: DEFAULT_LIMIT,
            away: false,
            faults: Queued::default(),
            ahead: Duration::ZERO,
            record: None,
            user: super::USER,
            next_expiry: None,
            changed: Vec::new(),
            dead: Vec::new(),
            wake: Vec::new(),
        }
    }

    pub(super) fn new_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// The number of messages that wait in a queue.
    pub(super) fn depth(&self, queue: &str) -> Option<usize> {
        self.queues.get(queue).map(Queue::len)
    }

    /// Whether there is such a queue, or a listener at such a reply address.
    pub(super) fn exists(&self, name: &str) -> bool {
        match inbox(name) {
            Some(id) => self.consumers.get(&id).is_some_and(|consumer| consumer.queue.is_none()),
            None => self.queues.contains_key(name),
        }
    }

    /// The time of the next expiry, by tokio's clock.
    pub(super) fn next_expiry(&self) -> Option<Instant> {
        self.next_expiry.map(|at| at.checked_sub(self.ahead).unwrap_or(at))
    }

    pub(super) fn declare(&mut self, link: u64, topology: &Topology) -> Result<(), Fault> {
        topology.exchanges.iter().try_for_each(|exchange| self.declare_exchange(exchange))?;
        topology.queues.iter().try_for_each(|queue| self.declare_queue(link, queue))?;
        topology.bindings.iter().try_for_each(|binding| self.bind(binding))
    }

    fn declare_exchange(&mut self, exchange: &Exchange) -> Result<(), Fault> {
        let existing = self
            .exchanges
            .entry(exchange.name.clone().into_owned())
            .or_insert_with(|| BoundExchange { spec: exchange.clone(), bindings: Vec::new() });
        // A direct exchange sends a key without wildcards as a topic exchange does.
        let alike = (existing.spec.kind, exchange.kind) == (ExchangeKind::Direct, ExchangeKind::Topic);
        if existing.spec.kind != exchange.kind && !alike {
            let text =
                format!("inequivalent arg 'type' for exchange '{}': it has another type", exchange.name);
            return Err(refused(406, text));
        }
        if existing.spec != *exchange {
            tracing::warn!(exchange = %exchange.name, "the exchange exists with other arguments; using it as it is");
        }
        Ok(())
    }

    fn declare_queue(&mut self, link: u64, queue: &DeclaredQueue) -> Result<(), Fault> {
        let owner = (queue.kind == QueueKind::Exclusive).then_some(link);
        let existing = self
            .queues
            .entry(queue.name.clone().into_owned())
            .or_insert_with(|| Queue::new(queue.clone(), owner));
        if existing.owner.is_some_and(|owner| owner != link) {
            return Err(refused(405, format!("queue '{}' belongs to another connection", queue.name)));
        }
        if existing.spec != *queue {
            let refusal = difference(queue, &existing.spec);
            tracing::warn!(queue = %queue.name, refusal, "the queue exists with other arguments; using it as it is");
        }
        Ok(())
    }

    fn bind(&mut self, binding: &Binding) -> Result<(), Fault> {
        if !self.queues.contains_key(&*binding.queue) {
            return Err(no_queue(&binding.queue));
        }
        let exchange =
            self.exchanges.get_mut(&*binding.exchange).ok_or_else(|| no_exchange(&binding.exchange))?;
        let entry = (binding.key.clone().into_owned(), binding.queue.clone().into_owned());
        if !exchange.bindings.contains(&entry) {
            exchange.bindings.push(entry);
        }
        Ok(())
    }

    /// Publishes a message. `caller` gets the reply, when the message asks for it on its own channel.
    pub(super) fn publish(
        &mut self,
        message: &Publish,
        caller: Option<u64>,
        now: Instant,
    ) -> Result<Outcome, Fault> {
        let fault = self.faults.of_publish();
        match fault {
            Some(OfPublish::Refuse) => return Ok(Outcome::Refused),
            Some(OfPublish::Cut) => return Ok(Outcome::Lost),
            Some(OfPublish::LoseConfirm) | None => {}
        }
        self.check_user(&message.properties)?;
        let properties = Arc::new(with_reply_address(&message.properties, caller)?);
        let new = Message::new(&message.exchange, &message.routing_key, properties, message.body.clone());
        let new = Arc::new(new);
        if let Some(record) = &mut self.record {
            record.push(Arc::clone(&new));
        }
        if let Some(inbox) = reply_inbox(message) {
            return Ok(self.reply(inbox, new));
        }
        let queues = self.route(&message.exchange, &message.routing_key)?;
        if queues.is_empty() {
            return Ok(Outcome::Unroutable);
        }
        if self.held.saturating_add(new.weight.saturating_mul(queues.len())) > self.limit {
            return Ok(Outcome::Refused);
        }
        self.store(&new, queues, now);
        self.work_off(now);
        Ok(if fault.is_some() { Outcome::Lost } else { Outcome::Stored })
    }

    fn check_user(&self, properties: &Properties) -> Result<(), Fault> {
        let user = self.user;
        match properties.user_id.as_deref() {
            Some(named) if named != user => {
                let text = format!("user_id property set to '{named}' but authenticated user was '{user}'");
                Err(refused(406, text))
            }
            _ => Ok(()),
        }
    }

    /// The queues that take the message, each once.
    fn route(&self, exchange: &str, key: &str) -> Result<Vec<String>, Fault> {
        if exchange.is_empty() {
            return Ok(self.queues.contains_key(key).then(|| key.to_owned()).into_iter().collect());
        }
        let mut exchange = self.exchanges.get(exchange).ok_or_else(|| no_exchange(exchange))?;
        for _ in 0..ALTERNATES {
            let queues = exchange.queues_for(key);
            let alternate = exchange.spec.alternate.as_deref().and_then(|name| self.exchanges.get(name));
            match alternate {
                Some(alternate) if queues.is_empty() => exchange = alternate,
                _ => return Ok(queues),
            }
        }
        Ok(Vec::new())
    }

    fn store(&mut self, message: &Arc<Message>, queues: Vec<String>, now: Instant) {
        for name in queues {
            if let Some(queue) = self.queues.get_mut(&name) {
                self.held += message.weight;
                queue.push(Arc::clone(message), now);
                if !queue.spec.single_active_consumer && self.faults.reorders() {
                    queue.overtake();
                }
                self.changed.push(name);
            }
        }
    }

    /// Delivers a reply. As on RabbitMQ, a reply to a caller that left is dropped.
    fn reply(&mut self, inbox: u64, message: Arc<Message>) -> Outcome {
        let room = self.held.saturating_add(message.weight) <= self.limit;
        let Some(caller) = self.consumers.get_mut(&inbox).filter(|caller| caller.queue.is_none()) else {
            return Outcome::Unroutable;
        };
        if !room {
            return Outcome::Refused;
        }
        self.held += message.weight;
        let stored = Stored { position: 0, message, losses: 0, redelivered: false, expires: None };
        self.wake.extend(caller.deliver(stored, false));
        Outcome::Stored
    }

    pub(super) fn consume(
        &mut self,
        link: u64,
        queue: &str,
        prefetch: u16,
        now: Instant,
    ) -> Result<u64, Fault> {
        let id = self.new_id();
        let found = self.queues.get_mut(queue).ok_or_else(|| no_queue(queue))?;
        if found.owner.is_some_and(|owner| owner != link) {
            return Err(refused(405, format!("queue '{queue}' belongs to another connection")));
        }
        found.consumers.push(id);
        self.consumers.insert(id, Consumer::new(link, Some(queue.to_owned()), most(prefetch)));
        self.changed.push(queue.to_owned());
        self.work_off(now);
        Ok(id)
    }

    /// Adds a caller that waits for replies.
    pub(super) fn call(&mut self, link: u64) -> u64 {
        let id = self.new_id();
        self.consumers.insert(id, Consumer::new(link, None, usize::MAX));
        id
    }

    /// The next delivery of a consumer. When there is none, the waker is kept.
    pub(super) fn next(&mut self, id: u64, waker: &Waker) -> Next {
        let Some(consumer) = self.consumers.get_mut(&id) else { return Next::Ended };
        if let Some(fault) = consumer.fault.take() {
            consumer.cancelled = true;
            return Next::Failed(fault);
        }
        let Some((tag, delivery)) = consumer.outbox.pop_front() else {
            consumer.waker = Some(waker.clone());
            return if consumer.cancelled { Next::Ended } else { Next::Nothing };
        };
        if consumer.queue.is_none()
            && let Some(stored) = consumer.unsettled.remove(&tag)
        {
            self.held -= stored.message.weight;
        }
        Next::Delivery(delivery)
    }

    /// Takes a verdict. Returns a connection that must be dropped instead.
    pub(super) fn settle(&mut self, id: u64, verdict: Verdict, now: Instant) -> Option<u64> {
        let consumer = self.consumers.get_mut(&id)?;
        let queue = consumer.queue.clone()?;
        let fault = self.faults.of_ack();
        if fault == Some(OfAck::Cut) {
            return Some(consumer.link);
        }
        for (stored, ruling) in consumer.rule(verdict) {
            match ruling {
                Ruling::Done if fault == Some(OfAck::Redeliver) => self.put_back(&queue, stored),
                Ruling::Done => self.held -= stored.message.weight,
                Ruling::Back => self.put_back(&queue, stored),
                Ruling::Dead => self.dead.push((queue.clone(), stored, Death::Rejected)),
            }
        }
        self.changed.push(queue);
        self.work_off(now);
        None
    }

    fn put_back(&mut self, queue: &str, stored: Stored) {
        match self.queues.get_mut(queue) {
            Some(queue) => queue.put_back(stored),
            None => self.held -= stored.message.weight,
        }
    }

    fn cancel(&mut self, id: u64) {
        let Some(consumer) = self.consumers.get_mut(&id) else { return };
        consumer.cancelled = true;
        self.wake.extend(consumer.waker.take());
        if let Some(queue) = consumer.queue.as_ref().and_then(|name| self.queues.get_mut(name)) {
            queue.consumers.remove(id);
        }
        // A single active consumer leaves its place to the next one.
        self.changed.extend(consumer.queue.clone());
    }

    /// Ends new deliveries for this consumer.
    pub(super) fn stop(&mut self, id: u64, now: Instant) {
        self.cancel(id);
        self.work_off(now);
    }

    /// Begins new deliveries for a consumer that was stopped.
    pub(super) fn resume(&mut self, id: u64, prefetch: u16, now: Instant) -> Result<(), Fault> {
        let gone = || Fault::Lost("the consumer is gone".into());
        let consumer = self.consumers.get_mut(&id).ok_or_else(gone)?;
        let name = consumer.queue.clone().ok_or_else(gone)?;
        let queue = self.queues.get_mut(&name).ok_or_else(|| no_queue(&name))?;
        queue.consumers.push(id);
        (consumer.cancelled, consumer.prefetch) = (false, most(prefetch));
        self.changed.push(name);
        self.work_off(now);
        Ok(())
    }

    /// Removes a consumer in order. Its unsettled messages go back, without a count against them.
    pub(super) fn hand_back(&mut self, id: u64, now: Instant) {
        self.cancel(id);
        let Some(consumer) = self.consumers.get_mut(&id) else { return };
        let Some(queue) = consumer.queue.clone() else { return };
        consumer.outbox.clear();
        let unsettled = std::mem::take(&mut consumer.unsettled);
        unsettled.into_values().for_each(|stored| self.put_back(&queue, stored));
        self.work_off(now);
    }

    /// Removes a consumer that is gone. Its messages go back, and each counts this as a loss.
    pub(super) fn leave(&mut self, id: u64, now: Instant) {
        self.cancel(id);
        let Some(consumer) = self.consumers.remove(&id) else { return };
        match consumer.queue {
            Some(queue) => consumer.unsettled.into_values().for_each(|stored| self.lose(&queue, stored)),
            None => {
                self.held -= consumer.unsettled.values().map(|stored| stored.message.weight).sum::<usize>()
            }
        }
        self.work_off(now);
    }

    fn lose(&mut self, queue: &str, mut stored: Stored) {
        stored.losses += 1;
        let limit = self.queues.get(queue).and_then(|queue| queue.spec.delivery_limit);
        if limit.is_some_and(|limit| stored.losses > limit) {
            self.dead.push((queue.to_owned(), stored, Death::DeliveryLimit));
        } else {
            self.put_back(queue, stored);
        }
    }

    /// Removes a connection with its consumers and exclusive queues. The consumers get the fault.
    pub(super) fn disconnect(&mut self, link: u64, fault: Option<Fault>, now: Instant) {
        let gone: Vec<u64> =
            self.consumers.iter().filter(|(_, consumer)| consumer.link == link).map(|(&id, _)| id).collect();
        for id in gone {
            let waker = self.consumers.get_mut(&id).and_then(|consumer| consumer.waker.take());
            self.wake.extend(waker);
            self.leave(id, now);
            if let Some(fault) = &fault {
                let mut stub = Consumer::new(0, None, 0);
                stub.fault = Some(fault.clone());
                self.consumers.insert(id, stub);
            }
        }
        let owned: Vec<String> = self
            .queues
            .iter()
            .filter(|(_, queue)| queue.owner == Some(link))
            .map(|(name, _)| name.clone())
            .collect();
        owned.iter().for_each(|name| self.delete(name));
    }

    fn delete(&mut self, name: &str) {
        let Some(mut queue) = self.queues.remove(name) else { return };
        self.held -= queue.drain().map(|stored| stored.message.weight).sum::<usize>();
        for id in queue.consumers.clear() {
            self.cancel(id);
        }
        for exchange in self.exchanges.values_mut() {
            exchange.bindings.retain(|(_, queue)| queue != name);
        }
    }

    /// Deletes an exchange and a queue, as an administrator would.
    #[cfg(test)]
    pub(super) fn forget(&mut self, exchange: &str, queue: &str) {
        self.exchanges.remove(exchange);
        self.delete(queue);
    }

    /// Expires the messages whose time is over.
    pub(super) fn advance(&mut self, now: Instant) {
        if self.next_expiry.is_none_or(|at| now < at) {
            return;
        }
        self.changed.extend(self.queues.keys().cloned());
        self.next_expiry = None;
        self.work_off(now);
    }

    fn work_off(&mut self, now: Instant) {
        loop {
            if let Some(name) = self.changed.pop() {
                self.serve(&name, now);
            } else if let Some((queue, stored, death)) = self.dead.pop() {
                self.bury(&queue, &stored, death, now);
            } else {
                return;
            }
        }
    }

    /// Hands out a queue's messages to the consumers with room.
    fn serve(&mut self, name: &str, now: Instant) {
        let Some(queue) = self.queues.get_mut(name) else { return };
        while let Some(stored) = queue.pop_expired(now) {
            self.dead.push((name.to_owned(), stored, Death::Expired));
        }
        while !queue.is_empty() {
            let single = queue.spec.single_active_consumer.then(|| queue.consumers.first()).flatten();
            let alone = queue.spec.single_active_consumer;
            let ready = |id: u64| {
                (!alone || single == Some(id)) && self.consumers.get(&id).is_some_and(Consumer::has_credit)
            };
            let taker = if alone { single.filter(|&id| ready(id)) } else { queue.consumers.next(ready) };
            let Some(consumer) = taker.and_then(|id| self.consumers.get_mut(&id)) else { break };
            let Some(stored) = queue.pop() else { break };
            self.wake.extend(consumer.deliver(stored, queue.spec.kind == QueueKind::Quorum));
        }
        self.note_expiry(name);
    }

    /// Notes when the queue's next message expires. Consumers sleep until the earliest expiry, so an earlier
    /// one wakes them.
    fn note_expiry(&mut self, name: &str) {
        let Some(at) = self.queues.get(name).and_then(Queue::next_expiry) else { return };
        if self.next_expiry.is_none_or(|next| at < next) {
            self.next_expiry = Some(at);
            self.wake.extend(self.consumers.values().filter_map(|consumer| consumer.waker.clone()));
        }
    }

    fn bury(&mut self, name: &str, stored: &Stored, death: Death, now: Instant) {
        self.held -= stored.message.weight;
        let Some(queue) = self.queues.get(name) else { return };
        let Some(letter) = dead_letter(&stored.message, &queue.spec, death) else { return };
        // The broker held the message before, so there is room for the dead letter. If no queue takes it, it
        // is lost, as on a real broker.
        let queues = self.route(&letter.exchange, &letter.routing_key).unwrap_or_default();
        self.store(&Arc::new(letter), queues, now);
    }
}

impl BoundExchange {
    fn queues_for(&self, key: &str) -> Vec<String> {
        let mut queues: Vec<String> = Vec::new();
        for (binding, queue) in &self.bindings {
            if matches(self.spec.kind, binding, key) && !queues.contains(queue) {
                queues.push(queue.clone());
            }
        }
        queues
    }
}

fn with_reply_address(properties: &Properties, caller: Option<u64>) -> Result<Properties, Fault> {
    let mut properties = properties.clone();
    if properties.reply_to.as_deref() == Some(REPLY_TO) {
        let caller = caller.ok_or_else(|| refused(406, "fast reply consumer does not exist".into()))?;
        properties.reply_to = Some(format!("{REPLY_TO}.{caller}"));
    }
    Ok(properties)
}

/// The caller that the message is a direct reply to.
fn reply_inbox(message: &Publish) -> Option<u64> {
    message.exchange.is_empty().then(|| inbox(&message.routing_key)).flatten()
}

/// The caller at a direct reply address.
fn inbox(address: &str) -> Option<u64> {
    address.strip_prefix(REPLY_TO)?.strip_prefix('.')?.parse().ok()
}

/// The argument in which two declarations of a queue differ, in RabbitMQ's words.
fn difference(wanted: &DeclaredQueue, current: &DeclaredQueue) -> String {
    let (received, is) = (wanted.arguments(), current.arguments());
    let differs = |(name, value): &&(&'static str, _)| !is.contains(&(*name, *value));
    let name = received.iter().find(differs).map(|(name, _)| *name);
    let name =
        name.or_else(|| is.iter().find(|argument| !received.contains(argument)).map(|(name, _)| *name));
    format!("inequivalent arg '{}' for queue '{}'", name.unwrap_or("durable"), wanted.name)
}

fn refused(code: u16, text: String) -> Fault {
    Fault::Refused { code, text }
}

fn no_queue(name: &str) -> Fault {
    refused(404, format!("no queue '{name}'"))
}

fn no_exchange(name: &str) -> Fault {
    refused(404, format!("no exchange '{name}'"))
}
