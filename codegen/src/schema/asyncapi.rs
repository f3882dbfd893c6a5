//! Renders an [`Api`] as an AsyncAPI 3.1 document.
//!
//! It shows the traffic over WebSocket and AMQP from the view of the server, which receives requests and
//! sends answers.

mod amqp;
mod message;
mod rpc;
mod servers;
mod ws;

use super::api::{Api, CallOf};
use super::errors;
use super::json::Object;
use super::shapes::{Schemas, keep_used};

/// The text of the document, in JSON.
pub fn render(api: &Api) -> String {
    let has_channel = |call: &CallOf<'_>| call.served.plans.ws.is_some() || call.served.plans.amqp.is_some();
    let calls: Vec<CallOf<'_>> = api.calls().filter(has_channel).collect();
    let schemas = Schemas::new(api, &calls);
    let mut document = Document { schemas: &schemas, channels: Object::new(), operations: Object::new() };
    calls.iter().for_each(|call| ws::add(*call, &mut document));
    rpc::add(&calls, &mut document);
    calls.iter().for_each(|call| amqp::add(*call, &mut document));
    let Document { channels, operations, .. } = document;
    let mut components = schemas.components();
    errors::add_status(&mut components);
    keep_used(&mut components, &[&channels]);
    Object::new()
        .with("asyncapi", "3.1.0")
        .with("info", info(api))
        .with("defaultContentType", "application/json")
        .with("servers", servers::render(api, &calls))
        .with("channels", channels)
        .with("operations", operations)
        .with("components", Object::new().with("schemas", components))
        .document()
}

/// A document under construction.
struct Document<'a, 'b> {
    schemas: &'a Schemas<'b>,
    channels: Object,
    operations: Object,
}

fn info(api: &Api) -> Object {
    let info = &api.info;
    let contact =
        info.contact.as_ref().map(|(name, url)| Object::new().with_text("name", name).with_text("url", url));
    let license = info.license.as_deref().map(|expression| Object::new().with("name", expression.to_owned()));
    Object::new()
        .with("title", info.title.to_string())
        .with("version", info.version.to_string())
        .with_text("description", &api.description())
        .with_some("contact", contact)
        .with_some("license", license)
}
