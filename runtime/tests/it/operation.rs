//! Probes and numbers for the operator of a running server, and who sees the reasons.

#![allow(clippy::expect_used)]

use crate::support::http::client::{Answer, send};
use crate::support::{listen, serve, start, until};
use polywire::{Context, Health, Limits, Operation, Result, Server, service};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

#[service(package = "shelf.v1", transports(grpc, http, ws, amqp))]
pub trait Shelf {
    /// Answers when it is told to.
    #[http(GET "/wait")]
    async fn wait(&self) -> Result<i32>;

    /// Answers when its server drains.
    async fn outlast(&self, cx: Context) -> Result<bool>;

    /// A route that fits the paths of operation.
    #[http(GET "/{name}")]
    async fn find(&self, name: String) -> Result<String>;
}

#[derive(Clone, Default)]
struct Books {
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl Shelf for Books {
    async fn wait(&self) -> Result<i32> {
        self.begun.notify_one();
        self.go_on.notified().await;
        Ok(7)
    }

    async fn outlast(&self, cx: Context) -> Result<bool> {
        let was_draining = cx.is_draining();
        self.begun.notify_one();
        cx.draining().await;
        Ok(!was_draining && cx.is_draining())
    }

    async fn find(&self, name: String) -> Result<String> {
        Ok(name)
    }
}

fn server() -> Server {
    Server::new().service(ShelfServer::new(Books::default()))
}

async fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let answer = send(address, &format!("GET {path}"), &[], "").await;
    (answer.status, answer.body)
}

fn told(status: u16, text: &str) -> (u16, String) {
    (status, text.to_owned())
}

#[tokio::test]
async fn without_operation_the_paths_are_those_of_methods() {
    let address = serve(server()).await;
    assert_eq!(get(address, "/livez").await, told(200, "\"livez\""));
    assert_eq!(get(address, "/readyz").await, told(200, "\"readyz\""));
}

#[tokio::test]
async fn probes_on_the_servers_own_listener_tell_yes_or_no() {
    let health = Health::new();
    let address = serve(server().health(health.clone()).operation(Operation::new())).await;
    assert_eq!(get(address, "/livez").await, told(200, "live\n"));
    assert_eq!(get(address, "/readyz").await, told(200, "ready\n"));
    // There are no numbers, so the path is the method's.
    assert_eq!(get(address, "/metrics").await, told(200, "\"metrics\""));
    health.set_not_serving("");
    assert_eq!(get(address, "/readyz").await, told(503, "not ready\n"));
    assert_eq!(get(address, "/livez").await, told(200, "live\n"));
    let answer = send(address, "GET /readyz", &[], "").await;
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer:?}");
    let answer = send(address, "POST /livez", &[], "").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{answer:?}");
    assert_eq!(send(address, "HEAD /livez", &[], "").await.status, 200);
}

#[tokio::test]
async fn reasons_are_for_those_who_may_see_them() {
    let (own, operation) = listen().await;
    let health = Health::new();
    health.check("database", || async { Err::<(), _>("no route\nto host") });
    health.set_not_serving("");
    let operated = Operation::new().listener(own).probes_everywhere();
    let main = serve(server().health(health.clone()).operation(operated)).await;
    let all = "not ready\n- the program said so\n- database: no route to host\n";
    assert_eq!(get(operation, "/readyz").await, told(503, all));
    assert_eq!(get(main, "/readyz").await, told(503, "not ready\n"));
    // Nothing else is there.
    assert_eq!(get(operation, "/wait").await.0, 404);
    assert_eq!(get(operation, "/openapi.json").await.0, 404);

    let open = serve(server().health(health.clone()).operation(Operation::new().reasons())).await;
    assert_eq!(get(open, "/readyz").await, told(503, all));
}

#[tokio::test]
async fn a_broker_that_is_away_is_a_reason() {
    let nobody = crate::support::nobody().await;
    let server = server().amqp(format!("amqp://guest:secret@{nobody}"));
    let address = serve(server.operation(Operation::new().reasons())).await;
    let (status, text) = get(address, "/readyz").await;
    assert!(status == 503 && text.contains(&format!("amqp://{nobody}")), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

/// A probe asks by address. So does a page whose name was pointed here, and it learns yes or no.
#[tokio::test]
async fn a_probe_needs_no_host_of_the_server_and_reasons_do() {
    let health = Health::new();
    health.set_not_serving("");
    let operated = server().health(health).hosts(["shop.example"]).operation(Operation::new().reasons());
    let (listener, address) = listen().await;
    tokio::spawn(operated.listener(listener).serve());
    let ask = async |path: &str, host: &str| -> Answer {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        crate::support::http::client::raw(address, request.as_bytes()).await
    };
    assert_eq!(ask("/readyz", "10.0.0.7:8080").await.body, "not ready\n");
    assert_eq!(ask("/livez", "10.0.0.7:8080").await.status, 200);
    assert_eq!(ask("/wait", "10.0.0.7:8080").await.status, 421);
    assert_eq!(ask("/readyz", "shop.example").await.body, "not ready\n- the program said so\n");
}

#[tokio::test]
async fn the_own_listener_tells_of_the_drain_until_its_end() {
    let ((own, operation), (listener, main)) = (listen().await, listen().await);
    let books = Books::default();
    let server = Server::new()
        .service(ShelfServer::new(books.clone()))
        .limits(Limits::default().drain_delay(Duration::ZERO))
        .operation(Operation::new().listener(own))
        .listener(listener);
    let mut serving = start(server);
    let call = tokio::spawn(async move { get(main, "/wait").await });
    books.begun.notified().await;
    assert_eq!(get(operation, "/readyz").await, told(200, "ready\n"));
    serving.stop();
    while get(operation, "/readyz").await.0 == 200 {}
    assert_eq!(get(operation, "/readyz").await, told(503, "not ready\n- the server is stopping\n"));
    assert_eq!(get(operation, "/livez").await, told(200, "live\n"));
    books.go_on.notify_one();
    assert_eq!(call.await.expect("no panic"), told(200, "7"));
    serving.ended().await;
    assert!(tokio::net::TcpStream::connect(operation).await.is_err(), "it has ended");
}

#[tokio::test]
async fn grpc_health_asks_the_same_checks() {
    for (is_up, status) in [(true, "SERVING"), (false, "NOT_SERVING")] {
        let health = Health::new();
        health.check("database", move || async move { is_up.then_some(()).ok_or("down") });
        let address = serve(server().health(health)).await;
        let headers = ["content-type: application/json", "connect-protocol-version: 1"];
        let answer = send(address, "POST /grpc.health.v1.Health/Check", &headers, "{}").await;
        assert_eq!(answer.json()["status"], status);
    }
}

#[test]
fn a_method_on_such_a_path_is_refused() {
    #[service(package = "clash.v1")]
    pub trait Clash {
        #[http(GET "/readyz")]
        async fn ready(&self) -> Result<i32>;
    }
    struct Own;
    impl Clash for Own {
        async fn ready(&self) -> Result<i32> {
            Ok(1)
        }
    }
    let server = || Server::new().service(ClashServer::new(Own));
    let error = server().operation(Operation::new()).try_into_router().expect_err("two owners").to_string();
    assert!(
        error.contains("`GET /readyz` of clash.v1.Clash/Ready") && error.contains("Operation::listen"),
        "{error}"
    );
    let _ = server().try_into_router().expect("nobody else has it");
    let elsewhere = server().operation(Operation::new().listen("127.0.0.1:0"));
    let _ = elsewhere.try_into_router().expect("it is elsewhere");
}

#[tokio::test]
async fn a_mounted_router_has_the_probes() {
    let hidden = Server::new().show_schema(false).operation(Operation::new());
    let address = crate::support::serve_router(hidden.into_router()).await;
    assert_eq!(get(address, "/readyz").await, told(200, "ready\n"));
    assert_eq!(send(address, "POST /livez", &[], "").await.status, 405);
}

/// The objects of `/debug/…`.
async fn notes(address: SocketAddr, path: &str) -> Vec<serde_json::Value> {
    let (status, text) = get(address, path).await;
    assert_eq!(status, 200, "{text}");
    text.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
}

#[tokio::test]
async fn calls_and_connections_are_noted_as_long_as_they_last() {
    let ((own, operation), (listener, main)) = (listen().await, listen().await);
    let books = Books::default();
    let server = Server::new().service(ShelfServer::new(books.clone())).amqp("memory:noted");
    let operated = server.operation(Operation::new().listener(own).debug().probes_everywhere());
    tokio::spawn(operated.listener(listener).serve());
    for (url, wire) in [
        (format!("grpc://{main}"), "grpc"),
        (format!("ws://{main}"), "ws"),
        ("memory:noted".to_owned(), "memory"),
    ] {
        let shelf = ShelfClient::connect(url).await.expect("a channel");
        let call = tokio::spawn(async move { shelf.wait().await });
        books.begun.notified().await;
        let calls = notes(operation, "/debug/calls").await;
        assert_eq!(calls.len(), 1, "{wire}: {calls:?}");
        let call_note = &calls[0];
        assert_eq!((&call_note["method"], &call_note["wire"]), (&"shelf.v1.Shelf/Wait".into(), &wire.into()));
        let left = call_note["left_ms"].as_u64().expect("a deadline");
        assert!((1..=30_000).contains(&left) && call_note["attempt"] == 1, "{call_note}");
        let of_peer = notes(operation, "/debug/connections").await;
        let of_peer: Vec<_> = of_peer.iter().filter(|one| one["calls"] == 1).collect();
        if wire == "memory" {
            assert!(of_peer.is_empty() && call_note["peer"].is_null(), "{of_peer:?}");
        } else {
            assert_eq!(of_peer.len(), 1, "{wire}");
            assert_eq!((&of_peer[0]["peer"], &of_peer[0]["entrance"]), (&call_note["peer"], &"tcp".into()));
        }
        books.go_on.notify_one();
        assert_eq!(call.await.expect("no panic"), Ok(7));
        until("the note of the call to go", async || notes(operation, "/debug/calls").await.is_empty()).await;
    }
    // The clients are gone, so their sockets are.
    until("the notes of the connections to go", async || {
        notes(operation, "/debug/connections").await.is_empty()
    })
    .await;
    assert_eq!(get(main, "/debug/calls").await.0, 404);
}

#[tokio::test]
async fn strangers_cannot_be_let_see_what_runs() {
    let refused =
        server().operation(Operation::new().debug()).listen("127.0.0.1:0").serve_until(async {}).await;
    let error = refused.expect_err("on the listener of strangers").to_string();
    assert!(error.contains("Operation::listen"), "{error}");
}

#[tokio::test]
async fn handlers_are_told_of_the_drain_on_every_wire() {
    for scheme in ["grpc", "grpcweb", "http", "ws", "memory"] {
        let (listener, address) = listen().await;
        let books = Books::default();
        let mut serving = start(
            Server::new()
                .service(ShelfServer::new(books.clone()))
                .limits(Limits::default().drain_delay(Duration::ZERO))
                .amqp("memory:told")
                .listener(listener),
        );
        let url = if scheme == "memory" { "memory:told".to_owned() } else { format!("{scheme}://{address}") };
        let shelf = ShelfClient::connect(url).await.expect("a channel");
        let call = tokio::spawn(async move { shelf.outlast(Context::new()).await });
        books.begun.notified().await;
        serving.stop();
        assert_eq!(call.await.expect("no panic"), Ok(true), "{scheme}");
        serving.ended().await;
    }
}

#[cfg(feature = "metrics")]
mod numbers {
    use super::*;
    use polywire::layers::Metrics;
    use prometheus_client::collector::Collector;
    use prometheus_client::encoding::DescriptorEncoder;
    use std::sync::Mutex;
    use std::sync::mpsc::{Receiver, channel};

    /// A scrape that takes its time.
    #[derive(Debug)]
    struct Slow {
        begun: Arc<Notify>,
        go_on: Mutex<Receiver<()>>,
    }

    impl Collector for Slow {
        fn encode(&self, _: DescriptorEncoder<'_>) -> std::fmt::Result {
            self.begun.notify_one();
            let go_on = self.go_on.lock().expect("no panic");
            go_on.recv_timeout(Duration::from_secs(20)).map_err(|_| std::fmt::Error)
        }
    }

    #[tokio::test]
    async fn a_scrape_does_not_hold_up_calls() {
        let (metrics, begun, (release, go_on)) = (Metrics::new(), Arc::new(Notify::new()), channel());
        let slow = Slow { begun: Arc::clone(&begun), go_on: Mutex::new(go_on) };
        metrics.register(|registry| registry.register_collector(Box::new(slow)));
        let operation = Operation::new().metrics(&metrics);
        let address = serve(server().interceptor(metrics.server()).operation(operation)).await;
        let scrape = tokio::spawn(async move { get(address, "/metrics").await });
        begun.notified().await;
        // Both are new to the numbers: another method, and another code.
        assert_eq!(get(address, "/dune").await, told(200, "\"dune\""));
        assert!(!scrape.is_finished(), "it was to wait");
        release.send(()).expect("it waits");
        assert_eq!(scrape.await.expect("no panic").0, 200);
    }

    #[tokio::test]
    async fn numbers_are_for_hosts_of_the_server() {
        let metrics = Metrics::new();
        let operated = server().hosts(["shop.example"]).operation(Operation::new().metrics(&metrics));
        let (listener, address) = listen().await;
        tokio::spawn(operated.listener(listener).serve());
        let ask = async |host: &str| {
            let request = format!("GET /metrics HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
            crate::support::http::client::raw(address, request.as_bytes()).await.status
        };
        assert_eq!((ask("shop.example").await, ask("rebound.example").await), (200, 421));
    }
}
