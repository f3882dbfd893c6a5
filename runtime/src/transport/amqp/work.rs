//! The way of one delivery: the choice of the method, the context of the call, and the verdict for the broker
//! that follows from the outcome. `consumer` receives and acknowledges deliveries.
//! `failed` has what follows a failure.

use super::admission::Room;
use super::alone::Alone;
use super::bound::Bound;
use super::broker::{Delivery, Publish, REPLY_TO, Topology};
use super::failed::{Unrun, brief};
use super::foreign::{self, Packet};
use super::load::Load;
use super::ordered::Kept;
use super::parcel::Parcel;
use super::prepare::{Prepared, Unstarted};
use super::properties::{Properties, Value};
use super::publisher::Publisher;
use super::replier::{Replier, Wish, ended};
use super::replies::may_answer;
use super::topology::Sequence;
use super::{stream, wire};
use crate::call::budget::Reservation;
use crate::call::context::{Context, Response, Transport};
use crate::call::input::{Codec, Input, Reply};
use crate::call::status::{Result, Status};
use crate::waist::handler::{BoxOutgoing, Call};
use crate::waist::mounted::Mounted;
use crate::waist::queue_stats::Meter;
use bytes::{Bytes, BytesMut};
use futures_core::future::BoxFuture;
use polywire_codegen::transport::amqp::foreign::Framework;
use polywire_codegen::transport::amqp::topology::LEVELS;
use polywire_codegen::transport::amqp::{Batch, Kind, Plan};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout};

/// The parts that all queues of one broker share.
pub(crate) struct Shared {
    pub(crate) mounted: Arc<Mounted>,
    pub(crate) publisher: Publisher,
    pub(crate) replier: Replier,
    pub(crate) transport: Transport,
    /// Our own user on the broker, if it is known.
    pub(crate) us: Option<Arc<str>>,
    /// The right to run: many messages have it, or one that may end the program.
    pub(super) alone: Alone,
    /// The delay levels that were declared, by their place in the list.
    pub(crate) levels: [OnceCell<()>; LEVELS.len()],
    /// Whether the broker refused a copy that names this user.
    pub(crate) unknown_to_broker: AtomicBool,
}

/// One queue, and the methods that handle its messages.
pub(crate) struct Work {
    pub(crate) queue: Arc<str>,
    pub(crate) kind: Kind,
    pub(crate) methods: Vec<Bound>,
    pub(crate) load: Load,
    /// Whether a message that failed is held until it is settled.
    pub(crate) sequence: Sequence,
    /// How messages are joined for one call.
    pub(crate) batch: Option<Batch>,
    /// The numbers that metrics read.
    pub(crate) meter: Arc<Meter>,
    /// The framework whose messages the queue holds, in place of ours.
    pub(crate) framework: Option<Framework>,
    /// The message that went back to its ordered queue, if one did.
    pub(crate) held: Mutex<Option<Kept>>,
    pub(crate) shared: Arc<Shared>,
}

/// The verdict on a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settlement {
    Handled,
    /// The broker takes the message back, as if it had never been delivered.
    Requeue,
    /// The broker moves the message to its dead letters itself.
    Reject,
}

/// A call that was begun.
pub(crate) enum Begun {
    /// A request without anybody who waits for its answer.
    Dropped,
    Unary(BoxFuture<'static, Result<BytesMut>>, Origin),
    Stream(BoxFuture<'static, Result<BoxOutgoing>>, Origin),
    Failed(Status, Origin),
    /// A message that must wait for so long.
    Early(Duration, Origin),
}

/// The parts of a delivery that are needed after its handler has run.
pub(crate) struct Origin {
    pub(crate) delivery: Arc<Parcel>,
    pub(crate) codec: Codec,
    pub(crate) cx: Context,
    /// The address of the reply, if the caller may have one there.
    pub(crate) reply_to: Option<String>,
    /// Index of the method, when it is known.
    pub(super) method: Option<usize>,
    /// The number of the attempt, from 1.
    pub(crate) attempt: u32,
    /// The time when the attempt began.
    pub(crate) since: Instant,
    /// The end of the sender's time.
    pub(crate) deadline: Option<Instant>,
    /// The reason why the message was not run, if it was not.
    pub(crate) unrun: Option<Unrun>,
    /// The memory that the message takes.
    pub(super) memory: Reservation,
    /// The message of another framework, until it is answered.
    pub(super) packet: Option<Box<Packet>>,
}

impl Origin {
    /// The address where the caller learns how to cancel, when it asks for one.
    fn cancellable(&self) -> Option<&str> {
        self.delivery.properties.header(wire::CANCEL)?;
        self.reply_to.as_deref()
    }
}

impl Work {
    /// The declarations that the queue needs before it is consumed.
    pub(crate) fn topology(&self) -> Topology {
        Bound::topology(&self.methods)
    }

    /// The plan of the method that a message is for, when it is known.
    pub(crate) fn plan(&self, origin: &Origin) -> Option<&'static Plan> {
        origin.method.map(|at| self.methods[at].plan)
    }

    /// Whether a message runs alone on its queue, because it is suspected. One of an ordered queue does so in any case.
    pub(crate) fn is_suspect(&self, delivery: &Delivery) -> bool {
        self.sequence == Sequence::Any && self.is_suspected(delivery)
    }

    /// Whether a message may be the one that ends its consumers: it was lost with two of them. Of a queue that does
    /// not count, one is enough.
    pub(crate) fn is_suspected(&self, delivery: &Delivery) -> bool {
        match self.kind {
            Kind::Task | Kind::Event => {
                delivery.redelivered
                    && wire::losses(&delivery.properties).is_none_or(|losses| losses >= SUSPECT)
            }
            Kind::Rpc => false,
        }
    }

    /// Finds the method and calls it. The handler runs when the future is polled, not before.
    pub(crate) fn begin(&self, delivery: Delivery, room: Option<Room>) -> Begun {
        let attempt = self.attempt(&delivery);
        self.begin_attempt(self.parcel(delivery), attempt, room)
    }

    /// Takes a delivery.
    pub(super) fn parcel(&self, delivery: Delivery) -> Arc<Parcel> {
        let redelivered = delivery.redelivered;
        let parcel = Parcel::new(delivery, Arc::clone(&self.queue), self.shared.us.clone());
        self.meter.delivery(redelivered, parcel.age_ms());
        Arc::new(parcel)
    }

    /// Calls the method for an attempt, which is not the first if the message was held.
    pub(crate) fn begin_attempt(&self, delivery: Arc<Parcel>, attempt: u32, room: Option<Room>) -> Begun {
        match self.prepare(delivery, attempt, room) {
            Ok(Prepared { at, cx, input, origin }) => self.call(at, cx, input, origin),
            Err(unstarted) => match *unstarted {
                Unstarted::Dropped => Begun::Dropped,
                Unstarted::Failed(status, origin) => Begun::Failed(status, origin),
                Unstarted::Early(wait, origin) => Begun::Early(wait, origin),
            },
        }
    }

    /// The address of the reply. A task has none: nobody waits for it.
    pub(super) fn reply_to(&self, delivery: &Delivery) -> Option<String> {
        let address = delivery.properties.reply_to().filter(|_| self.kind == Kind::Rpc)?;
        may_answer(address, &self.shared.mounted.queues.replies).then(|| address.to_owned())
    }

    fn call(&self, at: usize, cx: Context, input: Input, origin: Origin) -> Begun {
        let route = &self.methods[at].route;
        let reply = match self.framework {
            None => Reply::new(origin.codec).with_json(route.method.service.model.json),
            Some(framework) => {
                Reply::new(Codec::Json).with_json(foreign::style(framework)).with_field(route.method.wrapped)
            }
        };
        match &route.call {
            Call::Unary(call) => Begun::Unary(call(cx, input.into(), reply), origin),
            Call::ServerStream(call) if self.kind == Kind::Rpc => {
                Begun::Stream(call(cx, input.into(), reply), origin)
            }
            Call::ServerStream(_) | Call::ClientStream(_) | Call::Bidi(_) => {
                let text = format!("{} streams in a way that AMQP cannot carry", route.method.full_name());
                Begun::Failed(Status::unimplemented(text), origin)
            }
        }
    }

    /// Waits for the time when running calls are given up. Tasks and events are given back at the end of the
    /// drain, and this does not count as an attempt. A request is answered then, and its answer still has
    /// time to go out.
    pub(crate) fn end(&self) -> BoxFuture<'static, ()> {
        let mounted = &self.shared.mounted;
        match self.kind {
            Kind::Rpc => Box::pin(mounted.closing.clone().cancelled_owned()),
            Kind::Task | Kind::Event => Box::pin(mounted.policy.ending.wait()),
        }
    }

    /// Settles a delivery without waiting, where that is possible: the success of a task or an event, or a
    /// reply for which there is room.
    pub(crate) fn settle_now(
        &self,
        result: Result<BytesMut>,
        origin: Origin,
    ) -> Result<Settlement, Unsettled> {
        match (self.kind, result) {
            (Kind::Rpc, result) => match self.reply(result, &origin) {
                None => Ok(Settlement::Handled),
                Some(reply) => match self.shared.replier.try_reply(reply) {
                    None => Ok(Settlement::Handled),
                    Some(reply) => Err(Unsettled::Reply(reply)),
                },
            },
            (Kind::Task | Kind::Event, Ok(result)) if origin.packet.is_some() => {
                Err(Unsettled::Done(result, Box::new(origin)))
            }
            (Kind::Task | Kind::Event, Ok(_)) => Ok(Settlement::Handled),
            (Kind::Task | Kind::Event, Err(status)) => Err(Unsettled::Failed(status, Box::new(origin))),
        }
    }

    /// Settles a delivery that has to wait for the broker.
    pub(crate) async fn settle(&self, unsettled: Unsettled) -> Settlement {
        match unsettled {
            Unsettled::Reply(reply) => {
                self.shared.replier.reply(reply).await;
                Settlement::Handled
            }
            Unsettled::Early(wait, origin) => self.postpone(wait, &origin).await,
            Unsettled::Done(result, origin) => self.answer_foreign(&result, &origin).await,
            Unsettled::Failed(status, origin) => match self.sequence {
                Sequence::Any => self.remedy(&status, &origin).await,
                Sequence::Kept => self.hold(status, *origin).await,
            },
        }
    }

    /// The reply to a request, or `None` when the request names no reply address.
    fn reply(&self, result: Result<BytesMut>, origin: &Origin) -> Option<Publish> {
        let address = origin.reply_to.clone()?;
        let limit = self.shared.mounted.policy.limits.amqp_message_size;
        let result = result.and_then(|body| match body.len() {
            size if size <= limit => Ok(body.freeze()),
            size => {
                Err(Status::resource_exhausted(format!("a response of {size} bytes: the limit is {limit}")))
            }
        });
        Some(answer(address, result, origin))
    }

    /// Runs to its end a call that was not ready at once.
    pub(crate) async fn finish(
        &self,
        call: BoxFuture<'static, Result<BytesMut>>,
        origin: Origin,
    ) -> Settlement {
        let Some(result) = self.result(call, &origin).await else { return Settlement::Handled };
        match self.settle_now(result, origin) {
            Ok(settlement) => settlement,
            Err(unsettled) => self.settle(unsettled).await,
        }
    }

    /// The result of a call, or `None` when its caller cancelled it. The caller can cancel only after it has
    /// learned where. A slow call sends it this address, and a quick call saves that message.
    async fn result(
        &self,
        mut call: BoxFuture<'static, Result<BytesMut>>,
        origin: &Origin,
    ) -> Option<Result<BytesMut>> {
        let Some(address) = origin.cancellable() else { return Some(call.await) };
        if let Ok(result) = timeout(ACCEPTED_AFTER, &mut call).await {
            return Some(result);
        }
        let mut control = self.shared.replier.open_stream(None);
        let accepted = controlled_reply(address.to_owned(), control.id, 0, origin, Bytes::new());
        self.shared.replier.reply(accepted).await;
        let (_, wishes) = control.halves();
        // When the way back is broken, no cancel can arrive any more. Only the end of the call is left to
        // wait for.
        tokio::select! {
            biased;
            result = &mut call => Some(result),
            Wish::Cancelled = ended(wishes) => None,
        }
    }

    pub(crate) async fn answer_stream(&self, outgoing: Result<BoxOutgoing>, origin: Origin) -> Settlement {
        stream::answer(&self.shared, outgoing, origin).await;
        Settlement::Handled
    }
}

/// The losses from which on a message is handled alone.
const SUSPECT: i64 = 2;

/// The duration after which a running call can be cancelled.
const ACCEPTED_AFTER: Duration = Duration::from_millis(50);

/// The result of a call that could not be settled at once.
pub(crate) enum Unsettled {
    Reply(Publish),
    Failed(Status, Box<Origin>),
    Early(Duration, Box<Origin>),
    /// The result of a message of another framework.
    Done(BytesMut, Box<Origin>),
}

/// The last reply to a request: the response, or the reason why there is none.
pub(crate) fn answer(address: String, result: Result<Bytes>, origin: &Origin) -> Publish {
    let response = Response { headers: origin.cx.take_headers(), trailers: origin.cx.take_trailers() };
    let mut properties = reply_properties(origin);
    wire::put_response(&mut properties.headers, &response);
    let status = result.as_ref().err().map(brief);
    wire::put_status(&mut properties.headers, status.as_ref());
    let body = result.unwrap_or_else(|status| wire::status_body(origin.codec, &status));
    reply(address, properties, body)
}

/// A reply that more replies follow. It tells the caller where to grant or cancel.
pub(crate) fn controlled_reply(
    address: String,
    stream: u64,
    sequence: i64,
    origin: &Origin,
    body: Bytes,
) -> Publish {
    let mut properties = reply_properties(origin);
    properties.reply_to = Some(REPLY_TO.to_owned());
    properties.message_id = Some(stream.to_string());
    properties.headers.insert(wire::SEQUENCE.to_owned(), Value::Int(sequence));
    reply(address, properties, body)
}

fn reply_properties(origin: &Origin) -> Box<Properties> {
    Box::new(Properties {
        content_type: Some(wire::content_type(origin.codec).into()),
        correlation_id: origin.delivery.properties.correlation_id().map(str::to_owned),
        ..Properties::default()
    })
}

/// Builds a reply. It is never mandatory, because the broker reports every direct reply as returned.
fn reply(address: String, properties: Box<Properties>, body: Bytes) -> Publish {
    Publish { exchange: "".into(), routing_key: address.into(), mandatory: false, properties, body }
}
