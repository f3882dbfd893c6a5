//! The multiplexed WebSocket, `/ws`: JSON-RPC 2.0, every method over one connection.
//!
//! `transport/ws.rs` in the runtime describes the whole protocol.

use super::Document;
use super::message::{Message, channel, channel_reference, message_references, operation};
use super::servers::SOCKET;
use crate::schema::api::CallOf;
use crate::schema::errors;
use crate::schema::json::{Json, Object, texts};
use crate::schema::shapes::reference;
use crate::transport::ws::MULTIPLEXED;

const CHANNEL: &str = "ws";
const HOW: &str = "JSON-RPC 2.0, one message a text message; methods are named `package.Service.Method`. A stream of \
answers begins with a result that holds its subscription (the id of the call), and goes on as notifications.";

pub(super) fn add(calls: &[CallOf<'_>], document: &mut Document<'_, '_>) {
    let mut messages: Vec<Message> = Vec::new();
    for call in calls {
        messages.extend(of_call(*call, document));
    }
    messages.push(Message::new("failure", "Why a call failed", failure(reference(errors::STATUS))));
    let takes_items = calls.iter().any(|call| call.method.shape.client_streams());
    let sends_items = calls.iter().any(|call| call.method.shape.server_streams());
    let controls: Vec<Message> = controls(takes_items, sends_items);
    let keys: Vec<String> = controls.iter().map(|message| message.key.clone()).collect();
    messages.extend(controls);
    let head = Object::new().with("title", "JSON-RPC 2.0").with("description", HOW);
    let ws = Object::new().with("method", "GET").with("bindingVersion", "0.1.0");
    let channel = channel(Some(MULTIPLEXED.to_owned()), head, SOCKET, messages, Object::new().with("ws", ws));
    document.channels.add(CHANNEL, channel);
    for call in calls {
        let (request, answers) = (format!("{}.call", call.name()), answers(*call));
        let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
        let reply = Object::new()
            .with("channel", channel_reference(CHANNEL))
            .with("messages", message_references(CHANNEL, &answers));
        let operation = operation(Some(*call), "receive", CHANNEL, &[&request]).with("reply", reply);
        document.operations.add(format!("{}.rpc", call.name()), operation);
    }
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let control = operation(None, "receive", CHANNEL, &keys)
        .with("title", "Streams")
        .with("summary", "Steers calls that are under way");
    document.operations.add("ws.control", control);
}

fn answers(call: CallOf<'_>) -> Vec<String> {
    let stream = call.method.shape.server_streams().then(|| format!("{}.item", call.name()));
    [format!("{}.result", call.name())].into_iter().chain(stream).chain([failure_of(call)]).collect()
}

/// The key of the message for a failure. Methods share one message, except those with typed errors.
fn failure_of(call: CallOf<'_>) -> String {
    if call.method.error.is_some() { format!("{}.failure", call.name()) } else { "failure".to_owned() }
}

fn of_call(call: CallOf<'_>, document: &Document<'_, '_>) -> Vec<Message> {
    let name = call.name();
    let params = (!call.method.shape.client_streams()).then(|| document.input(call));
    let timeout = Object::new()
        .with("description", "How long the caller waits, in milliseconds.")
        .with("type", "integer")
        .with("minimum", 1);
    let metadata =
        Object::new().with("description", "Headers, each a text or a list of texts.").with("type", "object");
    let properties = version()
        .with("id", id())
        .with("method", Object::new().with("const", name.clone()))
        .with_some("params", params)
        .with("timeoutMs", timeout)
        .with("metadata", metadata);
    let request = object(properties, &["jsonrpc", "id", "method"]);
    let example = call_example(call, document);
    let request = Message::new(format!("{name}.call"), format!("A call of {name}"), request);
    let mut messages = vec![request.with_example(example)];
    let streams = call.method.shape.server_streams();
    let result = if streams {
        object(Object::new().with("subscription", id()), &["subscription"])
    } else {
        document.answer(call)
    };
    let properties = version().with("id", id()).with("result", result);
    let what = if streams { "The stream has begun" } else { "The answer" };
    let example = document
        .answer_example(call)
        .filter(|_| !streams)
        .map(|result| Object::new().with("jsonrpc", "2.0").with("id", 1).with("result", result).into());
    let result = object(properties, &["jsonrpc", "id", "result"]);
    messages.push(Message::new(format!("{name}.result"), what, result).with_example(example));
    if streams {
        messages.push(Message::new(
            format!("{name}.item"),
            "An item of the answer, or its end",
            item(call, document),
        ));
    }
    if call.method.error.is_some() {
        let payload = failure(document.status(call));
        messages.push(Message::new(failure_of(call), "Why the call failed", payload));
    }
    messages
}

/// An example of a call, with the example of its request when the method takes one.
fn call_example(call: CallOf<'_>, document: &Document<'_, '_>) -> Option<Json> {
    let params = document.input_example(call).filter(|_| !call.method.shape.client_streams());
    let package = call.service.package.as_ref();
    let is_bare =
        || document.schemas.message(package, &call.method.input).is_none_or(|m| m.fields.is_empty());
    if params.is_none() && !call.method.shape.client_streams() && !is_bare() {
        return None;
    }
    let example = Object::new().with("jsonrpc", "2.0").with("id", 1).with("method", call.name());
    Some(example.with_some("params", params).into())
}

/// A notification in a stream: an item, the end, or an error.
fn item(call: CallOf<'_>, document: &Document<'_, '_>) -> Object {
    let with = |name: &'static str, schema: Object| {
        let properties = Object::new().with("subscription", id()).with(name, schema);
        Json::from(object(properties, &["subscription", name]))
    };
    let end = Object::new().with("const", true);
    let kinds = vec![
        with("result", document.answer(call)),
        with("end", end),
        with("error", error(document.status(call))),
    ];
    let properties = version()
        .with("method", Object::new().with("const", call.name()))
        .with("params", Object::new().with("oneOf", Json::List(kinds)));
    object(properties, &["jsonrpc", "method", "params"])
}

/// The messages by which a client controls calls that are under way.
fn controls(takes_items: bool, sends_items: bool) -> Vec<Message> {
    let control = |key: &'static str, summary: &'static str, method: &'static str, params: Object| {
        let properties = version().with("method", Object::new().with("const", method)).with("params", params);
        Message::new(key, summary, object(properties, &["jsonrpc", "method", "params"]))
    };
    let call = || Object::new().with("id", id());
    let count = Object::new().with("type", "integer").with("minimum", 1);
    let mut controls = vec![control("cancel", "Ends a call", "$/cancelRequest", object(call(), &["id"]))];
    if sends_items {
        let params = Object::new().with("subscription", id()).with("items", count);
        let params = object(params, &["subscription", "items"]);
        controls.push(control("grant", "Asks for more items of an answer", "$/stream/grant", params));
    }
    if takes_items {
        let params = object(call().with("item", Object::new()), &["id", "item"]);
        controls.push(control("item", "An item of the client's", "$/stream/item", params));
        controls.push(control(
            "end",
            "The end of the client's items",
            "$/stream/end",
            object(call(), &["id"]),
        ));
    }
    controls
}

fn failure(status: Object) -> Object {
    let id = Object::new().with("type", texts(["string", "number", "null"]));
    let properties = version().with("id", id).with("error", error(status));
    object(properties, &["jsonrpc", "id", "error"])
}

/// The error object of JSON-RPC (JSON-RPC 2.0, section 5.1).
fn error(status: Object) -> Object {
    let code = Object::new()
        .with("description", "JSON-RPC's own number, or -32000 less the number of the status's code.")
        .with("type", "integer");
    let properties = Object::new()
        .with("code", code)
        .with("message", Object::new().with("type", "string"))
        .with("data", status);
    object(properties, &["code", "message", "data"])
}

fn version() -> Object {
    Object::new().with("jsonrpc", Object::new().with("const", "2.0"))
}

fn id() -> Object {
    Object::new().with("type", texts(["string", "number"]))
}

fn object(properties: Object, required: &[&'static str]) -> Object {
    Object::new()
        .with("type", "object")
        .with("properties", properties)
        .with("required", texts(required.iter().copied()))
}
