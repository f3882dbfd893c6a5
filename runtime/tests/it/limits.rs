//! The limits of a server, each made small: how long it waits, and how much it holds.
#![cfg(all(feature = "http", feature = "grpc", feature = "ws", feature = "memory", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::http::client::{Answer, raw, send};
use crate::support::serve;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use polywire::{Limits, Message, Result, Server, Streaming, service};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};

const SHORT: Duration = Duration::from_millis(100);

#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Chain {
    pub text: String,
    pub next: Option<Box<Chain>>,
}

#[service(package = "limits.v1")]
pub trait Desk {
    #[http(POST "/echo")]
    async fn echo(&self, request: Chain) -> Result<Chain>;

    /// Answers after so many milliseconds, with so many bytes.
    #[http(GET "/wait/{ms}/{size}")]
    async fn wait(&self, ms: u64, size: u32) -> Result<String>;

    /// As many nested messages as asked for.
    #[http(GET "/nest/{levels}")]
    async fn nest(&self, levels: u32) -> Result<Chain>;

    #[http(POST "/count")]
    async fn count(&self, items: Streaming<Chain>) -> Result<u64>;

    /// Two items, and that many milliseconds between them.
    #[http(GET "/two/{ms}")]
    async fn two(&self, ms: u64) -> Result<Streaming<Chain>>;

    /// Ends when the test says so.
    #[http(POST "/change")]
    async fn change(&self) -> Result<()>;

    #[read]
    #[http(POST "/look")]
    async fn look(&self) -> Result<()>;

    /// As `change`, with something to hold meanwhile.
    async fn keep(&self, text: String) -> Result<()>;
}

/// The end of a call that waits for the test.
#[derive(Debug, PartialEq)]
enum End {
    Ran,
    Dropped,
}

/// Reports that a call has begun, and gives the test the sender that ends it.
type Begun = mpsc::UnboundedSender<(oneshot::Sender<()>, oneshot::Receiver<End>)>;

struct Worker(Mutex<Option<Begun>>);

struct Ending(Option<oneshot::Sender<End>>);

impl Ending {
    fn tell(&mut self, end: End) {
        if let Some(sender) = self.0.take() {
            let _ = sender.send(end);
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.tell(End::Dropped);
    }
}

impl Worker {
    async fn work(&self) -> Result<()> {
        let ((go, gone), (ended, end)) = (oneshot::channel(), oneshot::channel());
        let mut ending = Ending(Some(ended));
        self.0.lock().expect("a lock").as_ref().expect("a test").send((go, end)).expect("a test");
        gone.await.expect("a test that lets it go on");
        ending.tell(End::Ran);
        Ok(())
    }
}

impl Desk for Worker {
    async fn echo(&self, request: Chain) -> Result<Chain> {
        Ok(request)
    }

    async fn wait(&self, ms: u64, size: u32) -> Result<String> {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        Ok("x".repeat(size as usize))
    }

    async fn nest(&self, levels: u32) -> Result<Chain> {
        let inner = Chain::default();
        Ok((1..levels).fold(inner, |inner, _| Chain { next: Some(Box::new(inner)), ..Chain::default() }))
    }

    async fn count(&self, mut items: Streaming<Chain>) -> Result<u64> {
        let mut count = 0;
        while items.next().await?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    async fn two(&self, ms: u64) -> Result<Streaming<Chain>> {
        let items = futures_util::stream::unfold(0, move |index| async move {
            match index {
                0 => {}
                1 => tokio::time::sleep(Duration::from_millis(ms)).await,
                _ => return None,
            }
            Some((Ok(Chain { text: format!("item {index}"), next: None }), index + 1))
        });
        Ok(Streaming::new(items))
    }

    async fn change(&self) -> Result<()> {
        self.work().await
    }

    async fn look(&self) -> Result<()> {
        self.work().await
    }

    async fn keep(&self, _: String) -> Result<()> {
        self.work().await
    }
}

async fn desk(limits: Limits) -> SocketAddr {
    serve(Server::new().service(DeskServer::new(Worker(Mutex::default()))).limits(limits)).await
}

async fn connect(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    socket.write_all(bytes).await.expect("sent");
    socket
}

/// Reads until the server closes: the test waits for that.
async fn until_closed(mut socket: TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = socket.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

// ---- connections ----

#[test]
fn every_limit_is_in_the_threat_model() {
    let model = include_str!("../../guide/threats.md");
    let serde_json::Value::Object(limits) = serde_json::to_value(Limits::default()).expect("plain values")
    else {
        panic!("no object");
    };
    let unsaid: Vec<_> = limits.keys().filter(|name| !model.contains(&format!("`{name}`"))).collect();
    assert!(unsaid.is_empty(), "docs/threats.md does not say what these limits answer: {unsaid:?}");
}

#[tokio::test]
async fn a_head_has_its_time_from_the_accept_on() {
    let address = desk(Limits::default().header_timeout(SHORT)).await;
    for begun in ["", "P", "PRI * HT", "GET /wait/0/1 HT", "GET /wait/0/1 HTTP/1.1\r\nhost: a\r\nx-a: b\r\n"]
    {
        assert_eq!(until_closed(connect(address, begun.as_bytes()).await).await, "", "{begun:?}");
    }
}

#[tokio::test]
async fn so_has_the_head_of_a_later_request() {
    let address = desk(Limits::default().header_timeout(SHORT)).await;
    let mut socket = connect(address, b"GET /wait/0/1 HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let mut head = [0; 12];
    socket.read_exact(&mut head).await.expect("an answer");
    assert_eq!(&head, b"HTTP/1.1 200");
    socket.write_all(b"GET /wait/0/1 HTTP/1.1\r\nho").await.expect("sent");
    let rest = until_closed(socket).await;
    assert!(rest.ends_with("\r\n\r\n\"x\""), "{rest}");
}

#[tokio::test]
async fn so_has_one_that_begins_before_the_answer_to_the_last() {
    let hour = Duration::from_secs(3_600);
    let address = desk(Limits::default().header_timeout(SHORT).idle_timeout(hour)).await;
    let half = "GET /wait/0/1 HTTP/1.1\r\nho";
    let json = "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n";
    let whole = [
        "GET /wait/0/1 HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        "GET /wait/200/1 HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        format!("{json}content-length: 14\r\n\r\n{{\"text\":\"abc\"}}"),
        format!("{json}content-length: 2\r\n\r\n{{}}"),
        format!("{json}transfer-encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"),
    ];
    for request in &whole {
        let rest = until_closed(connect(address, format!("{request}{half}").as_bytes()).await).await;
        assert_eq!(rest.matches("HTTP/1.1 200").count(), 1, "{request}: {rest}");
        let twice = format!("{request}{}{half}", whole[0]);
        let rest = until_closed(connect(address, twice.as_bytes()).await).await;
        assert_eq!(rest.matches("HTTP/1.1 200").count(), 2, "{request}: {rest}");
        let mut socket = connect(address, request.as_bytes()).await;
        socket.read_exact(&mut [0; 12]).await.expect("an answer");
        socket.write_all(half.as_bytes()).await.expect("sent");
        until_closed(socket).await;
    }
    // An empty head is no head.
    for request in &whole {
        let mut socket = connect(address, request.as_bytes()).await;
        tokio::time::sleep(5 * SHORT).await;
        socket.write_all(format!("{request}{half}").as_bytes()).await.expect("sent");
        let rest = until_closed(socket).await;
        assert_eq!(rest.matches("HTTP/1.1 200").count(), 2, "{request}: {rest}");
    }
}

#[tokio::test]
async fn a_connection_without_requests_is_closed() {
    let address = desk(Limits::default().idle_timeout(SHORT)).await;
    let answer = until_closed(connect(address, b"GET /wait/0/1 HTTP/1.1\r\nhost: a\r\n\r\n").await).await;
    assert!(answer.ends_with("\r\n\r\n\"x\""), "{answer}");
}

#[tokio::test]
async fn a_call_that_takes_long_is_no_idleness() {
    let address = desk(Limits::default().idle_timeout(SHORT).header_timeout(SHORT)).await;
    assert_eq!(send(address, "GET /wait/500/1", &[], "").await.status, 200);
    let stream = send(address, "GET /two/500", &["accept: application/x-ndjson"], "").await;
    assert!(stream.body.contains("item 0") && stream.body.contains("item 1"), "{stream:?}");
}

#[tokio::test]
async fn an_http2_connection_without_requests_is_kept() {
    let address = desk(Limits::default().idle_timeout(SHORT).header_timeout(SHORT)).await;
    let mut client = http2(address).await;
    tokio::time::sleep(5 * SHORT).await;
    assert_eq!(client.get("/wait/0/1").await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn a_peer_that_takes_nothing_is_cut_off() {
    let address = desk(Limits::default().idle_timeout(SHORT)).await;
    let size = 64 << 20;
    let request = format!("GET /wait/0/{size} HTTP/1.1\r\nhost: a\r\n\r\n");
    let socket = connect(address, request.as_bytes()).await;
    tokio::time::sleep(10 * SHORT).await;
    assert!(until_closed(socket).await.len() < size);
}

#[tokio::test]
async fn a_connection_of_age_ends_after_its_calls_or_its_grace() {
    let address = desk(Limits::default().connection_age(SHORT)).await;
    let answer = until_closed(connect(address, b"GET /wait/300/1 HTTP/1.1\r\nhost: a\r\n\r\n").await).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"), "{answer}");

    let mut client = http2(address).await;
    assert_eq!(client.get("/wait/300/1").await.expect("it may end").status(), 200);
    client.closed.await.expect("the end of the connection");

    let address = desk(Limits::default().connection_age(SHORT).connection_grace(SHORT)).await;
    let answer = until_closed(connect(address, b"GET /wait/20000/1 HTTP/1.1\r\nhost: a\r\n\r\n").await).await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("reached its age"), "{answer}");
}

#[tokio::test]
async fn a_head_may_have_a_hundred_headers() {
    let address = desk(Limits::default()).await;
    let request = |headers: usize| {
        let headers: String = (0..headers).map(|index| format!("x-{index}: 1\r\n")).collect();
        format!("GET /wait/0/1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}\r\n")
    };
    assert_eq!(raw(address, request(98).as_bytes()).await.status, 200);
    let refused = until_closed(connect(address, request(99).as_bytes()).await).await;
    assert!(refused.is_empty() || refused.starts_with("HTTP/1.1 431"), "{refused}");
    let large = format!("GET /wait/0/1 HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "x".repeat(64 << 10));
    let refused = until_closed(connect(address, large.as_bytes()).await).await;
    assert!(refused.is_empty() || refused.starts_with("HTTP/1.1 431"), "{refused}");
}

// ---- requests ----

async fn stalled(limits: Limits, head: &str, body: &str) -> Answer {
    let request = format!("POST {head}\r\ntransfer-encoding: chunked\r\nhost: a\r\n\r\n{body}");
    raw(desk(limits).await, request.as_bytes()).await
}

#[tokio::test]
async fn a_body_that_stalls_is_given_up() {
    let limits = Limits::default().body_timeout(SHORT);
    let head = "/echo HTTP/1.1\r\ncontent-type: application/json";
    let answer = stalled(limits.clone(), head, "1\r\n{\r\n").await;
    assert_eq!((answer.status, answer.json()["code"].as_u64()), (504, Some(4)));
    assert_eq!(answer.message(), "no more of the request arrived within 100ms, the limit");
    for content in
        ["application/proto", "application/json\r\nconnect-protocol-version: 1", "application/grpc-web"]
    {
        let head = format!("/limits.v1.Desk/Echo HTTP/1.1\r\ncontent-type: {content}");
        let answer = stalled(limits.clone(), &head, "1\r\n\0\r\n").await;
        assert!(format!("{}{}", answer.head, answer.body).contains("no more of the request"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_stream_of_items_is_not_a_body_and_idles_as_long_as_it_may() {
    let head = "/count HTTP/1.1\r\ncontent-type: application/x-ndjson";
    let limits =
        Limits::default().body_timeout(SHORT / 10).unary_timeout(SHORT).stream_idle_timeout(Some(3 * SHORT));
    let answer = stalled(limits, head, "3\r\n{}\n\r\n").await;
    assert_eq!(answer.status, 504);
    assert_eq!(answer.message(), "no item of the stream came for 300ms, the limit");
}

#[tokio::test]
async fn all_requests_together_have_a_budget() {
    let address = desk(Limits::default().decode_budget(300 << 10)).await;
    let body = format!("{{\"text\":\"{}\"}}", "x".repeat(200 << 10));
    let head = format!(
        "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    // A request that lacks only its last byte holds memory for the rest.
    let mut first = connect(address, format!("{head}{}", &body[..body.len() - 1]).as_bytes()).await;
    let refused = loop {
        let answer = send(address, "POST /echo", &["content-type: application/json"], &body).await;
        if answer.status != 200 {
            break answer;
        }
    };
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    assert_eq!(
        send(address, "POST /echo", &["content-type: application/json"], "{\"text\":\"\"}").await.status,
        200
    );
    first.write_all(b"}").await.expect("sent");
    let mut head = [0; 12];
    first.read_exact(&mut head).await.expect("an answer");
    assert_eq!(&head, b"HTTP/1.1 200");
    drop(first);
    assert_eq!(send(address, "POST /echo", &["content-type: application/json"], &body).await.status, 200);
}

#[tokio::test]
async fn so_they_have_on_every_wire_until_their_calls_are_over() {
    let limits = Limits::default().decode_budget(300 << 10);
    let mut watched = Watched::with(limits, |server| server.amqp("memory:limits")).await;
    let text = "x".repeat(200 << 10);
    for scheme in ["grpc", "grpcweb", "http", "ws", "memory"] {
        let url = match scheme {
            "memory" => "memory:limits".to_owned(),
            _ => format!("{scheme}://{}", watched.address),
        };
        let client = DeskClient::connect(&url).await.expect("a connection");
        let first = tokio::spawn({
            let (client, text) = (client.clone(), text.clone());
            async move { client.keep(text).await }
        });
        let (go, _) = watched.begun().await;
        let refused = client.keep(text.clone()).await.expect_err("no room");
        assert_eq!(refused.code(), polywire::Code::ResourceExhausted, "{scheme}: {refused}");
        let small = tokio::spawn({
            let client = client.clone();
            async move { client.keep("x".repeat(1 << 10)).await }
        });
        watched.begun().await.0.send(()).expect("a handler");
        small.await.expect("no panic").expect("small ones are free");
        go.send(()).expect("a handler");
        first.await.expect("no panic").expect("the end");
    }
}

#[tokio::test]
async fn a_line_that_does_not_end_counts_too() {
    let address = desk(Limits::default().decode_budget(300 << 10)).await;
    let body = format!("{{\"text\":\"{}\"}}", "x".repeat(200 << 10));
    let head = "POST /count HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-ndjson\r\ncontent-length: 999999\r\n\r\n";
    let first = connect(address, format!("{head}{body}").as_bytes()).await;
    let json = ["content-type: application/json"];
    while send(address, "POST /echo", &json, &body).await.status == 200 {}
    drop(first);
    while send(address, "POST /echo", &json, &body).await.status != 200 {}
}

/// A message with that many levels, as protobuf.
fn chain(levels: usize) -> Vec<u8> {
    let mut message = Vec::new();
    for _ in 1..levels {
        let mut outer = vec![18];
        match message.len() {
            len @ 0..128 => outer.push(len as u8),
            len => outer.extend([len as u8 | 128, (len >> 7) as u8]),
        }
        outer.append(&mut message);
        message = outer;
    }
    message
}

#[tokio::test]
async fn nesting_and_elements_are_what_the_server_says() {
    let ask = async |address, levels: usize| {
        let body = chain(levels);
        let head = format!(
            "POST /limits.v1.Desk/Echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/proto\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        raw(address, &[head.as_bytes(), &body].concat()).await
    };
    let json = async |address, levels: usize| {
        let body = format!("{}{{}}{}", "{\"next\":".repeat(levels - 1), "}".repeat(levels - 1));
        send(address, "POST /echo", &["content-type: application/json"], &body).await
    };
    let address = desk(Limits::default().nesting(3)).await;
    assert_eq!((ask(address, 3).await.status, json(address, 3).await.status), (200, 200));
    for answer in [ask(address, 5).await, json(address, 5).await] {
        assert!(answer.status == 400 && answer.body.contains("nests deeper than 3 levels"), "{answer:?}");
    }
    let answer = send(address, "GET /nest/5", &[], "").await;
    assert!(answer.status == 500 && answer.body.contains("nests deeper than 3 levels"), "{answer:?}");

    // The greatest depth that may be set, on the stack of a thread of the runtime.
    let address = desk(Limits::default().nesting(1_000)).await;
    assert_eq!((ask(address, 250).await.status, json(address, 120).await.status), (200, 200));
    let answer = ask(address, 300).await;
    assert!(answer.status == 400 && answer.body.contains("nests deeper than 256 levels"), "{answer:?}");

    let address = desk(Limits::default().elements(10)).await;
    assert_eq!((ask(address, 10).await.status, json(address, 10).await.status), (200, 200));
    for answer in [ask(address, 20).await, json(address, 20).await] {
        assert!(answer.status == 400 && answer.body.contains("holds more than 10 elements"), "{answer:?}");
    }
}

#[tokio::test]
async fn what_no_client_would_read_is_not_written() {
    let address = desk(Limits::default()).await;
    for levels in [1, 64] {
        assert_eq!(send(address, &format!("GET /nest/{levels}"), &[], "").await.status, 200);
    }
    let answer = send(address, "GET /nest/66", &[], "").await;
    assert_eq!((answer.status, answer.json()["code"].as_u64()), (500, Some(13)));
    assert!(answer.message().contains("nests deeper than 64 levels"), "{answer:?}");
    let client = DeskClient::connect(&format!("grpc://{address}")).await.expect("a connection");
    client.nest(64).await.expect("64 levels");
    let status = client.nest(66).await.expect_err("too deep");
    assert!(status.message().contains("nests deeper than 64 levels"), "{status}");
}

// ---- callers who go ----

struct Http2 {
    sender: hyper::client::conn::http2::SendRequest<Full<Bytes>>,
    connection: tokio::task::JoinHandle<()>,
    closed: oneshot::Receiver<()>,
    address: SocketAddr,
}

async fn http2(address: SocketAddr) -> Http2 {
    let socket = TcpStream::connect(address).await.expect("a connection");
    let executor = hyper_util::rt::TokioExecutor::new();
    let io = hyper_util::rt::TokioIo::new(socket);
    let (sender, connection) =
        hyper::client::conn::http2::handshake(executor, io).await.expect("a handshake");
    let (end, closed) = oneshot::channel();
    let connection = tokio::spawn(async move {
        let _ = connection.await;
        let _ = end.send(());
    });
    Http2 { sender, connection, closed, address }
}

impl Http2 {
    fn send(
        &mut self,
        request: http::request::Builder,
        body: &'static str,
    ) -> impl Future<Output = hyper::Result<Response<hyper::body::Incoming>>> + Send + use<> {
        self.sender.send_request(request.body(Full::from(body)).expect("a request"))
    }

    async fn get(&mut self, path: &str) -> hyper::Result<Response<Bytes>> {
        let request = Request::get(format!("http://{}{path}", self.address));
        let (head, body) = self.send(request, "").await?.into_parts();
        Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
    }
}

struct Watched {
    address: SocketAddr,
    begun: mpsc::UnboundedReceiver<(oneshot::Sender<()>, oneshot::Receiver<End>)>,
}

impl Watched {
    async fn new() -> Self {
        Self::with(Limits::default(), |server| server).await
    }

    async fn with(limits: Limits, change: impl FnOnce(Server) -> Server) -> Self {
        let (sender, begun) = mpsc::unbounded_channel();
        let worker = Worker(Mutex::new(Some(sender)));
        let server = Server::new().service(DeskServer::new(worker)).limits(limits);
        Self { address: serve(change(server)).await, begun }
    }

    async fn begun(&mut self) -> (oneshot::Sender<()>, oneshot::Receiver<End>) {
        self.begun.recv().await.expect("a call")
    }
}

/// The three ways to call a method over HTTP/1.1 and HTTP/2 alike.
fn requests(address: SocketAddr, method: &str) -> [http::request::Builder; 3] {
    let rpc = format!("http://{address}/limits.v1.Desk/{method}");
    [
        Request::post(format!("http://{address}/{}", method.to_lowercase())),
        Request::post(&rpc).header("content-type", "application/proto"),
        Request::post(&rpc).header("content-type", "application/grpc"),
    ]
}

fn body(request: &http::request::Builder) -> &'static str {
    let content = request.headers_ref().and_then(|headers| headers.get("content-type"));
    if content.is_some_and(|content| content == "application/grpc") { "\0\0\0\0\0" } else { "" }
}

#[tokio::test]
async fn a_lost_connection_does_not_stop_a_call_that_changes_something() {
    let mut watched = Watched::new().await;
    for request in requests(watched.address, "Change") {
        let mut client = http2(watched.address).await;
        let body = body(&request);
        let call = tokio::spawn(client.send(request, body));
        let (go, end) = watched.begun().await;
        client.connection.abort();
        call.abort();
        drop(client);
        // The connection is gone by now or soon. Only a call that outlives it can go on later.
        tokio::time::sleep(SHORT).await;
        go.send(()).expect("a handler");
        assert_eq!(end.await, Ok(End::Ran));
    }
    for head in ["/change HTTP/1.1", "/limits.v1.Desk/Change HTTP/1.1\r\ncontent-type: application/proto"] {
        let request = format!("POST {head}\r\nhost: a\r\ncontent-length: 0\r\n\r\n");
        let socket = connect(watched.address, request.as_bytes()).await;
        let (go, end) = watched.begun().await;
        drop(socket);
        tokio::time::sleep(SHORT).await;
        go.send(()).expect("a handler");
        assert_eq!(end.await, Ok(End::Ran));
    }
}

#[tokio::test]
async fn a_lost_connection_stops_a_read() {
    let mut watched = Watched::new().await;
    for request in requests(watched.address, "Look") {
        let mut client = http2(watched.address).await;
        let body = body(&request);
        let call = tokio::spawn(client.send(request, body));
        let (_go, end) = watched.begun().await;
        client.connection.abort();
        call.abort();
        drop(client);
        assert_eq!(end.await, Ok(End::Dropped));
    }
    let socket =
        connect(watched.address, b"POST /look HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n").await;
    let (_go, end) = watched.begun().await;
    drop(socket);
    assert_eq!(end.await, Ok(End::Dropped));
}

#[tokio::test]
async fn a_cancelled_call_stops_whatever_it_does() {
    let mut watched = Watched::new().await;
    for request in requests(watched.address, "Change") {
        let mut client = http2(watched.address).await;
        let body = body(&request);
        let call = tokio::spawn(client.send(request, body));
        let (_go, end) = watched.begun().await;
        // This resets the stream (RST_STREAM), on a connection that stays.
        call.abort();
        assert_eq!(end.await, Ok(End::Dropped));
        assert!(!client.connection.is_finished());
    }
}
