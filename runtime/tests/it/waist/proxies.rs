//! Names that proxies set reach a method from a trusted peer alone, on every wire.

use polywire::{Context, Metadata, Result, Server, service};
use std::net::SocketAddr;
use tokio::net::TcpListener;

#[service(package = "gate.v1", transports(grpc, http, ws, amqp))]
pub trait Gate {
    #[http(GET "/who")]
    async fn who(&self, cx: Context) -> Result<String>;
}

struct Porter;

impl Gate for Porter {
    async fn who(&self, cx: Context) -> Result<String> {
        let of = |name| cx.metadata().get(name).unwrap_or("-").to_owned();
        Ok(["x-forwarded-user", "X-Real-IP", "x-tenant"].map(of).join(" "))
    }
}

/// The names that the method sees, of a client that gives all of them.
async fn told(url: &str) -> String {
    let mut metadata = Metadata::new();
    for (name, value) in [("x-forwarded-user", "ann"), ("x-real-ip", "6.6.6.6"), ("x-tenant", "north")] {
        metadata.append(name, value).expect("sound");
    }
    let cx = Context::new().with_metadata(&metadata);
    GateClient::connect(url).await.expect("a channel").who(cx).await.expect("an answer")
}

async fn serve(broker: &str, trusted: &[&str]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = Server::new().service(GateServer::new(Porter)).listener(listener).amqp(broker);
    tokio::spawn(server.trusted_proxies(trusted.iter().copied()).serve());
    address
}

#[tokio::test]
async fn names_of_proxies_pass_from_a_trusted_peer_alone() {
    let stranger = serve("memory:stranger", &["10.0.0.0/8"]).await;
    let proxy = serve("memory:proxy", &["127.0.0.0/8"]).await;
    for scheme in ["grpc", "grpcweb", "http"] {
        assert_eq!(told(&format!("{scheme}://{stranger}")).await, "- - north", "{scheme}");
        assert_eq!(told(&format!("{scheme}://{proxy}")).await, "ann 6.6.6.6 north", "{scheme}");
    }
    // A call inside a connection, or a message, never brings them.
    for url in [format!("ws://{stranger}"), format!("ws://{proxy}"), "memory:proxy".to_owned()] {
        assert_eq!(told(&url).await, "- - north", "{url}");
    }
}

#[tokio::test]
async fn text_that_is_no_address_is_refused_at_the_start() {
    let error = Server::new()
        .listen("127.0.0.1:0")
        .trusted_proxies(["proxy.local"])
        .serve()
        .await
        .expect_err("no address")
        .to_string();
    assert!(error.contains("`proxy.local` is no proxy's address"), "{error}");
}
