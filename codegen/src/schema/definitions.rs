//! Renders the queues of an [`Api`] as RabbitMQ definitions, so that an administrator can create them.
//!
//! A server and its clients then need no right to configure. The source is RabbitMQ's "Definition Export and
//! Import".

use super::api::{Api, CallOf};
use super::json::{Json, Object};
use crate::transport::amqp::topology::{
    Address, Argument, Binding, Exchange, Queue, QueueKind, Topology, delays, schedule,
};

/// The text of the definitions, in JSON. `group` is the consumer group of events.
///
/// ```text
/// rabbitmqctl import_definitions shop.json
/// ```
pub fn render(api: &Api, vhost: &str, group: &str) -> String {
    let Topology { exchanges, queues, bindings } = topology(api, group);
    Object::new()
        .with("exchanges", list(&exchanges, |one| exchange(one, vhost)))
        .with("queues", list(&queues, |one| queue(one, vhost)))
        .with("bindings", list(&bindings, |one| binding(one, vhost)))
        .document()
}

/// The declarations of a server that consumes every method.
fn topology(api: &Api, group: &str) -> Topology {
    let mut all = Topology::default();
    for CallOf { service, method, served, .. } in api.calls() {
        if let Some(plan) = &served.plans.amqp {
            let name = service.full_name();
            let address = Address::consumed_by(group, &name, &method.name, plan);
            for address in address.partitions(plan) {
                all.merge(address.consumed());
                if let (Some(_), Some(queue)) = (&plan.schedule, &address.queue) {
                    all.merge(schedule(queue));
                }
            }
        }
    }
    if !all.queues.is_empty() {
        all.merge(delays());
    }
    all
}

fn list<T>(all: &[T], of: impl Fn(&T) -> Object) -> Json {
    Json::List(all.iter().map(|one| Json::Object(of(one))).collect())
}

fn exchange(exchange: &Exchange, vhost: &str) -> Object {
    named(&exchange.name, vhost)
        .with("type", exchange.kind.as_str())
        .with("durable", true)
        .with("auto_delete", false)
        .with("internal", false)
        .with("arguments", arguments(exchange.arguments()))
}

fn queue(queue: &Queue, vhost: &str) -> Object {
    named(&queue.name, vhost)
        .with("durable", queue.kind != QueueKind::Exclusive)
        .with("auto_delete", false)
        .with("arguments", arguments(queue.arguments()))
}

fn binding(binding: &Binding, vhost: &str) -> Object {
    Object::new()
        .with("source", binding.exchange.to_string())
        .with("vhost", vhost.to_owned())
        .with("destination", binding.queue.to_string())
        .with("destination_type", "queue")
        .with("routing_key", binding.key.to_string())
        .with("arguments", Object::new())
}

fn named(name: &str, vhost: &str) -> Object {
    Object::new().with("name", name.to_owned()).with("vhost", vhost.to_owned())
}

fn arguments(arguments: Vec<(&'static str, Argument<'_>)>) -> Object {
    arguments.into_iter().fold(Object::new(), |object, (name, value)| match value {
        Argument::Text(text) => object.with(name, text.to_owned()),
        Argument::Int(int) => object.with(name, int),
        Argument::Bool(value) => object.with(name, value),
    })
}
