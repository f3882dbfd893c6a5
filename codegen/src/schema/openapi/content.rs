//! Streams as bodies: server-sent events, JSON lines, one array.
//!
//! `transport/http/stream.rs` in the runtime defines their form, and is tested against this.

use super::Version;
use crate::schema::json::{Json, Object, texts};

const EVENTS: &str = "text/event-stream";
const LINES: &str = "application/x-ndjson";
const JSON: &str = "application/json";

/// The items that a client sends.
pub(super) fn lines_in(item: Object, version: Version) -> Object {
    Object::new().with(LINES, sequence(LINES, "One item a line.", item, version))
}

/// The forms of an answer that is a stream of `item`s. It may end in a `status`.
pub(super) fn stream(item: &Object, status: &Object, version: Version) -> Object {
    let failure = Object::new()
        .with("description", "The call failed after it had begun: the last of the stream.")
        .with("type", "object")
        .with("properties", Object::new().with("error", status.clone()))
        .with("required", texts(["error"]));
    let line = either(vec![item.clone().into(), failure.into()]);
    let array = Object::new().with("type", "array").with("items", line.clone());
    let events = "An event for each item; then one called `end`, or one called `error`.";
    Object::new()
        .with(LINES, sequence(LINES, "One item a line.", line, version))
        .with(EVENTS, sequence(EVENTS, events, event(item, status), version))
        .with(JSON, Object::new().with("schema", array))
}

fn either(choices: Vec<Json>) -> Object {
    Object::new().with("anyOf", Json::List(choices))
}

/// The media type object for a sequence of items.
fn sequence(media: &'static str, description: &'static str, item: Object, version: Version) -> Object {
    match version {
        Version::V3_2 => Object::new().with("itemSchema", item),
        Version::V3_1 => {
            let items = Object::new().with("type", "array").with("items", item);
            let schema = Object::new()
                .with("description", description)
                .with("type", "string")
                .with("contentMediaType", media)
                .with("contentSchema", items);
            Object::new().with("schema", schema)
        }
    }
}

/// One server-sent event by its fields, in the form of OpenAPI 3.2 ("Media Type Object", "Server-Sent
/// Events").
fn event(item: &Object, status: &Object) -> Object {
    let data = |schema: &Object| {
        Object::new()
            .with("type", "string")
            .with("contentMediaType", JSON)
            .with("contentSchema", schema.clone())
    };
    let named = |name: &'static str, schema: &Object| {
        let properties =
            Object::new().with("event", Object::new().with("const", name)).with("data", data(schema));
        let event = Object::new().with("type", "object").with("properties", properties);
        Json::from(event.with("required", texts(["event", "data"])))
    };
    let plain = Object::new()
        .with("type", "object")
        .with("properties", Object::new().with("data", data(item)))
        .with("required", texts(["data"]));
    let end = Object::new().with("type", "object");
    either(vec![plain.into(), named("end", &end), named("error", status)])
}
