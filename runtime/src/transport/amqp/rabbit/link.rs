//! One lapin connection: declarations, channels and events.

use super::super::broker::{
    ACCESS_REFUSED, Binding, BrokerLink, Conversation, Exchange, ExchangeKind, Fault, LinkEvent, NOT_FOUND,
    Outlet, PRECONDITION_FAILED, Queue, QueueKind, Role, Subscribe, Subscription, Topology,
};
use super::super::properties::{Fields, Value};
use super::channels;
use super::convert::{short, wire_table};
use super::fault;
use super::outlet::{Confirmed, Plain};
use crate::channel::Declare;
use crate::log::{Quoted, sparsely};
use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_util::StreamExt;
use lapin::options::{
    BasicQosOptions, ConfirmSelectOptions, ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{Channel, Connection, Event, ExchangeKind as WireKind};
use polywire_codegen::transport::amqp::topology::Argument;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

/// The time limit of every answer of the broker.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// The time between two checks of the connection. lapin announces every end that it notices, and the check
/// finds the others.
const PROBE: Duration = Duration::from_secs(1);

type Events = Pin<Box<dyn Stream<Item = Event> + Send>>;

pub(super) struct RabbitLink {
    connection: Connection,
    events: Mutex<Events>,
    role: Role,
    declare: Declare,
}

impl RabbitLink {
    pub(super) fn new(connection: Connection, role: Role, declare: Declare) -> Self {
        let events = Mutex::new(Box::pin(connection.events_listener()) as Events);
        Self { connection, events, role, declare }
    }

    async fn channel(&self) -> Result<Channel, Fault> {
        answered(self.connection.create_channel()).await
    }

    async fn exchange(&self, channel: &Channel, exchange: &Exchange) -> Result<(), Fault> {
        let kind = match exchange.kind {
            ExchangeKind::Direct => WireKind::Direct,
            ExchangeKind::Topic => WireKind::Topic,
            ExchangeKind::Fanout => WireKind::Fanout,
        };
        let options = ExchangeDeclareOptions { durable: true, ..Default::default() };
        let arguments = wire_table(&arguments(exchange.arguments()))?;
        answered(channel.exchange_declare(short(&exchange.name)?, kind, options, arguments)).await
    }

    async fn queue(&self, channel: &Channel, queue: &Queue) -> Result<(), Fault> {
        let exclusive = queue.kind == QueueKind::Exclusive;
        let options = QueueDeclareOptions { durable: !exclusive, exclusive, ..Default::default() };
        let arguments = wire_table(&arguments(queue.arguments()))?;
        answered(channel.queue_declare(short(&queue.name)?, options, arguments)).await.map(drop)
    }

    /// Asks whether a queue exists, on a channel of its own. A missing queue costs the channel.
    async fn find_queue(&self, queue: &Queue) -> Result<Channel, Fault> {
        let channel = self.channel().await?;
        let options = QueueDeclareOptions { passive: true, ..Default::default() };
        answered(channel.queue_declare(short(&queue.name)?, options, FieldTable::default())).await?;
        Ok(channel)
    }

    /// Asks whether an exchange exists, on a channel of its own.
    async fn find_exchange(&self, exchange: &Exchange) -> Result<Channel, Fault> {
        let channel = self.channel().await?;
        let options = ExchangeDeclareOptions { passive: true, ..Default::default() };
        let name = short(&exchange.name)?;
        answered(channel.exchange_declare(name, WireKind::Topic, options, FieldTable::default())).await?;
        Ok(channel)
    }

    async fn bind(&self, channel: &Channel, binding: &Binding) -> Result<(), Fault> {
        answered(channel.queue_bind(
            short(&binding.queue)?,
            short(&binding.exchange)?,
            short(&binding.key)?,
            QueueBindOptions::default(),
            FieldTable::default(),
        ))
        .await
    }

    async fn declare_all(&self, topology: &Topology) -> Result<(), Fault> {
        match self.declare {
            Declare::All => self.create_all(topology).await,
            Declare::Passive => self.find_all(topology).await,
            Declare::None => Ok(()),
        }
    }

    /// Creates what is missing. What exists in another form is used as it is, unless it would send messages
    /// elsewhere.
    async fn create_all(&self, topology: &Topology) -> Result<(), Fault> {
        let mut channel = self.channel().await?;
        for exchange in &topology.exchanges {
            if let Err(fault) = self.exchange(&channel, exchange).await {
                channel = self.exchange_instead(exchange, fault).await?;
            }
        }
        for queue in &topology.queues {
            if let Err(fault) = self.queue(&channel, queue).await {
                channel = self.queue_instead(queue, fault).await?;
            }
        }
        for binding in &topology.bindings {
            match self.bind(&channel, binding).await {
                Err(Fault::Refused { code: ACCESS_REFUSED, text }) => {
                    sparsely!(warn, queue = %binding.queue, exchange = %binding.exchange, refusal = %Quoted(&text), "this user may not bind the queue; an administrator must have bound it");
                    channel = self.channel().await?;
                }
                other => other?,
            }
        }
        Ok(())
    }

    /// The channel to go on with, when an exchange could not be declared.
    async fn exchange_instead(&self, exchange: &Exchange, fault: Fault) -> Result<Channel, Fault> {
        match fault {
            Fault::Refused { code: PRECONDITION_FAILED, text } if routes_otherwise(exchange.kind, &text) => {
                let name = &exchange.name;
                let text = format!(
                    "{text}; exchange `{name}` has another type: delete it, or name another exchange"
                );
                Err(Fault::Refused { code: PRECONDITION_FAILED, text })
            }
            Fault::Refused { code: PRECONDITION_FAILED, text } => {
                sparsely!(warn, exchange = %exchange.name, refusal = %Quoted(&text), "the exchange exists with other arguments; using it as it is");
                self.find_exchange(exchange).await
            }
            // A publish to a missing exchange says so itself.
            Fault::Refused { code: ACCESS_REFUSED, .. } if self.role == Role::Publish => self.channel().await,
            Fault::Refused { code: ACCESS_REFUSED, text } => {
                let found = self.find_exchange(exchange).await;
                found.map_err(|missing| forbidden(&text, &missing))
            }
            other => Err(other),
        }
    }

    /// The channel to go on with, when a queue could not be declared. A queue that somebody else declared in
    /// another way is consumed as it is: `queue = "…"` lets a service take messages that others publish.
    async fn queue_instead(&self, queue: &Queue, fault: Fault) -> Result<Channel, Fault> {
        match fault {
            Fault::Refused { code: PRECONDITION_FAILED, text } => {
                let found = self.find_queue(queue).await;
                sparsely!(
                    warn,
                    queue = %queue.name,
                    refusal = %Quoted(&text),
                    "the queue exists with other arguments; using it as it is, without those guarantees that its arguments give"
                );
                found
            }
            // The queue is its consumer's. A message that no queue takes comes back.
            Fault::Refused { code: ACCESS_REFUSED, .. } if self.role == Role::Publish => self.channel().await,
            Fault::Refused { code: ACCESS_REFUSED, text } => {
                let found = self.find_queue(queue).await;
                found.map_err(|missing| forbidden(&text, &missing))
            }
            other => Err(other),
        }
    }

    /// Creates nothing, and says what is missing. A publisher asks for its exchanges alone.
    async fn find_all(&self, topology: &Topology) -> Result<(), Fault> {
        let missing = |fault| match fault {
            Fault::Refused { code, text } => Fault::Refused {
                code,
                text: format!(
                    "{text}; it is not created, because `declare` is passive: create it by `cargo polywire topology`"
                ),
            },
            other => other,
        };
        for exchange in &topology.exchanges {
            self.find_exchange(exchange).await.map_err(missing)?;
        }
        if self.role == Role::Publish {
            return Ok(());
        }
        for queue in &topology.queues {
            self.find_queue(queue).await.map_err(missing)?;
        }
        Ok(())
    }

    async fn next_event(&self) -> LinkEvent {
        let mut events = self.events.lock().await;
        loop {
            tokio::select! {
                event = events.next() => match event {
                    Some(Event::ConnectionBlocked(reason)) => return LinkEvent::Blocked(reason),
                    Some(Event::ConnectionUnblocked) => return LinkEvent::Unblocked,
                    Some(Event::Error(error)) if !self.connection.status().connected() => {
                        return LinkEvent::Lost(lost(&error.to_string()));
                    }
                    // An error of a channel reaches the holder of the channel.
                    Some(_) => {}
                    None => return LinkEvent::Lost(lost("closed")),
                },
                () = sleep(PROBE) => if !self.connection.status().connected() {
                    return LinkEvent::Lost(lost("closed"));
                },
            }
        }
    }
}

/// Whether an exchange of another type, of which the broker's refusal tells, sends messages elsewhere. A direct
/// exchange sends a key without wildcards as a topic exchange does.
fn routes_otherwise(wanted: ExchangeKind, refusal: &str) -> bool {
    let direct = wanted == ExchangeKind::Topic && refusal.contains("current is 'direct'");
    refusal.contains("inequivalent arg 'type'") && !direct
}

/// The refusal of something that this user may not declare, and that is not there either.
fn forbidden(refusal: &str, missing: &Fault) -> Fault {
    match missing {
        Fault::Refused { text, .. } => Fault::Refused {
            code: ACCESS_REFUSED,
            text: format!(
                "{refusal}; nor does it exist ({text}): give the user the right, or create it by `cargo polywire topology`"
            ),
        },
        Fault::Lost(_) | Fault::Invalid(_) => missing.clone(),
    }
}

fn lost(why: &str) -> Fault {
    Fault::Lost(why.to_owned())
}

/// The arguments of a declaration.
fn arguments(given: Vec<(&'static str, Argument<'_>)>) -> Fields {
    let value = |argument| match argument {
        Argument::Text(text) => Value::from(text),
        Argument::Int(int) => Value::Int(int),
        Argument::Bool(value) => Value::Bool(value),
    };
    given.into_iter().map(|(name, argument)| (name.to_owned(), value(argument))).collect()
}

impl BrokerLink for RabbitLink {
    fn declare<'a>(&'a self, topology: &'a Topology) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(self.declare_all(topology))
    }

    fn confirmed(&self) -> BoxFuture<'_, Result<Box<dyn Outlet>, Fault>> {
        Box::pin(async move {
            let channel = self.channel().await?;
            answered(channel.confirm_select(ConfirmSelectOptions::default())).await?;
            Ok(Box::new(Confirmed::new(channel)) as Box<dyn Outlet>)
        })
    }

    fn caller(&self) -> BoxFuture<'_, Result<Conversation, Fault>> {
        Box::pin(async move {
            let channel = self.channel().await?;
            let replies = answered(channels::consume_replies(&channel)).await?;
            let outlet = Box::new(Plain::new(channel.clone())) as Box<dyn Outlet>;
            Ok((outlet, channels::deliveries(replies, channel)))
        })
    }

    fn consume<'a>(&'a self, what: &'a Subscribe) -> BoxFuture<'a, Result<Subscription, Fault>> {
        Box::pin(async move {
            let channel = self.channel().await?;
            answered(channel.basic_qos(what.prefetch, BasicQosOptions::default())).await?;
            let (queue, tag) = (short(&what.queue)?, short(&what.tag)?);
            let consumer = answered(channels::consume(&channel, queue.clone(), tag.clone())).await?;
            Ok(Subscription {
                deliveries: channels::deliveries(consumer, channel.clone()),
                control: Arc::new(channels::ChannelControl::new(channel, queue, tag)),
            })
        })
    }

    fn exists<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<bool, Fault>> {
        Box::pin(async move { Ok(self.depth(queue).await?.is_some()) })
    }

    fn depth<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<Option<u64>, Fault>> {
        Box::pin(async move {
            // The broker closes a channel that asks for a missing queue, so the question gets a channel of
            // its own.
            let channel = self.channel().await?;
            let options = QueueDeclareOptions { passive: true, ..Default::default() };
            match answered(channel.queue_declare(short(queue)?, options, FieldTable::default())).await {
                Ok(queue) => Ok(Some(queue.message_count().into())),
                Err(Fault::Refused { code: NOT_FOUND, .. }) => Ok(None),
                Err(fault) => Err(fault),
            }
        })
    }

    #[cfg(test)]
    fn delete<'a>(&'a self, exchange: &'a str, queue: &'a str) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            let channel = self.channel().await?;
            answered(channel.exchange_delete(short(exchange)?, Default::default())).await?;
            answered(channel.queue_delete(short(queue)?, Default::default())).await.map(drop)
        })
    }

    fn event(&self) -> BoxFuture<'_, LinkEvent> {
        Box::pin(self.next_event())
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if let Err(why) = answered(self.connection.close(200, "bye".into())).await {
                tracing::debug!(why = %Quoted(why), "the connection did not close in order");
            }
        })
    }
}

/// Waits for the broker's answer, in bounded time.
pub(super) async fn answered<T>(asked: impl Future<Output = lapin::Result<T>>) -> Result<T, Fault> {
    match timeout(ANSWER_TIMEOUT, asked).await {
        Ok(answer) => answer.map_err(fault),
        Err(_) => Err(lost("the broker did not answer within 10 s")),
    }
}
