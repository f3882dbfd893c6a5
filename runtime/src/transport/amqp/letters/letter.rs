//! [`DeadLetter`]: one message that a server, or the broker, gave up on.

use crate::call::status::Status;
use crate::transport::amqp::broker::Delivery;
use crate::transport::amqp::properties::{Received, ValueRef};
use crate::transport::amqp::wire;
use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use polywire_codegen::civil;
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The broker's own reason, when it moved the message itself: `expired`, `rejected`, `delivery_limit` or `maxlen`.
const BROKERS_REASON: &str = "x-first-death-reason";
const TRACE: &str = "traceparent";

/// A message that was given up on. [`DeadLetters`](crate::DeadLetters) finds them.
///
/// serde writes one as an object with a member for each method below, `failedAt` and `routingKey` in camel case. A time
/// is RFC 3339 in UTC, a status is `google.rpc.Status` in JSON. A body is JSON if it reads as JSON, else text, else
/// base64.
///
/// ```
/// use polywire::{Code, DeadLetters, Result, Server, Status, service};
///
/// #[service(package = "orders.v1", transports(amqp))]
/// pub trait Orders {
///     #[amqp(task, queue = "orders")]
///     async fn process(&self, order_id: i64) -> Result<()>;
/// }
/// # struct Worker;
/// # impl Orders for Worker {
/// #     async fn process(&self, id: i64) -> Result<()> { Err(Status::not_found(format!("no order {id}"))) }
/// # }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// tokio::spawn(Server::new().service(OrdersServer::new(Worker)).amqp("memory:letters").serve());
/// OrdersClient::connect("memory:letters").await?.process(7).await?;
///
/// let letters = DeadLetters::of("memory:letters", "orders")?;
/// let letter = loop {
///     match letters.list(|_| true).await {
///         Ok(found) if !found.is_empty() => break found[0].clone(),
///         // The worker is not through yet.
///         _ => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
///     }
/// };
/// assert_eq!(letter.status().map(Status::code), Some(Code::NotFound));
/// assert_eq!((letter.method(), letter.attempts()), (Some("orders.v1.Orders/Process"), 1));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct DeadLetter {
    id: Option<String>,
    method: Option<String>,
    reason: String,
    attempts: u32,
    status: Option<Status>,
    failed_at: Option<SystemTime>,
    exchange: Option<String>,
    routing_key: Option<String>,
    trace: Option<String>,
    content_type: Option<String>,
    body: Bytes,
}

impl DeadLetter {
    pub(in crate::transport::amqp) fn of(delivery: &Delivery) -> Self {
        let properties = &delivery.properties;
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let header = |name| properties.header(name).and_then(ValueRef::text);
        Self {
            id: owned(properties.message_id()),
            method: owned(properties.kind()),
            reason: reason(properties),
            attempts: wire::attempts_told(properties),
            status: wire::failure(properties),
            failed_at: failed_at(properties),
            exchange: owned(header(wire::EXCHANGE)),
            routing_key: owned(header(wire::KEY)),
            trace: owned(header(TRACE)),
            content_type: owned(properties.content_type()),
            body: delivery.body.clone(),
        }
    }

    /// The message id. It stays the same over every retry and replay.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The method's path, such as `books.v1.BookService/ProcessOrder`, when the publisher named it.
    pub fn method(&self) -> Option<&str> {
        self.method.as_deref()
    }

    /// The reason, for people: the last status, or the broker's own word (`expired`, `rejected`, `delivery_limit`,
    /// `maxlen`).
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The number of attempts that were made, from 1.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The status of the last attempt with its details, unless the broker gave up by itself.
    pub fn status(&self) -> Option<&Status> {
        self.status.as_ref()
    }

    /// The time of the failure, to the millisecond, by the clock of the server that gave up.
    pub fn failed_at(&self) -> Option<SystemTime> {
        self.failed_at
    }

    /// The exchange that the message was first published to. The empty name is the default exchange.
    pub fn exchange(&self) -> Option<&str> {
        self.exchange.as_deref()
    }

    /// The routing key that the message was first published under.
    pub fn routing_key(&self) -> Option<&str> {
        self.routing_key.as_deref()
    }

    /// The trace of the caller (`traceparent`, W3C Trace Context).
    pub fn trace(&self) -> Option<&str> {
        self.trace.as_deref()
    }

    /// The content type of the body.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The body, as it was published.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl Serialize for DeadLetter {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let letter = json!({
            "id": self.id,
            "method": self.method,
            "reason": self.reason,
            "attempts": self.attempts,
            "failedAt": self.failed_at.map(in_utc),
            "status": self.status.as_ref().map(Status::to_json),
            "exchange": self.exchange,
            "routingKey": self.routing_key,
            "trace": self.trace,
            "contentType": self.content_type,
            "body": shown(&self.body),
        });
        letter.serialize(out)
    }
}

/// The body in the most readable form that says it exactly.
fn shown(body: &[u8]) -> Json {
    match (serde_json::from_slice(body), std::str::from_utf8(body)) {
        (Ok(json), _) => json,
        (Err(_), Ok(text)) => Json::from(text),
        (Err(_), Err(_)) => Json::from(BASE64_STANDARD.encode(body)),
    }
}

fn in_utc(at: SystemTime) -> String {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (seconds, nanos) = (i64::try_from(since.as_secs()), i32::try_from(since.subsec_nanos()));
    civil::format(seconds.unwrap_or(i64::MAX), nanos.unwrap_or(0))
}

fn reason(properties: &Received) -> String {
    let written = [wire::REASON, BROKERS_REASON];
    let mut reasons = written.into_iter().filter_map(|name| properties.header(name)?.text());
    reasons.next().unwrap_or("no reason is written on it").to_owned()
}

fn failed_at(properties: &Received) -> Option<SystemTime> {
    let millis = u64::try_from(properties.header(wire::FAILED_AT)?.int()?).ok()?;
    let at = UNIX_EPOCH.checked_add(Duration::from_millis(millis))?;
    // A stranger may have written a time that no calendar has.
    i64::try_from(millis / 1_000).is_ok_and(|seconds| civil::SECONDS.contains(&seconds)).then_some(at)
}
