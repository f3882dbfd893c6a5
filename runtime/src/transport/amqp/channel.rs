//! The client's channel over `amqp://` and `memory:`.
//!
//! A call carries a direct reply address. Tasks and events are published with a confirm: `Ok` means that a
//! queue has the message. The channel connects in the background, and connects again whenever a connection is
//! needed.

use super::broker::{
    ACCESS_REFUSED, Broker, Delivery, Fault, LONGEST_NAME, Name, PRECONDITION_FAILED, Publish, REPLY_TO,
    Topology,
};
use super::calls::{self, Calls, OnLoss};
use super::envelope::Known;
use super::foreign::{Expected, client, style};
use super::health::{LinkHealth, State};
use super::ids;
use super::properties::{Properties, Value};
use super::publisher::{self, Publisher};
use super::topology::{Address, published_to};
use super::{subscription, topic, wire};
use crate::call::context::{Context, Transport};
use crate::call::delay::Delay;
use crate::call::input::{Codec, Reply};
use crate::call::limits::Limits;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::channel::{Channel, Endpoint, Payload};
use crate::log::Quoted;
use bytes::Bytes;
use futures_core::future::BoxFuture;
use polywire_codegen::model::Idempotency;
use polywire_codegen::transport::amqp::foreign::{Foreign, Framework};
use polywire_codegen::transport::amqp::order::partition_name;
use polywire_codegen::transport::amqp::{Kind, Plan};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// The time limit of a call without a deadline. It equals the default limit of a server.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// The metadata whose value becomes the message id of a task or an event (draft-ietf-httpapi-idempotency-key-header).
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The time during which a request that no queue takes is sent again.
pub(super) const STARTING: Duration = Duration::from_secs(2);

/// Opens a channel, and waits for its first attempt to connect. The broker may be away: a call then reports
/// it when its deadline passes.
pub(crate) async fn connect(endpoint: Endpoint) -> Result<Arc<dyn Channel>> {
    let (broker, transport) = super::brokers::open(&endpoint)?;
    let inner = Inner::new(broker, &endpoint);
    let _ = timeout(endpoint.connect_timeout, inner.calls().health().known()).await;
    Ok(Arc::new(AmqpChannel { inner: Arc::new(inner), transport }))
}

struct AmqpChannel {
    inner: Arc<Inner>,
    transport: Transport,
}

pub(super) struct Inner {
    broker: Arc<dyn Broker>,
    pub(super) codec: Codec,
    /// The largest response, in bytes.
    pub(super) message_size: usize,
    limits: Limits,
    publisher: OnceLock<Publisher>,
    calls: OnceLock<Calls>,
    targets: Mutex<HashMap<&'static str, Arc<Target>>>,
    next_id: AtomicU64,
}

/// The address of a method's messages, and whether it is declared.
pub(super) struct Target {
    pub(super) address: Address<'static>,
    /// Whether a message that no queue takes is a failure.
    mandatory: bool,
    plan: &'static Plan,
    /// The fields of the request, of a method of another framework.
    known: Option<Known>,
    declared: OnceCell<()>,
}

impl Target {
    /// The routing key of a message. An ordered method has one for each partition, and the messages of a pattern have
    /// one each.
    fn key(&self, cx: &Context) -> Result<Name> {
        if let Some(pattern) = self.plan.pattern() {
            return self.key_within(pattern, cx);
        }
        let Some(order) = &self.plan.order else { return Ok(self.address.key.clone()) };
        let text = cx.steer().ok_or_else(|| {
            Status::internal(format!("the message has no `{}`, which chooses its partition", order.by))
        })?;
        Ok(partition_name(&self.address.key, order.partition(text)).into())
    }

    /// The key that a field of the message holds.
    fn key_within(&self, pattern: &str, cx: &Context) -> Result<Name> {
        let Some(field) = &self.plan.key else {
            return Err(Status::failed_precondition(format!(
                "the method consumes by the pattern `{pattern}`, and a message has a key of its own; write `key = \"…\"` \
                 with the field that holds it, or publish by another method"
            )));
        };
        match cx.steer() {
            Some(key) if topic::takes(pattern, key) => Ok(key.to_owned().into()),
            key => Err(Status::invalid_argument(format!(
                "`{field}` is `{}`, and nobody who consumes `{pattern}` gets a message under this key",
                Quoted(key.unwrap_or_default())
            ))),
        }
    }

    /// The declarations of a publisher.
    fn topology(&self) -> Topology {
        let mut all = Topology::default();
        self.address.clone().partitions(self.plan).iter().for_each(|address| all.merge(address.published()));
        all
    }
}

impl Inner {
    fn new(broker: Arc<dyn Broker>, endpoint: &Endpoint) -> Self {
        Self {
            broker,
            codec: endpoint.codec.unwrap_or(Codec::Proto),
            message_size: endpoint.message_size,
            limits: Limits::default(),
            publisher: OnceLock::new(),
            calls: OnceLock::new(),
            targets: Mutex::default(),
            next_id: AtomicU64::new(1),
        }
    }

    fn publisher(&self) -> &Publisher {
        self.publisher.get_or_init(|| Publisher::start(Arc::clone(&self.broker), Vec::new()))
    }

    pub(super) fn calls(&self) -> &Calls {
        self.calls.get_or_init(|| Calls::start(Arc::clone(&self.broker)))
    }

    fn target(&self, method: &'static Method) -> Result<Arc<Target>> {
        let Some(plan) = &method.plans.amqp else {
            return Err(Status::unimplemented(format!("{} is not served over AMQP", method.full_name())));
        };
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        let target = targets.entry(method.path).or_insert_with(|| {
            let mandatory = plan.kind != Kind::Event || plan.required;
            Arc::new(Target {
                address: published_to(method, plan),
                mandatory,
                plan,
                known: plan.foreign.as_ref().and_then(|_| Known::of(method)),
                declared: OnceCell::new(),
            })
        });
        Ok(Arc::clone(target))
    }

    /// Declares what a message needs to arrive. This happens once.
    pub(super) async fn declare(&self, target: &Target) -> Result<()> {
        let declared = target.declared.get_or_try_init(async || {
            let topology = Arc::new(target.topology());
            match target.address.kind {
                Kind::Rpc => self.calls().declare(topology).await,
                Kind::Task | Kind::Event => self.publisher().declare(topology).await,
            }
        });
        declared.await.map(drop).map_err(|fault| self.unreachable(&fault))
    }

    fn unreachable(&self, fault: &Fault) -> Status {
        let text = format!("{}: {fault}", self.broker.address());
        match fault {
            Fault::Refused { code, .. } => forbidden(*code, text),
            Fault::Lost(_) | Fault::Invalid(_) => Status::unavailable(text),
        }
    }

    /// Builds the part that every message of a call shares.
    pub(super) fn message(
        &self,
        target: &Target,
        method: &'static Method,
        cx: &Context,
        body: Bytes,
    ) -> Result<Publish> {
        let mut properties = Properties {
            content_type: Some(wire::content_type(self.codec).into()),
            kind: Some(method.full_name().into()),
            priority: target.plan.load.priority,
            ..Properties::default()
        };
        wire::put_metadata(&mut properties.headers, cx.metadata());
        let message = Publish {
            exchange: target.address.exchange.clone(),
            routing_key: target.key(cx)?,
            mandatory: target.mandatory,
            properties: Box::new(properties),
            body,
        };
        self.check_message(&message)?;
        Ok(message)
    }

    fn check_message(&self, message: &Publish) -> Result<()> {
        let (limit, size) = (self.limits.amqp_message_size, message.body.len());
        if size > limit {
            let text = format!("a message of {size} bytes: AMQP carries at most {limit}");
            return Err(Status::resource_exhausted(text));
        }
        message.check().map_err(|fault| Status::invalid_argument(fault.to_string()))
    }

    /// Makes a message a request. Its id identifies the reply, and it expires with the call.
    pub(super) fn request(&self, message: &mut Publish, deadline: Option<Instant>) {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed).to_string();
        message.properties.correlation_id = Some(id.clone());
        message.properties.message_id = Some(id);
        message.properties.reply_to = Some(REPLY_TO.to_owned());
        if let Some(deadline) = deadline {
            wire::set_deadline(&mut message.properties, deadline.saturating_duration_since(Instant::now()));
        }
    }

    /// The status of a request that came back. No queue is bound for the method, because no server ever
    /// declared one. When a server declared its queue and is away, the queue stays and the request waits
    /// there.
    pub(super) fn returned(&self, method: &'static Method) -> Status {
        Status::unimplemented(format!("no server of {} at {}", method.full_name(), self.broker.address()))
    }

    pub(super) fn lost(&self, why: &str) -> Status {
        Status::unavailable(format!("{}: {why}; it is not known whether the call ran", self.broker.address()))
    }

    /// The status of a call whose deadline passed. It gives the reason when the broker could not be reached.
    fn late(&self, health: &LinkHealth) -> Status {
        match health.get() {
            State::Down(why) => Status::unavailable(format!("the deadline passed without a broker: {why}")),
            State::Starting | State::Ready => {
                Status::deadline_exceeded("the deadline passed before the answer came")
            }
        }
    }

    /// Sends a request until a queue takes it. A server that starts at the same time may not have declared
    /// its queue yet.
    async fn send(
        &self,
        method: &'static Method,
        target: &Target,
        cx: &Context,
        body: Bytes,
        deadline: Instant,
    ) -> Result<Delivery> {
        let give_up = Instant::now() + STARTING;
        loop {
            let mut request = self.message(target, method, cx, body.clone())?;
            self.request(&mut request, Some(deadline));
            request.properties.headers.insert(wire::CANCEL.to_owned(), Value::Bool(true));
            match self.calls().call(request, on_loss(method)).await {
                Ok(reply) => return Ok(reply),
                Err(calls::Failure::Returned) if Instant::now() < give_up => sleep(STARTING / 20).await,
                Err(calls::Failure::Returned) => return Err(self.returned(method)),
                Err(calls::Failure::Lost(why)) => return Err(self.lost(&why)),
            }
        }
    }

    async fn call(
        &self,
        method: &'static Method,
        target: &Target,
        cx: &Context,
        body: Bytes,
    ) -> Result<Bytes> {
        let deadline = cx.deadline().unwrap_or_else(|| Instant::now() + DEFAULT_TIMEOUT);
        let exchange = async {
            self.declare(target).await?;
            let reply = self.send(method, target, cx, body, deadline).await?;
            self.read(&reply, cx)
        };
        timeout_at(deadline, exchange).await.unwrap_or_else(|_| Err(self.late(self.calls().health())))
    }

    /// Reads the last reply of a call, or its only one.
    pub(super) fn read(&self, reply: &Delivery, cx: &Context) -> Result<Bytes> {
        let limit = usize::try_from(self.limits.header_size).unwrap_or(usize::MAX);
        let response = wire::take_response(&reply.properties, limit)?;
        cx.edit_headers(|headers| headers.extend(&response.headers));
        cx.edit_trailers(|trailers| trailers.extend(&response.trailers));
        // A reply without a status does not come from a polywire server. As far as we can tell, the call
        // succeeded.
        wire::outcome(reply).unwrap_or(Ok(()))?;
        self.check_codec(reply)?;
        Ok(reply.body.clone())
    }

    fn check_size(&self, reply: &Delivery) -> Result<()> {
        if reply.body.len() > self.message_size {
            let text =
                format!("a response of {} bytes: the limit is {}", reply.body.len(), self.message_size);
            return Err(Status::resource_exhausted(text));
        }
        Ok(())
    }

    pub(super) fn check_codec(&self, reply: &Delivery) -> Result<()> {
        self.check_size(reply)?;
        match wire::codec(&reply.properties) {
            Ok(codec) if codec == self.codec => Ok(()),
            Ok(_) => Err(Status::internal(format!("the response is not {}", wire::content_type(self.codec)))),
            Err(status) => {
                Err(Status::internal(format!("the response cannot be read: {}", status.message())))
            }
        }
    }

    /// Builds a task or an event: a message that survives a restart of the broker.
    fn persistent(
        &self,
        method: &'static Method,
        target: &Target,
        cx: &Context,
        body: Bytes,
    ) -> Result<Publish> {
        let mut message = self.message(target, method, cx, body)?;
        message.properties.persistent = true;
        message.properties.message_id = Some(message_id(cx)?);
        message.properties.timestamp = Some(ids::unix_millis() / 1_000);
        if let Some(delay) = cx.extension::<Delay>() {
            let due = Value::Int(due(method, target.plan, *delay)?);
            message.properties.headers.insert(wire::DUE.to_owned(), due);
        }
        Ok(message)
    }

    /// Makes a call, or publishes a task or an event. There is one future for each, so that the most frequent
    /// one stays small.
    fn unary(
        self: Arc<Self>,
        method: &'static Method,
        cx: Context,
        request: Bytes,
    ) -> Result<BoxFuture<'static, Result<Payload>>> {
        let target = self.target(method)?;
        if let Some(foreign) = &target.plan.foreign {
            return self.foreign(method, Arc::clone(&target), cx, (foreign, request));
        }
        if target.address.kind == Kind::Rpc {
            if cx.extension::<Delay>().is_some() {
                return Err(no_delay(method, "its caller waits for the answer"));
            }
            return Ok(Box::pin(
                async move { self.call(method, &target, &cx, request).await.map(Payload::One) },
            ));
        }
        let message = self.persistent(method, &target, &cx, request)?;
        if target.declared.initialized() {
            return Ok(Box::pin(async move { self.publish(method, message, &cx).await.map(Payload::One) }));
        }
        Ok(Box::pin(async move {
            self.declare_and_publish(method, &target, message, &cx).await.map(Payload::One)
        }))
    }

    /// Sends a message of another framework, and waits for its answer if it has one.
    fn foreign(
        self: Arc<Self>,
        method: &'static Method,
        target: Arc<Target>,
        cx: Context,
        (foreign, request): (&'static Foreign, Bytes),
    ) -> Result<BoxFuture<'static, Result<Payload>>> {
        let expected = Expected { foreign, known: target.known.as_ref() };
        let address = (target.address.key.clone().into_owned(), message_id(&cx)?);
        let mut message = client::message(expected, address, &cx, &request)?;
        if let Some(delay) = cx.extension::<Delay>() {
            match (foreign.framework, foreign.answers) {
                (Framework::Celery, false) => {
                    client::put_eta(&mut message, due(method, target.plan, *delay)?);
                }
                (Framework::Celery, true) => {
                    return Err(no_delay(method, "its caller waits for the answer"));
                }
                (Framework::Nest, _) => return Err(no_delay(method, "NestJS has no delays")),
            }
        }
        self.check_message(&message)?;
        if foreign.answers {
            return Ok(Box::pin(async move {
                self.call_foreign(method, &target, &cx, message, foreign.framework).await.map(Payload::One)
            }));
        }
        Ok(Box::pin(async move {
            self.declare_and_publish(method, &target, message, &cx).await?;
            Ok(Payload::One(Bytes::from_static(Codec::Json.empty_message())))
        }))
    }

    async fn call_foreign(
        &self,
        method: &'static Method,
        target: &Target,
        cx: &Context,
        mut message: Publish,
        framework: Framework,
    ) -> Result<Bytes> {
        message.properties.reply_to = Some(REPLY_TO.to_owned());
        let deadline = cx.deadline().unwrap_or_else(|| Instant::now() + DEFAULT_TIMEOUT);
        let exchange = async {
            self.declare(target).await?;
            let answer = self.calls().call_until(message, on_loss(method), client::is_final(framework));
            let reply = answer.await.map_err(|failure| match failure {
                calls::Failure::Returned => self.returned(method),
                calls::Failure::Lost(why) => self.lost(&why),
            })?;
            self.check_size(&reply)?;
            client::response(framework, method, &reply)
        };
        timeout_at(deadline, exchange).await.unwrap_or_else(|_| Err(self.late(self.calls().health())))
    }

    async fn publish(&self, method: &'static Method, message: Publish, cx: &Context) -> Result<Bytes> {
        let publisher = self.publisher();
        let deadline = cx.deadline().unwrap_or_else(|| Instant::now() + DEFAULT_TIMEOUT);
        match publisher.publish_by(message, deadline).await {
            Ok(()) => Ok(Bytes::from_static(self.codec.empty_message())),
            Err(failure) => Err(self.refusal(method, &failure)),
        }
    }

    /// The status of a message that was not published, or of which nobody knows. The code tells a caller whether it
    /// may publish once more: `deadline_exceeded` alone leaves open whether a queue has the message.
    fn refusal(&self, method: &Method, failure: &publisher::Failure) -> Status {
        let text = format!("{}: {failure}", method.full_name());
        match failure {
            publisher::Failure::Invalid(_) => Status::invalid_argument(text),
            publisher::Failure::Refused => Status::resource_exhausted(text),
            publisher::Failure::Rejected { code, .. } => forbidden(*code, text),
            publisher::Failure::Unsent => {
                let why = self.publisher().health().reason();
                Status::unavailable(why.map_or(text.clone(), |why| format!("{text}: {why}")))
            }
            publisher::Failure::Unknown(_) => Status::deadline_exceeded(format!(
                "{text}; publish it again under the same `{IDEMPOTENCY_KEY}` if it must arrive"
            )),
            publisher::Failure::Returned(_) | publisher::Failure::Closed => Status::unavailable(text),
        }
    }

    /// Declares what the message needs, then publishes it. Only the first message of a method comes here.
    async fn declare_and_publish(
        &self,
        method: &'static Method,
        target: &Target,
        message: Publish,
        cx: &Context,
    ) -> Result<Bytes> {
        let deadline = cx.deadline().unwrap_or_else(|| Instant::now() + DEFAULT_TIMEOUT);
        let declared = timeout_at(deadline, self.declare(target)).await;
        declared.unwrap_or_else(|_| Err(self.refusal(method, &publisher::Failure::Unsent)))?;
        self.publish(method, message, cx).await
    }
}

/// The time of a message with a delay, in milliseconds since the epoch.
fn due(method: &Method, plan: &Plan, delay: Delay) -> Result<i64> {
    if plan.order.is_some() {
        return Err(no_delay(method, "a message that waits would hold up all others of its partition"));
    }
    let due = delay.due().and_then(|due| i64::try_from(due).ok());
    due.ok_or_else(|| {
        Status::invalid_argument(format!(
            "{}: a delay of more than ten years; shorten it",
            method.full_name()
        ))
    })
}

#[cold]
fn no_delay(method: &Method, why: &str) -> Status {
    Status::failed_precondition(format!(
        "{} cannot be delayed: {why}; remove the `Delay`",
        method.full_name()
    ))
}

/// The status of a refusal by the broker, from AMQP's reply code.
fn forbidden(code: u16, text: String) -> Status {
    match code {
        ACCESS_REFUSED => Status::permission_denied(text),
        PRECONDITION_FAILED => Status::failed_precondition(text),
        _ => Status::unavailable(text),
    }
}

/// The message id of a task or an event: the idempotency key of its caller, else a new one.
pub(crate) fn message_id(cx: &Context) -> Result<String> {
    cx.metadata().get(IDEMPOTENCY_KEY).map_or_else(|| Ok(ids::message_id()), named)
}

/// The message id that an idempotency key gives. The header holds a string with or without its quotes.
fn named(key: &str) -> Result<String> {
    let bare = key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key);
    if bare.is_empty() || bare.len() > LONGEST_NAME {
        return Err(Status::invalid_argument(format!(
            "an `{IDEMPOTENCY_KEY}` of {} bytes: it becomes the message id, which has 1 to {LONGEST_NAME}",
            bare.len()
        )));
    }
    Ok(bare.to_owned())
}

/// Whether a call may be sent a second time.
fn on_loss(method: &Method) -> OnLoss {
    match method.idempotency() {
        Idempotency::Idempotent | Idempotency::NoSideEffects => OnLoss::Resend,
        Idempotency::Unknown => OnLoss::Fail,
    }
}

impl Channel for AmqpChannel {
    fn codec(&self) -> Codec {
        self.inner.codec
    }

    fn transport(&self) -> Transport {
        self.transport
    }

    fn delays(&self) -> bool {
        true
    }

    fn form(&self, method: &'static Method) -> Reply {
        let foreign = method.plans.amqp.as_ref().and_then(|plan| plan.foreign.as_ref());
        match foreign {
            Some(foreign) => Reply::new(Codec::Json).with_json(style(foreign.framework)),
            None => Reply::new(self.inner.codec),
        }
    }

    fn call(
        &self,
        method: &'static Method,
        cx: Context,
        request: Payload,
    ) -> BoxFuture<'static, Result<Payload>> {
        let inner = Arc::clone(&self.inner);
        match (request, method.shape().server_streams()) {
            (Payload::One(request), false) => {
                inner.unary(method, cx, request).unwrap_or_else(|status| Box::pin(async { Err(status) }))
            }
            (Payload::One(request), true) => Box::pin(async move {
                let target = inner.target(method)?;
                subscription::open(inner, &target, method, cx, request).await.map(Payload::Many)
            }),
            (Payload::Many(_), _) => Box::pin(async {
                let rule = "AMQP carries no request streams; use grpc:// or ws://";
                Err(Status::unimplemented(format!("{}: {rule}", method.full_name())))
            }),
        }
    }
}
