//! The parts of a message beside its body: content type, deadline, metadata and status. Writes and reads
//! them.

use super::broker::{Delivery, Publish};
use super::ids::unix_millis;
use super::properties::{Fields, Properties, Received, Value, ValueRef};
use super::retry;
use crate::call::coding::codings;
use crate::call::context::Response;
use crate::call::input::Codec;
use crate::call::metadata::Metadata;
use crate::call::metadata::reserved::is_reserved;
use crate::call::spec::Method;
use crate::call::status::{Code, Status};
use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use polywire_codegen::transport::amqp::topology::LEVELS;
use std::time::Duration;
use tokio::time::Instant;

/// The prefix of our own headers, which never become metadata.
const OWN: &str = "x-polywire-";
/// The time when the call must have ended, in milliseconds since the epoch.
pub(crate) const DEADLINE: &str = "x-polywire-deadline";
/// The number of the attempt that this delivery is, from 1.
pub(crate) const ATTEMPT: &str = "x-polywire-attempt";
/// The routing key that the message was first sent under. A retry arrives under its queue's name.
pub(crate) const KEY: &str = "x-polywire-routing-key";
/// The exchange that the message was first sent to.
pub(crate) const EXCHANGE: &str = "x-polywire-exchange";
/// The time of the first publish, in milliseconds since the epoch. Only copies have it.
pub(crate) const FIRST_SEEN: &str = "x-polywire-first-seen";
/// The user that published the message first. Only copies have it.
pub(crate) const USER: &str = "x-polywire-user-id";
/// The time before which a message does not run, in milliseconds since the epoch. Every publisher may set it.
pub(crate) const DUE: &str = "x-polywire-due";
/// The time that is left when a delay level has sent a message back, in milliseconds. Only copies have it.
pub(crate) const WAIT: &str = "x-polywire-wait";
/// The reason why a message is a dead letter, for people.
pub(crate) const REASON: &str = "x-polywire-reason";
/// The time when a message became a dead letter, in milliseconds since the epoch.
pub(crate) const FAILED_AT: &str = "x-polywire-failed-at";
/// The place of a reply in its stream, from 1.
pub(crate) const SEQUENCE: &str = "x-polywire-sequence";
/// A number of items. On a request: how many the caller takes before it grants more. On a grant: how many
/// more.
pub(crate) const ITEMS: &str = "x-polywire-items";
/// The header of cancels. On a request: the caller may cancel, and wants to know where. From a caller: it no
/// longer wants the answer.
pub(crate) const CANCEL: &str = "x-polywire-cancel";

/// The code's number in decimal, as on gRPC; "0" is success.
pub(crate) const STATUS: &str = "grpc-status";
const MESSAGE: &str = "grpc-message";
/// `google.rpc.Status` in base64.
const DETAILS: &str = "grpc-status-details-bin";
/// The prefix of metadata that belongs after the response, as on Connect.
const TRAILER: &str = "trailer-";

/// Headers that brokers add on the way. They do not travel on.
const DEATHS: [&str; 3] = ["x-death", "x-first-death-", "x-last-death-"];
const DELIVERY_COUNT: &str = "x-delivery-count";
/// RabbitMQ 4.3 counts here what was handed back too. A message with this count alone was never lost.
const ACQUIRED_COUNT: &str = "x-acquired-count";
/// The queue that gave a message up first. The broker writes it.
const FIRST_DEATH_QUEUE: &str = "x-first-death-queue";
/// More routing keys. They would send our copy to other queues again.
const CARBON_COPIES: [&str; 2] = ["CC", "BCC"];

pub(crate) const JSON: &str = "application/json";
pub(crate) const PROTOBUF: &str = "application/protobuf";

pub(crate) const fn content_type(codec: Codec) -> &'static str {
    match codec {
        Codec::Json => JSON,
        Codec::Proto => PROTOBUF,
    }
}

/// The encoding of the body. Without a content type it is JSON, which is what other publishers send. A
/// compressed body is refused.
pub(crate) fn codec(properties: &Received) -> Result<Codec, Status> {
    check_encoding(properties)?;
    properties.content_type().map_or(Ok(Codec::Json), codec_of)
}

/// Checks that the body is not compressed.
pub(crate) fn check_encoding(properties: &Received) -> Result<(), Status> {
    let packed = |list| codings(list).find(|name| !is_charset(name));
    match properties.content_encoding().and_then(packed) {
        Some(packed) => Err(Status::invalid_argument(format!(
            "content encoding `{packed}` is not accepted: publish the body as it is"
        ))),
        None => Ok(()),
    }
}

/// A content type without its parameters, in lower case.
pub(crate) fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The encoding that a content type names.
pub(crate) fn codec_of(text: &str) -> Result<Codec, Status> {
    match essence(text).as_str() {
        "" | JSON | "text/json" | "text/plain" => Ok(Codec::Json),
        json if json.ends_with("+json") => Ok(Codec::Json),
        PROTOBUF | "application/x-protobuf" | "application/proto" => Ok(Codec::Proto),
        proto if proto.ends_with("+proto") => Ok(Codec::Proto),
        _ => Err(Status::invalid_argument(format!("content type `{text}`: use {JSON} or {PROTOBUF}"))),
    }
}

/// Whether a content encoding names a character set. Publishers such as kombu mix up the two.
fn is_charset(name: &str) -> bool {
    ["utf-8", "utf8", "us-ascii", "binary"].iter().any(|charset| name.eq_ignore_ascii_case(charset))
}

/// The end of the sender's time, by our clock. The sender's clock may differ from ours, and a queue cannot
/// avoid that.
pub(crate) fn deadline(properties: &Received) -> Option<Instant> {
    let at = u64::try_from(properties.header(DEADLINE)?.int()?).ok()?;
    let now = Instant::now();
    let left = Duration::from_millis(at.saturating_sub(unix_millis()));
    now.checked_add(left)
}

/// Writes the time left in both of the wire's forms: a TTL in milliseconds, and an absolute time.
pub(crate) fn set_deadline(properties: &mut Properties, left: Duration) {
    let millis = u64::try_from(left.as_millis()).unwrap_or(u64::MAX).clamp(1, u64::from(u32::MAX));
    properties.expiration = Some(millis.to_string());
    let at = i64::try_from(unix_millis().saturating_add(millis)).unwrap_or(i64::MAX);
    properties.headers.insert(DEADLINE.to_owned(), Value::Int(at));
}

/// The time for which a message must still wait. A level that sent it back knows it without any clock, so that clocks
/// which differ, or jump, make no message wait twice.
pub(crate) fn wait(delivery: &Delivery) -> Option<Duration> {
    let header = |name| u64::try_from(delivery.properties.header(name)?.int()?).ok();
    let until_due = Duration::from_millis(header(DUE)?.saturating_sub(unix_millis()));
    let left = match header(WAIT) {
        Some(left) if is_retry(delivery) => until_due.min(Duration::from_millis(left)),
        Some(_) | None => until_due,
    };
    Some(left.min(retry::LONGEST)).filter(|left| *left >= SHORTEST)
}

/// The shortest time for which a message is sent away.
const SHORTEST: Duration = Duration::from_millis(10);

/// Writes for how long a message waits: the whole time, and what a level leaves of it.
pub(crate) fn set_wait(headers: &mut Fields, whole: Duration, left: Duration) {
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let int = |millis| Value::Int(i64::try_from(millis).unwrap_or(i64::MAX));
    headers.insert(DUE.to_owned(), int(unix_millis().saturating_add(millis(whole))));
    headers.insert(WAIT.to_owned(), int(millis(left)));
}

/// Whether a delay level sent the message back. The broker writes this on it.
pub(crate) fn is_retry(delivery: &Delivery) -> bool {
    let from = delivery.properties.header(FIRST_DEATH_QUEUE).and_then(ValueRef::text);
    delivery.exchange.is_empty() && from.is_some_and(|queue| LEVELS.iter().any(|level| level.name == queue))
}

/// The number of the attempt that a delivery is. A header that a publisher made up counts for nothing.
pub(crate) fn attempt(delivery: &Delivery) -> u32 {
    if is_retry(delivery) { attempts_told(&delivery.properties) } else { 1 }
}

/// The exchange and the routing key that the message was first sent to. A message that came by the default exchange
/// may be a retry or a replay, whose headers tell.
pub(crate) fn address(delivery: &Delivery) -> (&str, &str) {
    let told = |name| delivery.properties.header(name).and_then(ValueRef::text);
    match (told(EXCHANGE), told(KEY)) {
        (Some(exchange), Some(key)) if delivery.exchange.is_empty() => (exchange, key),
        _ => (&delivery.exchange, &delivery.routing_key),
    }
}

/// The times that a message was lost with its consumer, as the broker counts them. Before RabbitMQ 4.3 it also counts
/// messages that were handed back. `None` of a queue that does not count.
pub(crate) fn losses(properties: &Received) -> Option<i64> {
    let count = |name| properties.header(name).and_then(ValueRef::int);
    count(DELIVERY_COUNT).or_else(|| count(ACQUIRED_COUNT).map(|_| 0))
}

/// Whether a message is a reply. A dead letter has a status too, and may be moved back to its queue.
pub(crate) fn is_reply(properties: &Received) -> bool {
    properties.header(STATUS).is_some() && properties.header(FAILED_AT).is_none()
}

/// Whether a header tells of a failure, or of the message's way.
pub(crate) fn is_told(name: &str) -> bool {
    name.starts_with(OWN) || [STATUS, MESSAGE].contains(&name)
}

/// The number of the last attempt, as a dead letter tells it.
pub(crate) fn attempts_told(properties: &Received) -> u32 {
    let written = properties.header(ATTEMPT).and_then(ValueRef::int);
    written.and_then(|attempt| u32::try_from(attempt).ok()).unwrap_or(1).max(1)
}

/// Whether a header comes from the broker or from polywire, not from the sender.
fn is_plumbing(name: &str) -> bool {
    // As metadata, names that differ only in case are the same name.
    let lower = name.to_ascii_lowercase();
    is_plumbing_exactly(name) || is_plumbing_exactly(&lower)
}

fn is_plumbing_exactly(name: &str) -> bool {
    name.starts_with(OWN)
        || name == DELIVERY_COUNT
        || name == ACQUIRED_COUNT
        || DEATHS.iter().any(|death| name.starts_with(death))
        || CARBON_COPIES.contains(&name)
}

/// The sender's headers as metadata, without names that only the head of a connection may carry.
pub(crate) fn metadata(properties: &Received, limit: usize) -> Result<Metadata, Status> {
    Ok(texts(properties, limit)?.spoken())
}

/// All headers with a text value that come from the sender.
fn texts(properties: &Received, limit: usize) -> Result<Metadata, Status> {
    let mut headers = HeaderMap::new();
    let mut size = 0;
    properties.each_header(|name, value| {
        if is_plumbing(name) {
            return;
        }
        size += name.len() + weight(value);
        if size <= limit
            && let (Ok(name), Some(value)) = (HeaderName::from_bytes(name.as_bytes()), header_value(value))
        {
            // The limit is far below the capacity of the map.
            headers.append(name, value);
        }
    });
    if size > limit {
        let text = format!("headers of {size} bytes: the limit is {limit}; put it into the message");
        return Err(Status::resource_exhausted(text));
    }
    Ok(Metadata::from(headers))
}

/// The bytes that a value counts, at least one. So a limit in bytes limits the number of values too.
fn weight(value: ValueRef<'_>) -> usize {
    match value {
        ValueRef::Text(text) => text.len() + 1,
        ValueRef::Bytes(bytes) => bytes.len() + 1,
        _ => 8,
    }
}

fn header_value(value: ValueRef<'_>) -> Option<HeaderValue> {
    match value {
        ValueRef::Text(text) => HeaderValue::from_str(text).ok(),
        ValueRef::Int(int) => Some(HeaderValue::from(int)),
        ValueRef::Bool(bool) => Some(HeaderValue::from_static(if bool { "true" } else { "false" })),
        ValueRef::Float(float) => HeaderValue::from_str(&float.to_string()).ok(),
        ValueRef::Bytes(_) | ValueRef::Timestamp(_) | ValueRef::Other => None,
    }
}

/// Writes metadata as headers. Several values of a key are joined with commas, as in HTTP.
pub(crate) fn put_metadata(headers: &mut Fields, metadata: &Metadata) {
    put_prefixed(headers, "", metadata);
}

fn put_prefixed(headers: &mut Fields, prefix: &str, metadata: &Metadata) {
    for (key, value) in metadata.iter().filter(|(key, _)| !is_reserved(key)) {
        let name = format!("{prefix}{key}");
        if is_plumbing(&name) {
            continue;
        }
        match headers.get_mut(&name) {
            Some(Value::Text(text)) => {
                text.push_str(", ");
                text.push_str(value);
            }
            _ => {
                headers.insert(name, Value::from(value));
            }
        }
    }
}

/// Writes the metadata that goes back with a response.
pub(crate) fn put_response(headers: &mut Fields, response: &Response) {
    put_prefixed(headers, "", &response.headers);
    put_prefixed(headers, TRAILER, &response.trailers);
}

/// Splits the metadata of a reply into the part before the response and the part after it.
pub(crate) fn take_response(properties: &Received, limit: usize) -> Result<Response, Status> {
    let mut response = Response::default();
    let all = texts(properties, limit)?;
    let (mut headers, mut trailers) = (HeaderMap::new(), HeaderMap::new());
    for (name, value) in all.as_headers() {
        if [STATUS, MESSAGE, DETAILS].contains(&name.as_str()) {
            continue;
        }
        match name.as_str().strip_prefix(TRAILER).map(|name| HeaderName::from_bytes(name.as_bytes())) {
            Some(Ok(name)) => trailers.append(name, value.clone()),
            Some(Err(_)) => continue,
            None => headers.append(name.clone(), value.clone()),
        };
    }
    response.headers = headers.into();
    response.trailers = trailers.into();
    Ok(response)
}

/// Writes the status of a reply, or of a dead letter.
pub(crate) fn put_status(headers: &mut Fields, status: Option<&Status>) {
    let Some(status) = status else {
        headers.insert(STATUS.to_owned(), Value::from("0"));
        return;
    };
    headers.insert(STATUS.to_owned(), Value::Text(status.code().number().to_string()));
    headers.insert(MESSAGE.to_owned(), Value::from(status.message()));
    if !status.details().is_empty() {
        headers.insert(DETAILS.to_owned(), Value::Text(BASE64_STANDARD_NO_PAD.encode(status.to_proto())));
    }
}

/// The body of a failure: `google.rpc.Status`, encoded as the response would have been.
pub(crate) fn status_body(codec: Codec, status: &Status) -> Bytes {
    match codec {
        Codec::Json => status.to_json().to_string().into(),
        Codec::Proto => status.to_proto(),
    }
}

/// Whether a reply only reports that the call was accepted, and where it can be cancelled.
pub(crate) fn is_acceptance(properties: &Received) -> bool {
    properties.header(SEQUENCE).and_then(ValueRef::int) == Some(0) && properties.header(STATUS).is_none()
}

/// The place to send grants and a cancel to: an address, and the name of the stream there.
pub(crate) fn control(properties: &Received) -> Option<Control> {
    let (address, stream) = (properties.reply_to()?, properties.message_id()?);
    Some(Control { address: address.to_owned(), stream: stream.to_owned() })
}

/// The other end of a call that runs.
#[derive(Debug, Clone)]
pub(crate) struct Control {
    address: String,
    stream: String,
}

impl Control {
    /// A word to the server: [`ITEMS`] or [`CANCEL`].
    pub(crate) fn say(&self, what: &str, value: Value) -> Publish {
        let properties = Properties {
            correlation_id: Some(self.stream.clone()),
            headers: [(what.to_owned(), value)].into(),
            ..Properties::default()
        };
        let routing_key = self.address.clone().into();
        Publish {
            exchange: "".into(),
            routing_key,
            mandatory: false,
            properties: Box::new(properties),
            body: Bytes::new(),
        }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn cancel(&self) -> Publish {
        self.say(CANCEL, Value::Bool(true))
    }
}

/// The outcome of the call in a reply, or `None` when more replies follow. A header has no room for a long
/// message, so the body carries the whole one.
pub(crate) fn outcome(reply: &Delivery) -> Option<Result<(), Status>> {
    let told = status(&reply.properties)?;
    Some(told.map_err(|status| match status_in(reply) {
        Some(whole) if whole.code() == status.code() && whole.message().len() > status.message().len() => {
            let details = status.details().iter().cloned();
            details.fold(Status::new(whole.code(), whole.message().to_owned()), Status::with_detail)
        }
        _ => status,
    }))
}

/// The status in the body of a failure.
fn status_in(reply: &Delivery) -> Option<Status> {
    match codec(&reply.properties).ok()? {
        Codec::Json => Status::from_json(serde_json::from_slice(&reply.body).ok()?),
        Codec::Proto => Status::from_proto(&reply.body).ok()?,
    }
}

fn status(properties: &Received) -> Option<Result<(), Status>> {
    let number = properties.header(STATUS)?.int();
    if number == Some(0) {
        return Some(Ok(()));
    }
    let details = properties.header(DETAILS).and_then(ValueRef::text);
    let details = details.and_then(crate::message::codec::json::bytes::decode).map(Bytes::from);
    if let Some(Ok(Some(status))) = details.map(|bytes| Status::from_proto(&bytes)) {
        return Some(Err(status));
    }
    let code = number.and_then(|number| i32::try_from(number).ok()).and_then(Code::from_number);
    let message = properties.header(MESSAGE).and_then(ValueRef::text).unwrap_or_default();
    Some(Err(Status::new(code.unwrap_or(Code::Unknown), message.to_owned())))
}

/// The status that a dead letter tells of.
pub(crate) fn failure(properties: &Received) -> Option<Status> {
    status(properties)?.err()
}

/// Removes the marks of failed attempts, so that the message begins anew.
pub(crate) fn forget_failure(headers: &mut Fields) {
    for name in [ATTEMPT, DUE, WAIT, REASON, FAILED_AT, STATUS, MESSAGE, DETAILS] {
        headers.remove(name);
    }
}

/// Copies the properties of a delivery to publish it again. Drops the broker's marks, and properties that
/// would harm the copy.
pub(crate) fn copy(delivery: &Delivery) -> Properties {
    let mut properties = delivery.properties.to_properties();
    properties.headers.retain(|name, _| name.starts_with(OWN) || !is_plumbing(name));
    for (name, origin) in [(EXCHANGE, &delivery.exchange), (KEY, &delivery.routing_key)] {
        properties.headers.entry(name.to_owned()).or_insert_with(|| Value::from(origin.as_str()));
    }
    // The copy would expire from the delay queue before its time.
    properties.expiration = None;
    // The broker compares it with the publisher, and the publisher is now us.
    properties.user_id = None;
    properties.message_id.get_or_insert_with(super::ids::message_id);
    properties.persistent = true;
    properties
}

/// Whether the property `type` names this method. A slash, as everywhere, or a dot may separate the two
/// names.
pub(crate) fn names(kind: &str, method: &Method) -> bool {
    let full = method.full_name();
    let kind = kind.strip_prefix('/').unwrap_or(kind);
    kind == full
        || full.split_once('/').is_some_and(|(service, name)| {
            kind.strip_prefix(service).and_then(|rest| rest.strip_prefix('.')) == Some(name)
        })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::call::status::Detail;

    fn received(properties: Properties) -> Received {
        Received::Own(Arc::new(properties))
    }

    fn with_headers(headers: Fields) -> Received {
        received(Properties { headers, ..Properties::default() })
    }

    #[test]
    fn a_packed_body_is_refused_by_the_name_of_its_encoding() {
        let of = |text: &str| {
            codec(&received(Properties { content_encoding: Some(text.to_owned()), ..Properties::default() }))
        };
        for plain in ["", "identity", "Identity", "utf-8", "UTF-8", "binary"] {
            assert_eq!(of(plain), Ok(Codec::Json), "{plain}");
        }
        for packed in ["gzip", "GZIP", "identity, gzip", "x-own"] {
            let status = of(packed).expect_err(packed);
            let name = packed.rsplit(' ').next().unwrap_or_default();
            assert_eq!(
                status.message(),
                format!("content encoding `{name}` is not accepted: publish the body as it is")
            );
        }
    }

    #[test]
    fn a_message_without_content_type_is_json() {
        let of = |text: &str| {
            codec(&received(Properties {
                content_type: Some(text.to_owned().into()),
                ..Properties::default()
            }))
        };
        assert_eq!(codec(&received(Properties::default())), Ok(Codec::Json));
        for text in ["", "application/json", "Application/JSON; charset=utf-8", "application/vnd.shop+json"] {
            assert_eq!(of(text), Ok(Codec::Json), "{text}");
        }
        for text in ["application/protobuf", "application/x-protobuf"] {
            assert_eq!(of(text), Ok(Codec::Proto), "{text}");
        }
        let error = of("application/octet-stream").expect_err("not a codec");
        assert_eq!(error.code(), Code::InvalidArgument);
    }

    #[test]
    fn metadata_is_what_the_sender_wrote_and_no_plumbing() {
        let headers = Fields::from([
            ("traceparent".into(), Value::from("00-1-2-01")),
            ("Tenant".into(), Value::from("acme")),
            ("retries".into(), Value::Int(2)),
            ("no name".into(), Value::from("skipped")),
            ("list".into(), Value::List(vec![])),
            ("x-polywire-attempt".into(), Value::Int(3)),
            ("x-death".into(), Value::List(vec![])),
            ("x-first-death-queue".into(), Value::from("q")),
            ("x-delivery-count".into(), Value::Int(1)),
            ("CC".into(), Value::List(vec![])),
            // A message cannot give headers that a proxy or a protocol adds to a request.
            ("X-Forwarded-For".into(), Value::from("6.6.6.6")),
            ("cookie".into(), Value::from("a=b")),
            ("host".into(), Value::from("evil")),
            ("grpc-timeout".into(), Value::from("1S")),
            ("X-Polywire-Deadline".into(), Value::Int(1)),
        ]);
        let metadata = metadata(&with_headers(headers), 1_000).expect("small");
        let pairs: Vec<_> = metadata.iter().collect();
        assert_eq!(pairs.len(), 3, "{pairs:?}");
        assert_eq!(metadata.get("tenant"), Some("acme"));
        assert_eq!(metadata.get("retries"), Some("2"));
    }

    #[test]
    fn too_many_headers_are_refused_before_they_are_kept() {
        let headers: Fields = (0..2_000).map(|n| (format!("h{n}"), Value::Int(0))).collect();
        let error = metadata(&with_headers(headers), 16 << 10).expect_err("too large");
        assert_eq!(error.code(), Code::ResourceExhausted);
    }

    #[test]
    fn a_status_comes_back_as_it_went_out() {
        let status = Status::not_found("no book 7 – é")
            .with_detail(Detail::from_proto("a.B", Bytes::from_static(b"x")));
        let mut headers = Fields::new();
        put_status(&mut headers, Some(&status));
        assert_eq!(super::status(&with_headers(headers)), Some(Err(status)));
        let mut headers = Fields::new();
        put_status(&mut headers, None);
        assert_eq!(super::status(&with_headers(headers)), Some(Ok(())));
        assert_eq!(super::status(&with_headers(Fields::new())), None);
    }

    #[test]
    fn a_status_of_strange_form_is_still_a_failure() {
        for value in [Value::from("x"), Value::Int(99), Value::from("-1"), Value::Bool(true)] {
            let headers = Fields::from([(STATUS.to_owned(), value.clone())]);
            let failed =
                super::status(&with_headers(headers)).expect("it says something").expect_err("no success");
            assert_eq!(failed.code(), Code::Unknown, "{value:?}");
        }
    }

    #[test]
    fn response_metadata_keeps_its_place() {
        let mut response = Response::default();
        response.headers.append("early", "1").expect("valid");
        response.trailers.append("late", "2").expect("valid");
        response.trailers.append("late", "3").expect("valid");
        let mut headers = Fields::new();
        put_response(&mut headers, &response);
        put_status(&mut headers, None);
        let back = take_response(&with_headers(headers), 1_000).expect("small");
        assert_eq!(back.headers.iter().collect::<Vec<_>>(), [("early", "1")]);
        assert_eq!(back.trailers.iter().collect::<Vec<_>>(), [("late", "2, 3")]);
    }

    #[test]
    fn a_copy_is_clean_and_keeps_what_it_must() {
        let original = received(Properties {
            headers: Fields::from([
                ("tenant".into(), Value::from("acme")),
                ("x-polywire-attempt".into(), Value::Int(2)),
                ("x-death".into(), Value::List(vec![])),
                ("BCC".into(), Value::List(vec![])),
            ]),
            expiration: Some("5".into()),
            user_id: Some("guest".into()),
            ..Properties::default()
        });
        let copy = copy(&Delivery {
            tag: 1,
            exchange: "shop".into(),
            routing_key: "ProcessOrder".into(),
            redelivered: false,
            properties: original,
            body: Bytes::new(),
        });
        assert_eq!(copy.headers.keys().collect::<Vec<_>>(), ["tenant", ATTEMPT, EXCHANGE, KEY]);
        assert_eq!((copy.expiration, copy.user_id), (None, None));
        assert!(copy.persistent && copy.message_id.is_some());
    }

    #[test]
    fn deadlines_travel() {
        let mut properties = Properties::default();
        set_deadline(&mut properties, Duration::from_secs(5));
        assert_eq!(properties.expiration.as_deref(), Some("5000"));
        let left = deadline(&received(properties)).expect("set") - Instant::now();
        assert!(left <= Duration::from_secs(5) && left > Duration::from_secs(4), "{left:?}");
        let past = Fields::from([(DEADLINE.to_owned(), Value::Int(1))]);
        assert!(deadline(&with_headers(past)).expect("set") <= Instant::now());
    }
}
