//! Methods over AMQP 0-9-1: requests with replies, tasks, events. The AMQP binding has version 0.3.0.

use super::Document;
use super::message::{Message, channel, channel_reference, message_references, operation};
use super::servers::BROKER;
use crate::schema::api::CallOf;
use crate::schema::json::{Object, texts};
use crate::transport::amqp::foreign::{Foreign, Framework};
use crate::transport::amqp::{Kind, Plan};

const BINDING: &str = "0.3.0";

/// Adds the methods, each with a channel of its own.
pub(super) fn add(calls: &[CallOf<'_>], document: &mut Document<'_, '_>) {
    calls.iter().for_each(|call| add_method(*call, document));
}

fn add_method(call: CallOf<'_>, document: &mut Document<'_, '_>) {
    let Some(plan) = &call.served.plans.amqp else { return };
    let id = format!("{}.amqp", call.name());
    let request = Message {
        more: request_head(call, plan),
        ..Message::new("request", request_summary(plan.kind), document.input(call))
            .with_example(document.input_example(call))
    };
    let head = Object::new()
        .with("title", call.name())
        .with("description", description(call, plan))
        .with_some("parameters", parameters(plan));
    let key = plan.routing_key(&call.method.name);
    let key = match (&plan.order, plan.pattern(), &plan.key) {
        (Some(_), _, _) => format!("{key}.p{{partition}}"),
        (None, Some(_), Some(field)) => format!("{{{field}}}"),
        (None, Some(_) | None, _) => key.into_owned(),
    };
    let binding = Object::new().with("amqp", exchange(call, plan));
    document.channels.add(id.clone(), channel(Some(key), head, BROKER, vec![request], binding));
    let operation = operation(Some(call), "receive", &id, &["request"]).with("bindings", delivery(plan.kind));
    let operation = match plan.kind {
        Kind::Rpc => operation.with("reply", reply(call, document)),
        Kind::Task | Kind::Event => operation,
    };
    document.operations.add(id, operation);
}

fn request_summary(kind: Kind) -> &'static str {
    match kind {
        Kind::Rpc => "The request",
        Kind::Task => "Work for one of the consumers",
        Kind::Event => "News for every consumer group",
    }
}

fn description(call: CallOf<'_>, plan: &Plan) -> String {
    let queue = plan.queue(&call.service.full_name(), &call.method.name);
    if let Some(foreign) = &plan.foreign {
        let text = of_framework(foreign, &queue.unwrap_or_default());
        return format!("{}\n\n{text}", call.description());
    }
    let text = match (plan.kind, queue) {
        (Kind::Rpc, Some(queue)) => format!("Consumed from queue `{queue}`; the answer goes to `reply_to`."),
        (Kind::Rpc, None) => "The answer goes to `reply_to`.".to_owned(),
        (Kind::Task, queue) => {
            let queue = queue.unwrap_or_default();
            let retry = &plan.retry;
            format!(
                "Consumed from quorum queue `{queue}` by competing consumers, at least once. A message that fails is tried \
                 again {} times, after {} ms up to {} ms; then it lies in queue `{queue}.dlq`.",
                retry.limit, retry.first_ms, retry.last_ms
            )
        }
        (Kind::Event, queue) => {
            let queue = queue.map_or_else(
                || format!("<group>.{}.{}", call.service.full_name(), call.method.name),
                |queue| queue.into_owned(),
            );
            format!("Consumed from quorum queue `{queue}`, one a consumer group, at least once.")
        }
    };
    format!("{}\n\n{text}{}", call.description(), ordered(plan))
}

fn of_framework(foreign: &Foreign, queue: &str) -> String {
    let name = &foreign.name;
    let message = match foreign.framework {
        Framework::Celery => format!("task `{name}` of Celery, protocol 2: the fields are its arguments"),
        Framework::Nest => format!("a packet of NestJS with the pattern `{name}`: the message is its `data`"),
    };
    format!("Consumed from queue `{queue}`, as {message}.")
}

/// The variable of an ordered method's address.
fn parameters(plan: &Plan) -> Option<Object> {
    if let (Some(pattern), Some(field)) = (plan.pattern(), &plan.key) {
        let text = format!("The field `{field}`, which matches the pattern `{pattern}`.");
        return Some(Object::new().with(field.to_string(), Object::new().with("description", text)));
    }
    let order = plan.order.as_ref()?;
    let text = format!("CRC-32 (zlib) of the text of `{}`, modulo {}.", order.by, order.partitions);
    Some(Object::new().with("partition", Object::new().with("description", text)))
}

/// The text about partitions, or about the pattern.
fn ordered(plan: &Plan) -> String {
    if let Some(pattern) = plan.pattern() {
        return format!(" Takes the messages whose routing key matches `{pattern}`.");
    }
    let Some(order) = &plan.order else { return String::new() };
    format!(
        " Messages with the same `{}` are handled in their order: queue and routing key end in `.p<n>`, where n is the \
         CRC-32 (zlib) of the field's text, modulo {}.",
        order.by, order.partitions
    )
}

/// The binding of a channel, which is a routing key of an exchange.
fn exchange(call: CallOf<'_>, plan: &Plan) -> Object {
    let name = plan.exchange(&call.service.full_name()).into_owned();
    // The default exchange routes to the queue that the key names.
    let kind = if name.is_empty() { "default" } else { "topic" };
    let exchange =
        Object::new().with("name", name).with("type", kind).with("durable", true).with("autoDelete", false);
    Object::new().with("is", "routingKey").with("exchange", exchange).with("bindingVersion", BINDING)
}

fn delivery(kind: Kind) -> Object {
    // A request is useless without its caller. Work and news survive a restart of the broker.
    let mode = if kind == Kind::Rpc { 1 } else { 2 };
    let amqp = Object::new()
        .with("deliveryMode", mode)
        .with("mandatory", kind != Kind::Event)
        .with("ack", true)
        .with("bindingVersion", BINDING);
    Object::new().with("amqp", amqp)
}

fn request_head(call: CallOf<'_>, plan: &Plan) -> Object {
    if plan.foreign.is_some() {
        return Object::new();
    }
    let text =
        |description: &'static str| Object::new().with("description", description).with("type", "string");
    let mut properties = Object::new();
    if plan.kind == Kind::Rpc {
        properties.add("reply_to", text("Property `reply_to`: the queue that the answer goes to."));
        properties.add("correlation_id", text("Property `correlation_id`: comes back with the answer."));
    }
    let deadline = Object::new()
        .with("description", "When the call must have ended, in milliseconds since the epoch.")
        .with("type", "integer");
    let attempt = Object::new()
        .with("description", "Which attempt this is, from 1.")
        .with("type", "integer")
        .with("minimum", 1);
    properties.add("x-polywire-deadline", deadline);
    if plan.kind != Kind::Rpc {
        properties.add("x-polywire-attempt", attempt);
    }
    properties.add("traceparent", text("W3C trace context."));
    let headers = Object::new().with("type", "object").with("properties", properties);
    let kind = Object::new()
        .with("messageType", format!("{}/{}", call.service.full_name(), call.method.name))
        .with("bindingVersion", BINDING);
    let head = Object::new().with("headers", headers);
    let head = match plan.kind {
        Kind::Rpc => head.with("correlationId", correlation()),
        Kind::Task | Kind::Event => head,
    };
    head.with("bindings", Object::new().with("amqp", kind))
}

fn correlation() -> Object {
    Object::new().with("location", "$message.header#/correlation_id")
}

/// The operation of the reply. It goes to the default exchange under the name that the request gives, so its
/// channel has no address.
fn reply(call: CallOf<'_>, document: &mut Document<'_, '_>) -> Object {
    let id = format!("{}.amqp.reply", call.name());
    let status = Object::new()
        .with("description", "The number of the code (google.rpc.Code), in decimal; `0` for success.")
        .with("type", "string");
    let headers = |least: &'static str| {
        let properties = Object::new()
            .with("correlation_id", Object::new().with("type", "string"))
            .with("grpc-status", status.clone().with("pattern", least));
        let headers = Object::new()
            .with("type", "object")
            .with("properties", properties)
            .with("required", texts(["grpc-status"]));
        Object::new().with("headers", headers).with("correlationId", correlation())
    };
    let streams = call.method.shape.server_streams();
    let what = if streams { "One of the answer's items" } else { "The answer" };
    let good =
        Message::new("response", what, document.output(call)).with_example(document.output_example(call));
    let good = Message { more: headers("^0$"), ..good };
    let bad = Message {
        more: headers("^[1-9][0-9]?$"),
        ..Message::new("failure", "Why the call failed", document.status(call))
    };
    let queue = Object::new()
        .with("is", "queue")
        .with("queue", Object::new().with("exclusive", true).with("autoDelete", true))
        .with("bindingVersion", BINDING);
    let head = Object::new()
        .with("title", format!("Replies of {}", call.name()))
        .with("description", "The caller's own queue, which `reply_to` of the request names.");
    let bindings = Object::new().with("amqp", queue);
    document.channels.add(id.clone(), channel(None, head, BROKER, vec![good, bad], bindings));
    let address = Object::new()
        .with("description", "Property `reply_to` of the request.")
        .with("location", "$message.header#/reply_to");
    Object::new()
        .with("address", address)
        .with("channel", channel_reference(&id))
        .with("messages", message_references(&id, &["response", "failure"]))
}
