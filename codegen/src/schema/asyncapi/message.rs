//! The building blocks of channels and operations.

use super::Document;
use crate::model::TypeName;
use crate::schema::api::CallOf;
use crate::schema::errors::{self, Variants};
use crate::schema::json::{Json, Object};
use crate::schema::shapes::{Side, Variant};

/// A message of a channel.
pub(super) struct Message {
    /// The key among the messages of the channel.
    pub(super) key: String,
    /// A sentence that says what the message is.
    pub(super) summary: String,
    pub(super) payload: Object,
    /// An example of the payload.
    pub(super) example: Option<Json>,
    /// Headers, correlation and bindings.
    pub(super) more: Object,
}

impl Message {
    pub(super) fn new(key: impl Into<String>, summary: impl Into<String>, payload: Object) -> Self {
        Self { key: key.into(), summary: summary.into(), payload, example: None, more: Object::new() }
    }

    #[must_use]
    pub(super) fn with_example(self, example: Option<Json>) -> Self {
        Self { example, ..self }
    }

    fn render(self) -> (String, Object) {
        let mut message = Object::new()
            .with("name", self.key.clone())
            .with("summary", self.summary.clone())
            .with("contentType", "application/json");
        message.extend(self.more);
        let example = self.example.map(|payload| {
            let summary = format!("{}, as it may be", self.summary);
            let example =
                Object::new().with("name", "example").with("summary", summary).with("payload", payload);
            Json::List(vec![example.into()])
        });
        (self.key, message.with("payload", self.payload).with_some("examples", example))
    }
}

/// A channel with its messages.
pub(super) fn channel(
    address: Option<String>,
    head: Object,
    server: &'static str,
    messages: Vec<Message>,
    bindings: Object,
) -> Object {
    let address = address.map_or(Json::Null, Json::from);
    let servers = Json::List(vec![Object::new().with("$ref", format!("#/servers/{server}")).into()]);
    let mut rendered = Object::new();
    for (key, message) in messages.into_iter().map(Message::render) {
        rendered.add(key, message);
    }
    let mut channel = Object::new().with("address", address);
    channel.extend(head);
    channel.with("servers", servers).with("messages", rendered).with("bindings", bindings)
}

/// An operation on messages of a channel.
pub(super) fn operation(
    call: Option<CallOf<'_>>,
    action: &'static str,
    channel: &str,
    messages: &[&str],
) -> Object {
    let head = Object::new().with("action", action).with("channel", channel_reference(channel));
    let head = match call {
        Some(call) => {
            let tag = Object::new().with("name", call.service.full_name());
            head.with("title", call.method.name.to_string())
                .with("summary", call.summary())
                .with("description", call.description_with_errors())
                .with("tags", Json::List(vec![tag.into()]))
        }
        None => head,
    };
    head.with("messages", message_references(channel, messages))
}

pub(super) fn channel_reference(channel: &str) -> Object {
    Object::new().with("$ref", format!("#/channels/{channel}"))
}

pub(super) fn message_references(channel: &str, messages: &[&str]) -> Json {
    let reference =
        |key: &&str| Object::new().with("$ref", format!("#/channels/{channel}/messages/{key}")).into();
    Json::List(messages.iter().map(reference).collect())
}

impl Document<'_, '_> {
    /// The schema of a method's request or of one of its items.
    pub(super) fn input(&self, call: CallOf<'_>) -> Object {
        self.of(call, &call.method.input, Side::Input)
    }

    /// The schema of a method's response or of one of its items, including a message made around a value.
    pub(super) fn output(&self, call: CallOf<'_>) -> Object {
        self.of(call, &call.method.output, Side::Output)
    }

    /// The schema of the status that a method may fail with.
    pub(super) fn status(&self, call: CallOf<'_>) -> Object {
        errors::status_of(call, Variants::All, self.schemas)
    }

    /// An example of a method's request or of one of its items.
    pub(super) fn input_example(&self, call: CallOf<'_>) -> Option<Json> {
        let variant = Variant::new(Side::Input, call.service.json);
        self.schemas.example(&call.service.package, &call.method.input, variant)
    }

    /// An example of a method's response or of one of its items.
    pub(super) fn output_example(&self, call: CallOf<'_>) -> Option<Json> {
        let variant = Variant::new(Side::Output, call.service.json);
        self.schemas.example(&call.service.package, &call.method.output, variant)
    }

    /// An example of the answer, in which a wrapped value travels alone.
    pub(super) fn answer_example(&self, call: CallOf<'_>) -> Option<Json> {
        let Some(field) = &call.served.wrapped else { return self.output_example(call) };
        match self.output_example(call)? {
            Json::Object(object) => object.get(field).cloned(),
            _ => None,
        }
    }

    fn of(&self, call: CallOf<'_>, name: &TypeName, side: Side) -> Object {
        self.schemas.of_type(&call.service.package, name, Variant::new(side, call.service.json))
    }

    /// The schema of the answer over JSON-RPC and a WebSocket endpoint, in which a wrapped value travels
    /// alone.
    pub(super) fn answer(&self, call: CallOf<'_>) -> Object {
        let package = call.service.package.as_ref();
        let field = call.served.wrapped.as_deref().and_then(|name| {
            let message = self.schemas.message(package, &call.method.output)?;
            message.fields.iter().find(|field| field.name == name)
        });
        match field {
            Some(field) => {
                self.schemas.of_answer(package, field, Variant::new(Side::Output, call.service.json))
            }
            None => self.output(call),
        }
    }
}
