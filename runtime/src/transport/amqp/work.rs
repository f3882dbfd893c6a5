//! The way of one delivery: the choice of the method, the context of the call, and the verdict for the broker
//! that follows from the outcome. `consumer` receives and acknowledges deliveries.
//!
//! A retry is a confirmed copy. The failed task is published to a delay level, the copy is confirmed, then the
//! original is acknowledged. A crash in between is a duplicate, never a loss. The levels are fixed, because a
//! message with a time to live of its own waits behind longer ones.

use super::broker::{Delivery, Name, Publish, REPLY_TO, Topology};
use super::dial::ceiling;
use super::ids::{self, jitter};
use super::outcome::{OwnDeadline, Remedy, remedy};
use super::properties::{Properties, Value, ValueRef};
use super::publisher::{Failure, Publisher};
use super::replier::{Replier, Wish, ended};
use super::topology::{Address, DEAD_LETTERS};
use super::{stream, wire};
use crate::call::budget::Memory;
use crate::call::context::{Context, Inner, Response, Transport};
use crate::call::input::{Codec, Input, Reply};
use crate::call::status::{Code, Result, Status};
use crate::log::{Quoted, sparsely};
use crate::message::codec::extent::Unknown;
use crate::waist::handler::{BoxOutgoing, Call, Route};
use crate::waist::mounted::Mounted;
use bytes::{Bytes, BytesMut};
use futures_core::future::BoxFuture;
use polywire_codegen::model::Shape;
use polywire_codegen::transport::amqp::{Kind, Plan};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// The parts that all queues of one broker share.
pub(crate) struct Shared {
    pub(crate) mounted: Arc<Mounted>,
    pub(crate) publisher: Publisher,
    pub(crate) replier: Replier,
    pub(crate) transport: Transport,
}

/// A method that a queue serves.
pub(crate) struct Bound {
    route: Arc<Route>,
    plan: &'static Plan,
    address: Address<'static>,
}

impl Bound {
    pub(crate) fn new(route: Arc<Route>, plan: &'static Plan, address: Address<'static>) -> Self {
        Self { route, plan, address }
    }
}

/// One queue, and the methods that handle its messages.
pub(crate) struct Work {
    pub(crate) queue: Name,
    pub(crate) kind: Kind,
    pub(crate) methods: Vec<Bound>,
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
    /// The message came too late: its time is over, so nobody waits for the answer.
    Expired,
    Unary(BoxFuture<'static, Result<BytesMut>>, Origin),
    Stream(BoxFuture<'static, Result<BoxOutgoing>>, Origin),
    Failed(Status, Origin),
}

/// The parts of a delivery that are needed after its handler has run.
pub(crate) struct Origin {
    pub(crate) delivery: Delivery,
    pub(crate) codec: Codec,
    pub(crate) cx: Context,
    /// Index of the method, when it is known.
    method: Option<usize>,
    /// The end of the sender's time.
    deadline: Option<Instant>,
    /// The memory that the message takes.
    memory: Memory,
}

impl Origin {
    /// The address where the caller learns how to cancel, when it asks for one.
    fn cancellable(&self) -> Option<&str> {
        self.delivery.properties.header(wire::CANCEL)?;
        self.delivery.properties.reply_to()
    }
}

impl Work {
    /// The declarations that the queue needs before it is consumed.
    pub(crate) fn topology(&self) -> Topology {
        let mut all = Topology::default();
        self.methods.iter().for_each(|bound| all.merge(bound.address.consumed()));
        all
    }

    /// Finds the method and calls it. The handler runs when the future is polled, not before.
    pub(crate) fn begin(&self, mut delivery: Delivery) -> Begun {
        let deadline = self.deadline(&delivery);
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Begun::Expired;
        }
        let method = self.find(&delivery);
        let codec = wire::codec(&delivery.properties);
        let shape = method.as_ref().map_or(Shape::Unary, |at| self.methods[*at].route.method.shape());
        let cx = self.context(shape, &delivery, deadline);
        let body = std::mem::take(&mut delivery.body);
        let mut origin = Origin {
            // A retry or a dead letter carries the same message again.
            delivery: Delivery { body: body.clone(), ..delivery },
            codec: *codec.as_ref().unwrap_or(&Codec::Json),
            cx: Context::new(),
            method: None,
            deadline,
            memory: Memory::of(&self.shared.mounted.policy),
        };
        let checked = method.and_then(|at| Ok((at, codec?, cx?, self.check_size(&body).map(|()| body)?)));
        let (at, codec, cx, body) = match checked {
            Ok(checked) => checked,
            Err(status) => return Begun::Failed(status, origin),
        };
        origin.method = Some(at);
        origin.cx = cx.clone();
        if let Err(status) = origin.memory.hold(body.len()) {
            return Begun::Failed(status, origin);
        }
        self.call(at, cx, Input::Encoded(codec, or_empty(codec, body)), origin)
    }

    fn call(&self, at: usize, cx: Context, input: Input, origin: Origin) -> Begun {
        let route = &self.methods[at].route;
        let reply = Reply::new(origin.codec).with_json(route.method.service.model.json);
        match &route.call {
            Call::Unary(call) => Begun::Unary(call(cx, input, reply), origin),
            Call::ServerStream(call) if self.kind == Kind::Rpc => {
                Begun::Stream(call(cx, input, reply), origin)
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

    fn deadline(&self, delivery: &Delivery) -> Option<Instant> {
        let deadline = wire::deadline(&delivery.properties);
        // A caller without polywire gives its patience as the request's time to live.
        let ttl = || match self.kind {
            Kind::Rpc => delivery.properties.expiration()?.parse().ok().map(Duration::from_millis),
            Kind::Task | Kind::Event => None,
        };
        deadline.or_else(|| Instant::now().checked_add(ttl()?))
    }

    fn context(&self, shape: Shape, delivery: &Delivery, deadline: Option<Instant>) -> Result<Context> {
        let limit = usize::try_from(self.shared.mounted.policy.limits.header_size).unwrap_or(usize::MAX);
        let attempt = wire::attempt(&delivery.properties);
        let metadata = wire::metadata(&delivery.properties, limit)?;
        // The publisher of an event does not know its readers, and may use a newer contract.
        let unknown = match self.kind {
            Kind::Event => Unknown::LeftOut,
            Kind::Rpc | Kind::Task => Unknown::Refused,
        };
        let transport = self.shared.transport;
        let inner = Inner { metadata, deadline, attempt, unknown, transport, ..Inner::default() };
        Ok(self.shared.mounted.context(shape, Instant::now(), inner))
    }

    fn check_size(&self, body: &Bytes) -> Result<()> {
        let limit = self.shared.mounted.policy.limits.amqp_message_size;
        if body.len() <= limit {
            return Ok(());
        }
        let text = format!("a message of {} bytes: the limit is {limit}", body.len());
        Err(Status::resource_exhausted(text))
    }

    /// Finds the method by the message's type, then by the key it was sent under. A queue with one method
    /// takes the rest.
    fn find(&self, delivery: &Delivery) -> Result<usize> {
        let kind = delivery.properties.kind();
        if let Some(at) = kind.and_then(|kind| self.position(|bound| wire::names(kind, bound.route.method))) {
            return Ok(at);
        }
        let sent = delivery.properties.header(wire::KEY).and_then(ValueRef::text);
        let key = sent.unwrap_or(&delivery.routing_key);
        if let Some(at) = self.position(|bound| bound.address.key == key) {
            return Ok(at);
        }
        let named = kind.filter(|kind| self.is_ours(kind));
        match (&self.methods[..], named) {
            ([_], None) => Ok(0),
            _ => Err(Status::unimplemented(format!(
                "no method `{}` on queue `{}`",
                named.unwrap_or(key),
                self.queue
            ))),
        }
    }

    fn position(&self, is: impl Fn(&Bound) -> bool) -> Option<usize> {
        self.methods.iter().position(is)
    }

    /// Whether a type names a method of a service here. Other publishers may use the property for names of
    /// their own.
    fn is_ours(&self, kind: &str) -> bool {
        let kind = kind.strip_prefix('/').unwrap_or(kind);
        self.methods.iter().any(|bound| {
            let service = bound.route.method.full_name().split('/').next().unwrap_or_default();
            kind.strip_prefix(service).is_some_and(|rest| rest.starts_with(['/', '.']))
        })
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
            Unsettled::Failed(status, origin) => self.remedy(&status, *origin).await,
        }
    }

    /// The reply to a request, or `None` when the request names no reply address.
    fn reply(&self, result: Result<BytesMut>, origin: &Origin) -> Option<Publish> {
        let address = origin.delivery.properties.reply_to()?.to_owned();
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

    async fn remedy(&self, status: &Status, origin: Origin) -> Settlement {
        let attempt = wire::attempt(&origin.delivery.properties);
        let own_deadline = match origin.deadline {
            Some(deadline) if deadline <= Instant::now() => OwnDeadline::Past,
            _ => OwnDeadline::NotPast,
        };
        let remedy = match origin.method.map(|at| self.methods[at].plan) {
            Some(plan) => remedy(status.code(), attempt, own_deadline, &plan.retry),
            // A message that cannot be read now cannot be read later.
            None => Remedy::DeadLetter,
        };
        match remedy {
            Remedy::Retry(level) => {
                let redelivered = origin.delivery.redelivered;
                sparsely!(info, queue = %self.queue, attempt, redelivered, status = %Quoted(status), delay = ?level.delay, "failed; trying again");
                self.publish_copy(|| self.retry_copy(level.name, attempt, &origin)).await
            }
            Remedy::DeadLetter => {
                sparsely!(warn, queue = %self.queue, attempt, status = %Quoted(status), "failed for good; see the dead letters");
                self.publish_copy(|| self.dead_letter(status, attempt, &origin)).await
            }
        }
    }

    /// Publishes a copy of a message. The copy is confirmed before the original is acknowledged, so a crash
    /// in between leaves a duplicate and loses nothing.
    ///
    /// The publisher itself survives lost connections. This loop handles copies that the broker refuses.
    async fn publish_copy(&self, copy: impl Fn() -> Publish) -> Settlement {
        for failures in 1..=COPY_ATTEMPTS {
            match self.shared.publisher.publish(copy()).await {
                Ok(()) => return Settlement::Handled,
                Err(Failure::Closed) => return Settlement::Requeue,
                Err(Failure::Invalid(why)) => {
                    sparsely!(error, queue = %self.queue, why = %Quoted(why), "the copy cannot be published; rejecting the message");
                    return Settlement::Reject;
                }
                Err(why @ (Failure::Returned(_) | Failure::Refused)) => {
                    sparsely!(warn, queue = %self.queue, why = %Quoted(why), "the copy was not taken");
                    sleep(jitter(ceiling(failures))).await;
                }
            }
        }
        Settlement::Reject
    }

    fn retry_copy(&self, level: &'static str, attempt: u32, origin: &Origin) -> Publish {
        let mut properties = self.copy(origin);
        properties.headers.insert(wire::ATTEMPT.to_owned(), Value::Int(i64::from(attempt) + 1));
        let body = origin.delivery.body.clone();
        Publish { exchange: level.into(), routing_key: self.queue.clone(), mandatory: true, properties, body }
    }

    fn dead_letter(&self, status: &Status, attempt: u32, origin: &Origin) -> Publish {
        let mut properties = self.copy(origin);
        let now = i64::try_from(ids::unix_millis()).unwrap_or(i64::MAX);
        let headers = &mut properties.headers;
        wire::put_status(headers, Some(&brief(status)));
        headers.insert(wire::ATTEMPT.to_owned(), Value::Int(i64::from(attempt)));
        headers.insert(wire::REASON.to_owned(), Value::from(clip(&status.to_string())));
        headers.insert(wire::FAILED_AT.to_owned(), Value::Int(now));
        let body = origin.delivery.body.clone();
        Publish {
            exchange: DEAD_LETTERS.into(),
            routing_key: self.queue.clone(),
            mandatory: true,
            properties,
            body,
        }
    }

    fn copy(&self, origin: &Origin) -> Box<Properties> {
        Box::new(wire::copy(&origin.delivery))
    }
}

/// The duration after which a running call can be cancelled.
const ACCEPTED_AFTER: Duration = Duration::from_millis(50);

/// Attempts to publish a copy that the broker does not take.
const COPY_ATTEMPTS: u32 = 10;

/// The result of a call that could not be settled at once.
pub(crate) enum Unsettled {
    Reply(Publish),
    Failed(Status, Box<Origin>),
}

/// Turns an empty body into a message without fields, in every encoding.
fn or_empty(codec: Codec, body: Bytes) -> Bytes {
    match codec {
        Codec::Json if body.is_empty() => Bytes::from_static(b"{}"),
        _ => body,
    }
}

/// The longest reason in a header, in bytes. A failure's message may quote a whole input, and a header has no
/// room for that.
const LONGEST_REASON: usize = 1_024;

fn clip(text: &str) -> &str {
    let end = (0..=text.len().min(LONGEST_REASON)).rev().find(|&at| text.is_char_boundary(at));
    &text[..end.unwrap_or(0)]
}

fn brief(status: &Status) -> Status {
    if status.message().len() <= LONGEST_REASON {
        return status.clone();
    }
    let text = clip(status.message()).to_owned();
    status.details().iter().cloned().fold(Status::new(status.code(), text), Status::with_detail)
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

/// Logs a message whose time was over. The caller no longer waits, so it gets no answer.
pub(crate) fn note_expired(queue: &str) {
    sparsely!(info, queue, code = Code::DeadlineExceeded.as_str(), "expired before it was started");
}
