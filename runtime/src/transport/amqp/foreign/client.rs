//! The client's side of other frameworks: a request as their message, and their answer as a response.

use super::arguments::{members, not_json};
use super::celery::{fresh_headers, iso, status};
use super::{Expected, to_queue};
use crate::call::context::Context;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::transport::amqp::broker::{Delivery, Publish};
use crate::transport::amqp::envelope::Known;
use crate::transport::amqp::ids::unix_millis;
use crate::transport::amqp::properties::{Properties, Value};
use crate::transport::amqp::wire;
use bytes::Bytes;
use polywire_codegen::transport::amqp::foreign::Framework;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The states of a task of Celery that has not ended.
const UNENDED: [&str; 4] = ["PENDING", "RECEIVED", "STARTED", "RETRY"];
/// The text of a service of NestJS without the pattern (`NO_MESSAGE_HANDLER`).
const NO_HANDLER: &str = "There is no matching message handler";

/// The message of a request, under this id.
///
/// # Errors
/// `internal` when the request is no JSON.
pub(crate) fn message(
    expected: Expected<'_>,
    (queue, id): (String, String),
    cx: &Context,
    request: &[u8],
) -> Result<Publish> {
    let mut properties = Properties {
        persistent: true,
        correlation_id: Some(id.clone()),
        message_id: Some(id.clone()),
        timestamp: Some(unix_millis() / 1_000),
        ..Properties::default()
    };
    wire::put_metadata(&mut properties.headers, cx.metadata());
    let body = match expected.foreign.framework {
        Framework::Celery => {
            let (args, kwargs) = arguments(expected, request)?;
            let headers = fresh_headers(&expected.foreign.name, &id, [&args, &kwargs]);
            properties.headers.extend(headers);
            let own = [
                ("ignore_result", Value::Bool(!expected.foreign.answers)),
                ("expires", expiry(expected, cx)),
            ];
            properties.headers.extend(own.map(|(name, value)| (name.to_owned(), value)));
            json!([args, kwargs, { "callbacks": null, "errbacks": null, "chain": null, "chord": null }])
        }
        Framework::Nest => {
            let id = expected.foreign.answers.then_some(id);
            let mut packet =
                json!({ "pattern": pattern(&expected.foreign.name), "data": data(expected, request)? });
            if let (Some(packet), Some(id)) = (packet.as_object_mut(), id) {
                packet.insert("id".to_owned(), id.into());
            }
            packet
        }
    };
    Ok(Publish { mandatory: true, ..to_queue(queue, properties, body.to_string()) })
}

/// The time after which nobody waits for the answer.
fn expiry(expected: Expected<'_>, cx: &Context) -> Value {
    let left = cx.remaining().filter(|_| expected.foreign.answers);
    let at = left.and_then(|left| unix_millis().checked_add(u64::try_from(left.as_millis()).ok()?));
    at.map_or(Value::Null, |at| Value::Text(iso(at)))
}

/// Writes the time before which a task of Celery does not run, in milliseconds since the epoch.
pub(crate) fn put_eta(message: &mut Publish, due: i64) {
    let due = u64::try_from(due).unwrap_or(0);
    message.properties.headers.insert("eta".to_owned(), Value::Text(iso(due)));
}

/// The arguments of a task: by name, or one that is the message itself.
fn arguments(expected: Expected<'_>, request: &[u8]) -> Result<(Json, Json)> {
    if expected.foreign.whole {
        let whole: &RawValue = serde_json::from_slice(request).map_err(|_| not_json())?;
        return Ok((json!([whole]), json!({})));
    }
    let named: BTreeMap<_, _> = members(expected.known, request)?.into_iter().collect();
    Ok((json!([]), json!(named)))
}

/// The data of a packet: one value alone, or an object of several.
fn data(expected: Expected<'_>, request: &[u8]) -> Result<Json> {
    let members = members(expected.known, request);
    let is_one = expected.known.is_some_and(|known| known.fields.len() == 1);
    if expected.foreign.whole {
        return serde_json::from_slice(request).map_err(|_| not_json());
    }
    let members = members?;
    match &members[..] {
        [] if is_one || expected.known.is_none() => Ok(Json::Null),
        [(_, value)] if is_one => Ok(json!(value)),
        _ => Ok(json!(members.into_iter().collect::<BTreeMap<_, _>>())),
    }
}

/// A pattern is a text, or an object.
fn pattern(name: &str) -> Json {
    serde_json::from_str(name).ok().filter(Json::is_object).unwrap_or_else(|| name.into())
}

/// Whether an answer is the last one.
pub(crate) fn is_final(framework: Framework) -> fn(&Delivery) -> bool {
    match framework {
        Framework::Celery => |reply| {
            let result = serde_json::from_slice::<TaskResult<'_>>(&reply.body);
            result.map_or(true, |result| !UNENDED.contains(&&*result.status))
        },
        Framework::Nest => |_| true,
    }
}

#[derive(Deserialize)]
struct TaskResult<'a> {
    status: String,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    err: Option<Json>,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
}

/// The response in an answer, in JSON.
///
/// # Errors
/// The failure that the answer tells. `internal` when it cannot be read, or is no value of the method.
pub(crate) fn response(framework: Framework, method: &'static Method, reply: &Delivery) -> Result<Bytes> {
    let unreadable = |error: serde_json::Error| {
        Status::internal(format!("the answer of {} cannot be read: {error}", framework.as_str()))
    };
    let value = match framework {
        Framework::Celery => {
            let result: TaskResult<'_> = serde_json::from_slice(&reply.body).map_err(unreadable)?;
            if result.status != "SUCCESS" {
                let raised = result.result.and_then(|raw| serde_json::from_str(raw.get()).ok());
                return Err(status::of_exception(&raised.unwrap_or(Json::Null), &result.status));
            }
            result.result
        }
        Framework::Nest => {
            let answer: Answer<'_> = serde_json::from_slice(&reply.body).map_err(unreadable)?;
            if let Some(error) = answer.err {
                return Err(refusal(error));
            }
            answer.response
        }
    };
    returned(method, value.map(RawValue::get))
}

/// The status of an error of NestJS: a text, an object with a message, or a status of ours.
fn refusal(error: Json) -> Status {
    let text = match &error {
        Json::String(text) => text.clone(),
        other => other.get("message").and_then(Json::as_str).map_or_else(|| other.to_string(), str::to_owned),
    };
    match Status::from_json(error) {
        Some(status) => status,
        None if text.starts_with(NO_HANDLER) => Status::unimplemented(text),
        None => Status::unknown(text),
    }
}

/// The response message around a value.
fn returned(method: &'static Method, value: Option<&str>) -> Result<Bytes> {
    let value = value.filter(|value| *value != "null");
    let needs =
        || Known::of_answer(method).is_some_and(|known| known.fields.iter().any(|field| field.is_needed));
    match (value, method.wrapped) {
        (Some(value), Some(field)) => Ok(format!("{{\"{field}\":{value}}}").into()),
        (Some(value), None) => Ok(value.to_owned().into()),
        (None, _) if needs() => {
            Err(Status::internal(format!("{} returns a value, and the answer has none", method.full_name())))
        }
        (None, _) => Ok(Bytes::from_static(b"{}")),
    }
}
