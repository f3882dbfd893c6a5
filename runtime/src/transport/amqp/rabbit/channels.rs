//! Consuming on a lapin channel: deliveries in, verdicts out.

use super::super::broker::{Control, Deliveries, Delivery, Fault, REPLY_TO, Verdict};
use super::super::properties::Received;
use super::convert::short;
use super::fault;
use super::link::answered;
use crate::log::Quoted;
use futures_core::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use lapin::message::Delivery as WireDelivery;
use lapin::options::{
    BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions,
    BasicRejectOptions,
};
use lapin::types::{FieldTable, ShortString};
use lapin::{Channel, Consumer};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::sleep;

/// The time that the broker gets for a channel's verdicts before the channel closes. It reads them before `close`, but
/// hands no more than some 32 at a time to a quorum queue. No answer tells when the rest has gone.
const SETTLING: Duration = Duration::from_millis(300);

pub(super) async fn consume(
    channel: &Channel,
    queue: ShortString,
    tag: ShortString,
) -> lapin::Result<Consumer> {
    channel.basic_consume(queue, tag, BasicConsumeOptions::default(), FieldTable::default()).await
}

/// Consumes replies. They are consumed without acknowledgement: the broker refuses its pseudo-queue for
/// replies otherwise.
pub(super) async fn consume_replies(channel: &Channel) -> lapin::Result<Consumer> {
    let options = BasicConsumeOptions { no_ack: true, ..Default::default() };
    channel.basic_consume(REPLY_TO.into(), "replies".into(), options, FieldTable::default()).await
}

/// The deliveries of a consumer. The stream keeps its channel open.
pub(super) fn deliveries(consumer: Consumer, channel: Channel) -> Deliveries {
    Box::pin(consumer.map(move |delivery| {
        let _open = &channel;
        delivery.map(into_delivery).map_err(fault)
    }))
}

fn into_delivery(wire: WireDelivery) -> Delivery {
    Delivery {
        tag: wire.delivery_tag,
        exchange: wire.exchange.into(),
        routing_key: wire.routing_key.into(),
        redelivered: wire.redelivered,
        properties: Received::Wire(wire.properties),
        body: wire.data.into(),
    }
}

/// The verdicts of a channel, by tag. lapin's own acker would allocate a promise for each message, but one
/// acknowledgement serves ten messages.
pub(super) struct ChannelControl {
    channel: Channel,
    queue: ShortString,
    tag: ShortString,
    /// The times that the consumer began again. Each consumer of a channel has a tag of its own.
    round: AtomicU32,
    /// Whether a verdict was sent.
    ruled: AtomicBool,
}

impl ChannelControl {
    pub(super) fn new(channel: Channel, queue: ShortString, tag: ShortString) -> Self {
        Self { channel, queue, tag, round: AtomicU32::new(0), ruled: AtomicBool::new(false) }
    }

    fn tag(&self) -> Result<ShortString, Fault> {
        match self.round.load(Ordering::Relaxed) {
            0 => Ok(self.tag.clone()),
            round => short(&format!("{} {round}", self.tag)),
        }
    }

    async fn consume_again(&self, prefetch: u16) -> Result<Deliveries, Fault> {
        self.round.fetch_add(1, Ordering::Relaxed);
        // RabbitMQ gives the prefetch to the consumers that begin after it on the channel.
        answered(self.channel.basic_qos(prefetch, BasicQosOptions::default())).await?;
        let consumer = answered(consume(&self.channel, self.queue.clone(), self.tag()?)).await?;
        Ok(deliveries(consumer, self.channel.clone()))
    }
}

impl Control for ChannelControl {
    /// Sends a verdict. lapin queues the frame at the first poll, and the rest of the future only waits for
    /// the write. If the write never happens, the channel is gone, and the deliveries report that.
    fn settle(&self, verdict: Verdict) {
        let channel = &self.channel;
        self.ruled.store(true, Ordering::Relaxed);
        let queued = match verdict {
            Verdict::Ack { tag } => {
                channel.basic_ack(tag, BasicAckOptions { multiple: false }).now_or_never()
            }
            Verdict::AckUpTo { tag } => {
                channel.basic_ack(tag, BasicAckOptions { multiple: true }).now_or_never()
            }
            Verdict::Requeue { tag } => {
                channel.basic_nack(tag, BasicNackOptions { multiple: false, requeue: true }).now_or_never()
            }
            Verdict::RequeueUpTo { tag } => {
                channel.basic_nack(tag, BasicNackOptions { multiple: true, requeue: true }).now_or_never()
            }
            Verdict::Reject { tag } => {
                channel.basic_reject(tag, BasicRejectOptions { requeue: false }).now_or_never()
            }
        };
        if let Some(Err(why)) = queued {
            tracing::debug!(why = %Quoted(why), ?verdict, "the channel is gone; the broker delivers again");
        }
    }

    fn cancel(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let cancelled = async {
                answered(self.channel.basic_cancel(self.tag()?, BasicCancelOptions::default())).await
            };
            if let Err(why) = cancelled.await {
                tracing::debug!(why = %Quoted(why), "the consumer was gone before it was cancelled");
            }
        })
    }

    fn resume(&self, prefetch: u16) -> BoxFuture<'_, Result<Deliveries, Fault>> {
        Box::pin(self.consume_again(prefetch))
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if self.ruled.load(Ordering::Relaxed) {
                sleep(SETTLING).await;
            }
            if let Err(why) = answered(self.channel.close(200, "bye".into())).await {
                tracing::debug!(why = %Quoted(why), "the channel did not close in order");
            }
        })
    }
}
