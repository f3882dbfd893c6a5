//! The addresses of the server and its broker. When the owner names none, a variable takes the place of the
//! host.

use crate::schema::api::Api;
use crate::schema::json::Object;

pub(super) const SOCKET: &str = "websocket";
pub(super) const BROKER: &str = "broker";

/// The port of the HTTP wires, for WebSocket.
pub(super) fn socket(api: &Api) -> Object {
    let url = api.info.servers.iter().find(|url| url.contains("://"));
    let scheme = |scheme: &str| if scheme == "https" || scheme == "wss" { "wss" } else { "ws" };
    let text = "WebSocket (RFC 6455) on the port that serves everything.";
    server(url.map(AsRef::as_ref), scheme, "localhost:8080", text)
}

/// The broker of AMQP.
pub(super) fn broker(api: &Api) -> Object {
    let scheme = |scheme: &str| if scheme == "amqps" { "amqps" } else { "amqp" };
    let text = "The broker that the server consumes from.";
    let server = server(api.info.brokers.first().map(AsRef::as_ref), scheme, "localhost:5672", text);
    server.with("protocolVersion", "0-9-1")
}

fn server(
    url: Option<&str>,
    protocol: impl Fn(&str) -> &'static str,
    host: &'static str,
    description: &'static str,
) -> Object {
    let head = Object::new().with("description", description);
    let Some((scheme, rest)) = url.and_then(|url| url.split_once("://")) else {
        let variable = Object::new().with("description", "Host and port.").with("default", host);
        return head
            .with("host", "{host}")
            .with("protocol", protocol(""))
            .with("variables", Object::new().with("host", variable));
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    // A password must not be in a document.
    let host = authority.rsplit('@').next().unwrap_or_default().to_owned();
    head.with("host", host)
        .with("protocol", protocol(scheme))
        .with_text("pathname", path.trim_end_matches('/'))
}
