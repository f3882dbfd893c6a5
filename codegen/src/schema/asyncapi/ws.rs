//! Methods with a WebSocket endpoint of their own. One connection is one call, one text message is one item.

use super::Document;
use super::message::{Message, channel, operation};
use super::rpc;
use super::servers::SOCKET;
use crate::model::{Constraint, Literal};
use crate::schema::address::Address;
use crate::schema::api::CallOf;
use crate::schema::json::{Object, texts};
use crate::schema::shapes::{Side, Variant};

const HOW: &str = "One connection is one call; each text message is the JSON of one item, each binary one its protobuf. \
The answer ends with Close 1000, a failed call with Close 4000 + code, its reason the status (google.rpc.Status): \
without details, or with its message cut, where 123 bytes are not enough.";

/// Adds the endpoints of methods, and `/ws`.
pub(super) fn add(calls: &[CallOf<'_>], document: &mut Document<'_, '_>) {
    calls.iter().for_each(|call| add_endpoint(*call, document));
    rpc::add(calls, document);
}

fn add_endpoint(call: CallOf<'_>, document: &mut Document<'_, '_>) {
    let Some(template) = call.served.plans.ws.as_ref().and_then(|plan| plan.endpoint.as_ref()) else {
        return;
    };
    let address = Address::new(template);
    let id = format!("{}.ws", call.name());
    let in_url =
        !call.method.shape.client_streams() && (!address.variables.is_empty() || is_empty(call, document));
    let mut messages = Vec::new();
    if !in_url {
        let what =
            if call.method.shape.client_streams() { "One of the client's items" } else { "The request" };
        messages.push(
            Message::new("request", what, document.input(call)).with_example(document.input_example(call)),
        );
    }
    let what = if call.method.shape.server_streams() { "One of the answer's items" } else { "The answer" };
    messages.push(
        Message::new("response", what, document.answer(call)).with_example(document.answer_example(call)),
    );
    let head = Object::new()
        .with("title", call.name())
        .with("description", description(call))
        .with_some("parameters", parameters(&address, call, document));
    let bindings = Object::new().with("ws", binding(&address, in_url, call, document));
    let channel = channel(Some(address.text), head, SOCKET, messages, bindings);
    document.channels.add(id.clone(), channel);
    let operation = if in_url {
        operation(Some(call), "send", &id, &["response"])
    } else {
        let reply = Object::new()
            .with("channel", super::message::channel_reference(&id))
            .with("messages", super::message::message_references(&id, &["response"]));
        operation(Some(call), "receive", &id, &["request"]).with("reply", reply)
    };
    document.operations.add(id, operation);
}

fn description(call: CallOf<'_>) -> String {
    let end = if call.method.shape.client_streams() {
        " An empty text message ends the client's items."
    } else {
        ""
    };
    format!("{}\n\n{HOW}{end}", call.description())
}

/// Whether the request has no field.
fn is_empty(call: CallOf<'_>, document: &Document<'_, '_>) -> bool {
    let message = document.schemas.message(&call.service.package, &call.method.input);
    message.is_none_or(|message| message.fields.is_empty())
}

fn parameters(address: &Address, call: CallOf<'_>, document: &Document<'_, '_>) -> Option<Object> {
    let message = document.schemas.message(&call.service.package, &call.method.input);
    let mut parameters = Object::new();
    for variable in &address.variables {
        let name = variable.field.as_deref().unwrap_or_default();
        let field = message.and_then(|message| message.fields.iter().find(|field| field.name == name));
        let text = variable.description(field.map_or("", |field| &field.docs));
        let text = if text.is_empty() { format!("The field `{name}`.") } else { text };
        let listed = field.and_then(|field| {
            field.constraints.iter().find_map(|rule| match rule {
                Constraint::OneOf(values) => Some(texts(values.iter().map(Literal::to_string))),
                _ => None,
            })
        });
        let parameter = Object::new().with("description", text).with_some("enum", listed);
        parameters.add(variable.name.clone(), parameter);
    }
    (!parameters.is_empty()).then_some(parameters)
}

/// The binding of the upgrade, which is a GET. Request fields that are not in the path may be in its query.
fn binding(address: &Address, in_url: bool, call: CallOf<'_>, document: &Document<'_, '_>) -> Object {
    let (package, variant) = (call.service.package.as_ref(), Variant::new(Side::Input, call.service.json));
    let message = document.schemas.message(package, &call.method.input).filter(|_| in_url);
    let fields: Vec<_> = message
        .iter()
        .flat_map(|message| message.fields.iter())
        .filter(|field| {
            !address.variables.iter().any(|variable| variable.field.as_deref() == Some(&field.name))
        })
        .collect();
    let query = (!fields.is_empty()).then(|| {
        document.schemas.of_fields(package, fields.into_iter(), variant, |field| {
            document.schemas.is_required(package, field)
        })
    });
    Object::new().with("method", "GET").with_some("query", query).with("bindingVersion", "0.1.0")
}
