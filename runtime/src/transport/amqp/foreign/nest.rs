//! NestJS over RabbitMQ: packets `{"pattern", "data", "id"}`, and `{"response" | "err", "isDisposed", "id"}` to `reply_to`.
//! A packet without `id` is an event, which nobody answers.

use super::{Expected, Read, arguments, to_queue, unreadable};
use crate::call::status::{Result, Status};
use crate::transport::amqp::broker::{Delivery, Publish};
use crate::transport::amqp::properties::Properties;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// A packet: what is kept of it until it is answered.
#[derive(Debug, Default)]
pub(crate) struct Request {
    id: Option<Value>,
    reply_to: Option<String>,
    correlation_id: Option<String>,
}

#[derive(Deserialize)]
struct Packet<'a> {
    pattern: Option<Value>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    id: Option<Value>,
}

/// The pattern of a packet, as text.
pub(super) fn pattern(body: &Bytes) -> Result<String> {
    let packet = serde_json::from_slice::<Packet<'_>>(body).ok();
    match packet.and_then(|packet| packet.pattern) {
        Some(Value::String(pattern)) => Ok(pattern),
        Some(pattern) => Ok(pattern.to_string()),
        None => Err(Status::invalid_argument("the body is no packet of NestJS: it has no `pattern`")),
    }
}

/// Whether two patterns are the same object.
pub(super) fn same(one: &str, other: &str) -> bool {
    let object = |text: &str| serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
    matches!((object(one), object(other)), (Some(one), Some(other)) if one == other)
}

/// Reads the data of a packet as a request.
pub(super) fn read(expected: Expected<'_>, body: &Bytes) -> Result<Read> {
    let packet: Packet<'_> = serde_json::from_slice(body)
        .map_err(|_| unreadable(expected.foreign, "the body is no packet in JSON"))?;
    let request = arguments::of_value(expected, packet.data)?;
    Ok(Read { request, not_before: None, expires: None })
}

impl Request {
    pub(super) fn head(delivery: &Delivery, reply_to: Option<&str>) -> Self {
        Self {
            id: serde_json::from_slice::<Packet<'_>>(&delivery.body).ok().and_then(|packet| packet.id),
            reply_to: reply_to.map(str::to_owned),
            correlation_id: delivery.properties.correlation_id().map(str::to_owned),
        }
    }

    pub(super) fn is_call(&self) -> bool {
        self.id.is_some()
    }

    pub(super) fn success(&self, result: &str) -> Option<Publish> {
        let result = RawValue::from_string(result.to_owned()).ok()?;
        self.answer("response", &json!(result))
    }

    /// The failure as `google.rpc.Status` in JSON.
    pub(super) fn failure(&self, status: &Status) -> Option<Publish> {
        self.answer("err", &status.to_json())
    }

    fn answer(&self, member: &str, value: &Value) -> Option<Publish> {
        let address = self.reply_to.clone().filter(|_| self.is_call())?;
        let body = json!({ member: value, "isDisposed": true, "id": self.id });
        let properties = Properties { correlation_id: self.correlation_id.clone(), ..Properties::default() };
        Some(to_queue(address, properties, body.to_string()))
    }
}
