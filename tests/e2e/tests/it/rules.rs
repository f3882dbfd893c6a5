//! Constraints over every client: one answer with every violation and its path. Also the client that checks
//! before it sends.
#![allow(clippy::expect_used)]

use polywire::{
    BoxFuture, Caller, Code, Codec, Context, Endpoint, Interceptor, Method, Result, Server, Status, Streaming,
};
use polywire_e2e::cases::Streams;
use polywire_e2e::rules::{
    Line, Order, Payment, Rules, RulesService, RulesServiceClient, RulesServiceServer,
};
use polywire_e2e::serving::{broker, serve};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Counts the calls that reach a server, whatever becomes of them.
#[derive(Clone, Default)]
struct Arrivals(Arc<AtomicU32>);

impl Arrivals {
    fn count(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Interceptor for Arrivals {
    fn before<'a>(&'a self, cx: Context, _: &'static Method) -> BoxFuture<'a, Result<Context>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move { Ok(cx) })
    }
}

/// A client, and what its server has seen.
struct Opened {
    caller: Caller,
    arrivals: Arrivals,
}

impl Opened {
    fn client(&self) -> RulesServiceClient {
        RulesServiceClient::from_caller(self.caller.clone())
    }
}

async fn serve_rules(broker: String) -> (String, Arrivals) {
    let arrivals = Arrivals::default();
    let server = Server::new().service(RulesServiceServer::new(Rules)).interceptor(arrivals.clone());
    (serve(server.amqp(broker)).await.to_string(), arrivals)
}

async fn open(endpoint: impl Fn(&str, &str) -> Endpoint, broker: String) -> Opened {
    let (address, arrivals) = serve_rules(broker.clone()).await;
    Opened { caller: Caller::connect(endpoint(&address, &broker)).await.expect("a connection"), arrivals }
}

async fn start(endpoint: impl Fn(&str, &str) -> Endpoint) -> Opened {
    open(endpoint, broker()).await
}

fn line(sku: &str, quantity: u32) -> Line {
    Line { sku: sku.to_owned(), quantity }
}

fn order() -> Order {
    Order {
        customer: "ada@example.org".to_owned(),
        lines: vec![line("AB1", 1), line("CD22", 99)],
        discount: Some(0.5),
        ..Order::default()
    }
}

/// Wrong in many places; what the paths of violations say of it is [`WRONG`].
fn wrong() -> Order {
    let mut order = Order {
        customer: "nobody".to_owned(),
        lines: vec![line("AB1", 1), line("AB2", 2), line("ab3", 100), line("AB4", 0)],
        discount: None,
        payment: Some(Payment::Again(line("AB5", 0))),
        ..Order::default()
    };
    order.tags.insert("k\"".to_owned(), String::new());
    order.tags.insert("long".to_owned(), "v".to_owned());
    order
}

const WRONG: &[(&str, &str)] = &[
    ("customer", "EMAIL"),
    ("lines", "MAX_ITEMS"),
    ("lines[2].sku", "PATTERN"),
    ("lines[2].quantity", "MAX"),
    ("lines[3].quantity", "MIN"),
    ("tags[\"k\\\"\"]", "MIN_LEN"),
    ("tags[\"long\"]", "MAX_LEN"),
    ("discount", "REQUIRED"),
    ("again.quantity", "MIN"),
];

fn expect(status: &Status, violations: &[(&str, &str)]) {
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    let told = status.field_violations();
    let told: Vec<(&str, &str)> = told.iter().map(|v| (v.field.as_str(), v.reason.as_str())).collect();
    assert_eq!(told, violations, "{status}");
}

async fn first<T>(stream: Result<Streaming<T>>) -> Result<Option<T>> {
    stream?.next().await
}

/// A request that keeps its constraints passes. One that does not gets every violation, on calls of either
/// shape.
async fn requests(opened: Opened) {
    let client = opened.client();
    assert_eq!(client.place(order()).await, Ok(2));
    let status = client.place(wrong()).await.expect_err("refused");
    expect(&status, WRONG);
    assert!(status.message().starts_with("field `customer` must be an email address; "), "{status}");
    assert!(status.message().ends_with("; and 6 more"), "{status}");

    assert_eq!(first(client.follow(order()).await).await, Ok(Some(line("AB1", 1))));
    expect(&first(client.follow(wrong()).await).await.expect_err("refused"), WRONG);

    let found = client.find("AB1".to_owned(), 7, vec!["a".to_owned()]).await;
    assert_eq!(found, Ok(line("AB1", 7)));
    let marks = ["a", "", "long"].map(str::to_owned).to_vec();
    let status = client.find("x".to_owned(), 0, marks).await.expect_err("refused");
    let violations = [
        ("sku", "PATTERN"),
        ("quantity", "MIN"),
        ("marks", "MAX_ITEMS"),
        ("marks[1]", "MIN_LEN"),
        ("marks[2]", "MAX_LEN"),
    ];
    expect(&status, &violations);
}

/// Each item of a stream of requests is held to its constraints when it comes.
async fn streams(opened: Opened, streams: Streams) {
    let client = opened.client();
    if streams == Streams::FromServer {
        let status =
            client.upload(Streaming::from_items([line("AB1", 1)])).await.expect_err("no such stream");
        assert_eq!(status.code(), Code::Unimplemented, "{status}");
        return;
    }
    for client in [client.clone(), client.validating()] {
        assert_eq!(client.upload(Streaming::from_items([line("AB1", 1), line("AB2", 2)])).await, Ok(3));
        let lines = Streaming::from_items([line("AB1", 1), line("ab", 0), line("AB3", 3)]);
        let status = client.upload(lines).await.expect_err("the second is refused");
        expect(&status, &[("sku", "PATTERN"), ("quantity", "MIN")]);

        let (sender, lines) = Streaming::channel(1);
        let mut answers = client.talk(lines).await.expect("a stream");
        sender.send(line("AB1", 1)).await.expect("a reader");
        assert_eq!(answers.next().await, Ok(Some(line("AB1", 1))));
        sender.send(line("AB1", 100)).await.expect("a reader");
        expect(&answers.next().await.expect_err("refused"), &[("quantity", "MAX")]);
    }
}

/// A client that was asked to says what the server would have said, and the server never hears of the call.
async fn before_it_sends(opened: Opened) {
    let (plain, client) = (opened.client(), opened.client().validating());
    let said = plain.place(wrong()).await.expect_err("refused by the server");
    assert_eq!(client.place(order()).await, Ok(2));
    let before = opened.arrivals.count();
    assert_eq!(client.place(wrong()).await.expect_err("refused by the client"), said);
    expect(&first(client.follow(wrong()).await).await.expect_err("refused by the client"), WRONG);
    let status = client.find("x".to_owned(), 1, Vec::new()).await.expect_err("refused by the client");
    expect(&status, &[("sku", "PATTERN")]);
    assert_eq!(opened.arrivals.count(), before, "nothing was sent");
}

macro_rules! suite {
    ($wire:ident, $streams:ident, $open:expr) => {
        mod $wire {
            use super::*;

            #[tokio::test]
            async fn requests() {
                super::requests($open.await).await;
            }

            #[tokio::test]
            async fn streams() {
                super::streams($open.await, Streams::$streams).await;
            }

            #[tokio::test]
            async fn before_it_sends() {
                super::before_it_sends($open.await).await;
            }
        }
    };
}

async fn in_process() -> Opened {
    let caller = Caller::new(polywire::local(RulesServiceServer::new(Rules)));
    Opened { caller, arrivals: Arrivals::default() }
}

/// The broker that the test run started. Its absence is a failure: a suite that did not run must not look as if it had.
fn rabbitmq() -> String {
    std::env::var("AMQP_URL").expect("AMQP_URL names a RabbitMQ: run scripts/test, or scripts/rabbitmq start")
}

suite!(local, All, in_process());
suite!(grpc, All, start(|address, _| Endpoint::new(format!("grpc://{address}"))));
suite!(grpc_web, All, start(|address, _| Endpoint::new(format!("grpcweb://{address}"))));
suite!(connect_proto, All, start(|address, _| Endpoint::new(format!("http://{address}"))));
suite!(connect_json, All, start(|address, _| Endpoint::new(format!("http://{address}")).codec(Codec::Json)));
suite!(websocket_json, All, start(|address, _| Endpoint::new(format!("ws://{address}"))));
suite!(
    websocket_proto,
    All,
    start(|address, _| Endpoint::new(format!("ws://{address}")).codec(Codec::Proto))
);
suite!(memory, FromServer, start(|_, broker| Endpoint::new(broker)));
suite!(amqp, FromServer, open(|_, broker| Endpoint::new(broker), rabbitmq()));

/// Status line and JSON body of one HTTP/1.1 call.
async fn http(address: &str, request: &str, body: &str) -> (String, serde_json::Value) {
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    let length = body.len();
    let head =
        format!("{request} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n");
    let call = format!("{head}content-length: {length}\r\n\r\n{body}");
    socket.write_all(call.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    (head.lines().next().unwrap_or_default().to_owned(), serde_json::from_str(body).expect("JSON"))
}

fn told(status: &serde_json::Value) -> Vec<(&str, &str)> {
    let detail = &status["details"][0];
    assert_eq!(detail["@type"], "type.googleapis.com/google.rpc.BadRequest", "{status}");
    let violations = detail["fieldViolations"].as_array().expect("violations");
    violations
        .iter()
        .map(|v| (v["field"].as_str().expect("a path"), v["reason"].as_str().expect("a reason")))
        .collect()
}

#[tokio::test]
async fn http_json_tells_every_violation() {
    let (address, _) = serve_rules(broker()).await;
    let good = r#"{"customer":"ada@example.org","lines":[{"sku":"AB1","quantity":1}],"discount":0.5}"#;
    let (head, body) = http(&address, "POST /rules/orders", good).await;
    assert_eq!((head.as_str(), &body), ("HTTP/1.1 200 OK", &serde_json::json!(1)));

    let bad = r#"{"customer":"nobody","lines":[{"sku":"AB1","quantity":1},{"sku":"AB2","quantity":2},
        {"sku":"ab3","quantity":100},{"sku":"AB4"}],"tags":{"k\"":"","long":"v"},"again":{"sku":"AB5"}}"#;
    for path in ["/rules/orders", "/rules.v1.RulesService/Place"] {
        let (head, body) = http(&address, &format!("POST {path}"), bad).await;
        assert_eq!(head, "HTTP/1.1 400 Bad Request");
        assert_eq!(body["code"], 3, "{body}");
        assert_eq!(told(&body), WRONG);
    }

    let (head, body) = http(&address, "GET /rules/lines/AB1?quantity=99&marks=a&marks=bcd", "").await;
    assert_eq!((head.as_str(), &body["quantity"]), ("HTTP/1.1 200 OK", &serde_json::json!(99)));
    let (head, body) = http(&address, "GET /rules/lines/x?marks=long", "").await;
    assert_eq!(head, "HTTP/1.1 400 Bad Request");
    assert_eq!(told(&body), [("sku", "PATTERN"), ("quantity", "MIN"), ("marks[0]", "MAX_LEN")]);
}
