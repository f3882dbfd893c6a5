//! The fuzz target of messages of other frameworks: headers and bodies of Celery, NestJS and CloudEvents.

use super::delivery;
use crate::call::status::{Code, Result, Status};
use crate::transport::amqp::broker::{Delivery, Publish};
use crate::transport::amqp::envelope::{self, Known, KnownField};
use crate::transport::amqp::foreign::celery::Route;
use crate::transport::amqp::foreign::{Ended, Expected, Packet};
use crate::transport::amqp::properties::{Fields, Properties, Received, Value};
use polywire_codegen::transport::amqp::foreign::{Foreign, Framework};
use serde_json::Value as Json;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reads lines `name: value` up to an empty one, and then a body, as a message of each framework. The method has a needed
/// argument `a` and an optional one `b`, or takes a message with these fields. Checks:
///
/// - A request that is read is JSON, and has a value for the needed argument.
/// - Answers are JSON, and go where the message asks.
/// - Tasks that follow are at most 101. Each can be read again, and has a shorter chain.
/// - A CloudEvent that is read has an id, a source and a type, and data.
pub fn foreign(data: &[u8]) {
    let Some(delivery) = message(data) else { return };
    for (framework, whole) in
        [(Framework::Celery, false), (Framework::Celery, true), (Framework::Nest, false)]
    {
        let foreign = Foreign { framework, name: "t".into(), answers: true, whole };
        task(&foreign, &delivery);
    }
    event(&delivery);
}

fn message(data: &[u8]) -> Option<Delivery> {
    let text = std::str::from_utf8(data).ok()?;
    let (head, body) = text.split_once("\n\n").unwrap_or(("", text));
    let mut properties = Properties::default();
    for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        let value = value.to_owned();
        match name {
            "content-type" => properties.content_type = Some(value.into()),
            "reply-to" => properties.reply_to = Some(value),
            "correlation-id" => properties.correlation_id = Some(value),
            _ => {
                properties.headers.insert(name.to_owned(), header(value));
            }
        }
    }
    let mut delivery = delivery(Received::Own(Arc::new(properties)));
    delivery.body = body.to_owned().into();
    Some(delivery)
}

/// A header's value of any kind, named by its text.
fn header(text: String) -> Value {
    match text.as_str() {
        "null" => Value::Null,
        "true" => Value::Bool(true),
        "[]" => Value::List(vec![Value::Null, Value::Table(Fields::new())]),
        _ => text.parse().map_or(Value::Text(text), Value::Int),
    }
}

/// Sends every task to one queue.
struct Anywhere;

impl Route for Anywhere {
    fn queue(&self, _: &str, asked: Option<&str>) -> Result<String> {
        match asked {
            Some("no") => Err(Status::failed_precondition("no")),
            _ => Ok("q".to_owned()),
        }
    }
}

fn task(foreign: &Foreign, delivery: &Delivery) {
    let field = |name: &str, is_needed| KnownField { names: [name.to_owned(), name.to_owned()], is_needed };
    let known = Known { fields: vec![field("a", true), field("b", false)] };
    let expected = Expected { foreign, known: Some(&known) };
    let _ = Packet::name(foreign.framework, delivery);
    let told = ["results".to_owned()];
    let mut packet = Packet::head(foreign.framework, delivery, &told);
    match packet.read(expected, delivery) {
        Ok(read) => {
            // A number may be too large for any type. The reader of the request says so.
            let request: &RawValue = serde_json::from_slice(&read.request).expect("a request is JSON");
            if !foreign.whole {
                let members: BTreeMap<String, &RawValue> =
                    serde_json::from_str(request.get()).expect("a request is an object");
                assert!(members.get("a").is_some_and(|value| value.get() != "null"), "{request}");
            }
            answered(packet.success("{\"n\":1}"));
            follows(&packet, expected);
        }
        Err(status) => {
            assert!([Code::InvalidArgument, Code::Unimplemented].contains(&status.code()), "{status}");
            assert!(!status.message().is_empty());
        }
    }
    for ended in [Ended::Failed, Ended::Expired] {
        packet.failure(&Status::not_found("x"), ended).into_iter().for_each(|answer| answered(Some(answer)));
    }
}

fn answered(answer: Option<Publish>) {
    let Some(answer) = answer else { return };
    assert!(serde_json::from_slice::<Json>(&answer.body).is_ok_and(|body| body.is_object()));
    let to = &answer.routing_key;
    let is_direct = to.starts_with("amq.") || *to == "results";
    assert!(is_direct || to.len() == 36, "an answer to {to}");
}

fn follows(packet: &Packet, expected: Expected<'_>) {
    let Packet::Celery(task) = packet else { return };
    let chain = |delivery: &Delivery| -> usize {
        let body: Json = serde_json::from_slice(&delivery.body).expect("JSON");
        body[2]["chain"].as_array().map_or(0, Vec::len)
    };
    let next = [task.after_success("7", &Anywhere), task.after_failure(&Anywhere)];
    for messages in next.into_iter().flatten() {
        assert!(messages.len() <= 101);
        for message in messages {
            let mut again = delivery(Received::Own(Arc::new(*message.properties)));
            again.body = message.body;
            assert!(chain(&again) <= 100);
            let mut packet = Packet::head(Framework::Celery, &again, &[]);
            if let Err(status) = packet.read(expected, &again) {
                // Its arguments are not those of this method, or its own callbacks are not understood.
                assert!([Code::InvalidArgument, Code::Unimplemented].contains(&status.code()), "{status}");
            }
        }
    }
}

fn event(delivery: &Delivery) {
    let Ok(opened) = envelope::open(delivery) else { return };
    if let Some(event) = opened.event {
        assert!(!event.id().is_empty() && !event.source().is_empty() && !event.kind().is_empty());
        let _ = event.time();
        assert!(!opened.body.is_empty() || delivery.body.len() > 2, "an event has data");
    }
}
