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
use crate::transport::Plans;

/// A transport that the document shows.
struct Transport {
    /// The name of its server in the document.
    server: &'static str,
    /// The address of that server.
    address: fn(&Api) -> Object,
    /// Adds the channels and operations of its methods.
    add: fn(&[CallOf<'_>], &mut Document<'_, '_>),
}

/// The transports in the order of the document. [`shows`] says which methods each has.
const TRANSPORTS: [Transport; 2] = [
    Transport { server: servers::SOCKET, address: servers::socket, add: ws::add },
    Transport { server: servers::BROKER, address: servers::broker, add: amqp::add },
];

/// Whether each of [`TRANSPORTS`] serves a method with these plans. OpenAPI shows HTTP, the `.proto` file gRPC.
fn shows(plans: &Plans) -> [bool; TRANSPORTS.len()] {
    let Plans { grpc: _, http: _, ws, amqp } = plans;
    [ws.is_some(), amqp.is_some()]
}

/// The text of the document, in JSON.
pub fn render(api: &Api) -> String {
    let calls: Vec<CallOf<'_>> =
        api.calls().filter(|call| shows(&call.served.plans).contains(&true)).collect();
    let schemas = Schemas::new(api, &calls);
    let mut document = Document { schemas: &schemas, channels: Object::new(), operations: Object::new() };
    let mut servers = Object::new();
    for (at, transport) in TRANSPORTS.iter().enumerate() {
        let own: Vec<CallOf<'_>> =
            calls.iter().filter(|call| shows(&call.served.plans)[at]).copied().collect();
        if !own.is_empty() {
            servers.add(transport.server, (transport.address)(api));
            (transport.add)(&own, &mut document);
        }
    }
    let Document { channels, operations, .. } = document;
    let mut components = schemas.components();
    errors::add_status(&mut components);
    keep_used(&mut components, &[&channels]);
    Object::new()
        .with("asyncapi", "3.1.0")
        .with("info", info(api))
        .with("defaultContentType", "application/json")
        .with("servers", servers)
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
