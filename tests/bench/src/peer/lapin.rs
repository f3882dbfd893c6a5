//! The AMQP peer: lapin by hand, with the guarantees of polywire's tasks. They are a quorum queue, persistent
//! mandatory messages with an id, a confirm for every publish, an ack for every task after its handler, and
//! acks in batches.

use crate::Result;
use crate::child::work::Meter;
use crate::payload::NOTE;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions,
    ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions, QueuePurgeOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties, ExchangeKind};
use prost::Message;
use std::time::Duration;
use uuid::Uuid;

const EXCHANGE: &str = "bench.peer";
const KEY: &str = "Process";
/// The queue of the peer's tasks.
pub(crate) const QUEUE: &str = "bench.peer.tasks";
/// Acked together, or after so long: as polywire does.
const BATCH: usize = 10;
const DELAY: Duration = Duration::from_millis(5);

/// The task, as prost-build would have it.
#[derive(Clone, PartialEq, Message)]
struct ProcessRequest {
    #[prost(int64, tag = "1")]
    order_id: i64,
    #[prost(string, tag = "2")]
    note: String,
}

/// Publishes as many tasks as the meter wants, `window` at a time, and counts each when it is confirmed.
pub(crate) async fn publish(url: &str, window: usize, meter: &Meter) -> Result<()> {
    let channel = open(url).await?;
    declare(&channel).await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    let publishes = (0..meter.total()).map(|n| publish_one(&channel, n, meter));
    stream::iter(publishes).buffer_unordered(window).try_collect().await
}

async fn publish_one(channel: &Channel, n: u64, meter: &Meter) -> Result<()> {
    let body = ProcessRequest { order_id: n.try_into()?, note: NOTE.to_owned() }.encode_to_vec();
    let id = Uuid::now_v7().hyphenated().to_string();
    let properties = BasicProperties::default()
        .with_content_type("application/protobuf".into())
        .with_delivery_mode(2)
        .with_message_id(id.into());
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    let confirm = channel.basic_publish(EXCHANGE.into(), KEY.into(), options, &body, properties).await?;
    match confirm.await? {
        Confirmation::Ack(None) => meter.count(),
        other => return Err(format!("not confirmed: {other:?}").into()),
    }
    Ok(())
}

/// Consumes as many tasks as the meter wants, and acks them.
pub(crate) async fn consume(url: &str, prefetch: usize, meter: &Meter) -> Result<()> {
    let channel = open(url).await?;
    declare(&channel).await?;
    channel.basic_qos(prefetch.try_into()?, BasicQosOptions::default()).await?;
    let options = BasicConsumeOptions::default();
    let mut tasks =
        channel.basic_consume(QUEUE.into(), "bench".into(), options, FieldTable::default()).await?;
    let mut unacked: Option<(usize, Delivery)> = None;
    let mut handled = 0;
    while handled < meter.total() {
        let next = tokio::time::timeout(DELAY, tasks.next());
        let full = match next.await {
            Err(_) => true,
            Ok(None) => return Err("the broker ended the consumer".into()),
            Ok(Some(delivery)) => {
                let delivery = delivery?;
                handle(&delivery)?;
                meter.count();
                handled += 1;
                let count = unacked.take().map_or(1, |(count, _)| count + 1);
                unacked = Some((count, delivery));
                count == BATCH
            }
        };
        if full || handled == meter.total() {
            ack(&mut unacked).await?;
        }
    }
    close(&channel, tasks).await
}

fn handle(delivery: &Delivery) -> Result<()> {
    let task = ProcessRequest::decode(&*delivery.data)?;
    if task.note == NOTE { Ok(()) } else { Err("another note than the one that was sent".into()) }
}

async fn ack(unacked: &mut Option<(usize, Delivery)>) -> Result<()> {
    if let Some((_, last)) = unacked.take() {
        last.ack(BasicAckOptions { multiple: true }).await?;
    }
    Ok(())
}

/// A clean close flushes the last acks.
async fn close(channel: &Channel, tasks: lapin::Consumer) -> Result<()> {
    drop(tasks);
    Ok(channel.close(200, "done".into()).await?)
}

async fn open(url: &str) -> Result<Channel> {
    Ok(Connection::connect(url, ConnectionProperties::default()).await?.create_channel().await?)
}

async fn declare(channel: &Channel) -> Result<()> {
    let exchange = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    channel.exchange_declare(EXCHANGE.into(), ExchangeKind::Topic, exchange, FieldTable::default()).await?;
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    arguments.insert("x-delivery-limit".into(), AMQPValue::LongInt(10));
    arguments.insert("x-overflow".into(), AMQPValue::LongString("reject-publish".into()));
    let queue = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    channel.queue_declare(QUEUE.into(), queue, arguments).await?;
    channel
        .queue_bind(
            QUEUE.into(),
            EXCHANGE.into(),
            KEY.into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        )
        .await?;
    Ok(())
}

/// How many tasks wait in a queue; none if there is no such queue.
pub(crate) async fn waiting(url: &str, queue: &str) -> Result<u32> {
    let options = QueueDeclareOptions { passive: true, durable: true, ..QueueDeclareOptions::default() };
    let declared = open(url).await?.queue_declare(queue.into(), options, FieldTable::default()).await;
    Ok(declared.map_or(0, |queue| queue.message_count()))
}

/// Empties a queue, if there is one.
pub(crate) async fn purge(url: &str, queue: &str) -> Result<()> {
    if waiting(url, queue).await? > 0 {
        open(url).await?.queue_purge(queue.into(), QueuePurgeOptions::default()).await?;
    }
    Ok(())
}
