//! A channel that keeps tasks and events instead of sending them.

use crate::call::context::Context;
use crate::call::input::Codec;
use crate::call::limits::Limits;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::channel::{Channel, Payload};
use crate::transport::amqp::channel::{IDEMPOTENCY_KEY, message_id};
use bytes::Bytes;
use futures_core::future::BoxFuture;
use polywire_codegen::transport::amqp::Kind;
use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A message that was recorded.
#[derive(Debug)]
pub(in crate::once) struct Recorded {
    pub(in crate::once) message_id: String,
    pub(in crate::once) service: &'static str,
    pub(in crate::once) method: &'static str,
    pub(in crate::once) codec: Codec,
    /// A JSON array of pairs.
    pub(in crate::once) metadata: String,
    pub(in crate::once) body: Bytes,
    /// The text that chooses the way of the message, for a method that is `ordered_by` a field.
    pub(in crate::once) steer: Option<String>,
}

pub(super) struct Recorder {
    codec: Codec,
    recorded: Mutex<Vec<Recorded>>,
}

impl Recorder {
    pub(super) fn new(codec: Codec) -> Self {
        Self { codec, recorded: Mutex::default() }
    }

    /// Takes what was recorded so far, in the order of the calls.
    pub(super) fn take(&self) -> Vec<Recorded> {
        std::mem::take(&mut *self.recorded())
    }

    fn recorded(&self) -> MutexGuard<'_, Vec<Recorded>> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self, method: &'static Method, cx: &Context, request: Payload) -> Result<Payload> {
        check(method)?;
        let body = request.one()?;
        let limit = Limits::default().amqp_message_size;
        if body.len() > limit {
            let text = format!("a message of {} bytes: AMQP carries at most {limit}", body.len());
            return Err(Status::resource_exhausted(text));
        }
        let metadata: Vec<_> = cx.metadata().iter().filter(|(name, _)| *name != IDEMPOTENCY_KEY).collect();
        let metadata = serde_json::to_string(&metadata)
            .map_err(|error| Status::internal("the metadata cannot be written as JSON").with_source(error))?;
        let message_id = message_id(cx)?;
        self.recorded().push(Recorded {
            message_id,
            service: service(method),
            method: method.full_name(),
            codec: self.codec,
            metadata,
            body,
            steer: cx.steer().map(str::to_owned),
        });
        Ok(Payload::One(Bytes::from_static(self.codec.empty_message())))
    }
}

/// The full name of a method's service.
fn service(method: &'static Method) -> &'static str {
    method.full_name().rsplit_once('/').map_or("", |(service, _)| service)
}

/// Checks that nobody waits for the answer of a method.
fn check(method: &Method) -> Result<()> {
    let why = match method.plans.amqp.as_ref().map(|plan| (plan.kind, &plan.foreign)) {
        Some((_, Some(_))) => "it takes messages of another framework, and an outbox holds ours alone",
        Some((Kind::Task | Kind::Event, None)) => return Ok(()),
        Some((Kind::Rpc, None)) => {
            "it answers, and an outbox has no answer; call it over a channel of its own"
        }
        None => {
            "it is not served over AMQP; an outbox takes tasks (`#[amqp(task)]`) and events (`#[amqp(event)]`)"
        }
    };
    Err(Status::failed_precondition(format!("{} cannot be recorded: {why}", method.full_name())))
}

impl Channel for Recorder {
    fn codec(&self) -> Codec {
        self.codec
    }

    fn call(
        &self,
        method: &'static Method,
        cx: Context,
        request: Payload,
    ) -> BoxFuture<'static, Result<Payload>> {
        Box::pin(ready(self.record(method, &cx, request)))
    }
}
