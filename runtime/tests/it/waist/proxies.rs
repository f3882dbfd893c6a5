//! Names that proxies set reach a method from a trusted peer alone, on every wire.

use crate::support::http::client::raw;
use crate::support::{listen, serve as serve_any, until};
use polywire::{ClientAddress, Context, Limits, Metadata, Result, Server, service};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[service(package = "gate.v1", transports(grpc, http, ws, amqp))]
pub trait Gate {
    #[http(GET "/who")]
    async fn who(&self, cx: Context) -> Result<String>;

    /// The address of the caller.
    #[http(GET "/peer")]
    async fn peer(&self, cx: Context) -> Result<String>;
}

struct Porter;

impl Gate for Porter {
    async fn who(&self, cx: Context) -> Result<String> {
        let of = |name| cx.metadata().get(name).unwrap_or("-").to_owned();
        Ok(["x-forwarded-user", "X-Real-IP", "x-tenant"].map(of).join(" "))
    }

    async fn peer(&self, cx: Context) -> Result<String> {
        Ok(cx.peer().map_or("-".to_owned(), |peer| peer.to_string()))
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

/// The peer of a call whose head has this line.
async fn peer(url: &str, (name, value): (&str, &str)) -> String {
    let mut metadata = Metadata::new();
    metadata.append(name, value).expect("sound");
    let cx = Context::new().with_metadata(&metadata);
    GateClient::connect(url).await.expect("a channel").peer(cx).await.expect("an answer")
}

#[tokio::test]
async fn the_client_that_a_trusted_proxy_names_is_the_peer_on_every_wire_of_http() {
    let gate = || Server::new().service(GateServer::new(Porter));
    let named = ("x-forwarded-for", "6.6.6.6, 192.0.2.1");
    let proxy = gate().trusted_proxies(["127.0.0.0/8"]);
    let proxy = serve_any(proxy.client_address(ClientAddress::XForwardedFor)).await;
    let stranger = gate().trusted_proxies(["10.0.0.0/8"]);
    let stranger = serve_any(stranger.client_address(ClientAddress::XForwardedFor)).await;
    let unset = serve_any(gate().trusted_proxies(["127.0.0.0/8"])).await;
    for scheme in ["grpc", "grpcweb", "http"] {
        assert_eq!(peer(&format!("{scheme}://{proxy}"), named).await, "192.0.2.1:0", "{scheme}");
        // A header that the program does not name says nothing.
        for (address, named) in [(stranger, named), (unset, named), (proxy, ("forwarded", "for=192.0.2.1"))] {
            let told = peer(&format!("{scheme}://{address}"), named).await;
            assert!(told.starts_with("127.0.0.1:"), "{scheme} {named:?}: {told}");
        }
    }
}

const REQUEST: &str = "GET /peer HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn a_connection_of_a_named_proxy_begins_with_its_client() {
    let gate = || Server::new().service(GateServer::new(Porter));
    let prefaced = serve_any(gate().proxy_protocol(["127.0.0.1"])).await;
    let v2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\xc6\x33\x64\x07\xdc\x04\x01\xbb";
    let local = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";
    for (header, told) in [
        (&b"PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n"[..], "\"192.0.2.1:56324\""),
        (v2, "\"192.0.2.1:56324\""),
        (b"PROXY UNKNOWN\r\n", "\"127.0.0.1:"),
        (local, "\"127.0.0.1:"),
    ] {
        let answer = raw(prefaced, &[header, REQUEST.as_bytes()].concat()).await;
        assert!(answer.status == 200 && answer.body.starts_with(told), "{answer:?}");
    }
    // A stranger's header is a malformed request.
    let open = serve_any(gate().proxy_protocol(["10.0.0.1"])).await;
    let answer = raw(open, format!("PROXY TCP4 6.6.6.6 6.6.6.6 1 2\r\n{REQUEST}").as_bytes()).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(raw(open, REQUEST.as_bytes()).await.body.starts_with("\"127.0.0.1:"));
}

#[tokio::test]
async fn a_named_proxy_that_names_nobody_is_closed_without_a_word() {
    let limits = Limits::default().handshake_timeout(Duration::from_millis(200)).connections(1);
    let server = Server::new().service(GateServer::new(Porter)).limits(limits).proxy_protocol(["127.0.0.1"]);
    let (listener, address) = listen().await;
    tokio::spawn(server.listener(listener).serve());
    let long = [b"PROXY UNKNOWN ", &[b'x'; 200][..]].concat();
    for bytes in [REQUEST.as_bytes(), &long, b"PROXY TCP4 1", b""] {
        let mut socket = TcpStream::connect(address).await.expect("a connection");
        socket.write_all(bytes).await.expect("sent");
        let mut told = Vec::new();
        // It may be a reset, when bytes were left unread.
        let _ = socket.read_to_end(&mut told).await;
        assert!(told.is_empty(), "{bytes:?}: {told:?}");
    }
    // The only place is free again.
    until("an answer", async || {
        let request = format!("PROXY UNKNOWN\r\n{REQUEST}");
        raw(address, request.as_bytes()).await.status == 200
    })
    .await;
}

#[tokio::test]
async fn the_named_proxies_are_addresses() {
    let server = Server::new().listen("127.0.0.1:0").proxy_protocol(["proxy.local"]);
    let error = server.serve().await.expect_err("no address").to_string();
    assert!(error.contains("`proxy.local` is no proxy's address"), "{error}");
}
