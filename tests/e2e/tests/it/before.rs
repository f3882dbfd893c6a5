//! Decisions about a call before its handler runs: whose interceptors, how long, how large, and what goes on.
#![allow(clippy::expect_used)]

use bytes::Bytes;
use futures_util::StreamExt as _;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::{Request as HttpRequest, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use polywire::testing::{ForeignMessage, TestBroker};
use polywire::{
    BoxFuture, Caller, Code, Context, Endpoint, Interceptor, Limits, Message, Metadata, Method, Refused,
    Result, Server, Service, Status, Streaming, current, service,
};
use polywire_e2e::on_every_wire;
use polywire_e2e::serving::{serve, until};
use polywire_e2e::wires::Wire;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

on_every_wire! {
    a_service_and_a_method_have_interceptors_of_their_own
    a_method_says_how_long_it_may_take
    a_method_says_how_large_a_request_may_be
    what_is_named_goes_on_and_nothing_else
    the_user_is_there_without_a_parameter
    a_guard_of_a_service_is_asked_about_its_methods_alone
}

#[derive(Debug, Clone, PartialEq, Message)]
pub struct Note {
    pub text: String,
}

#[service(package = "before.v1")]
#[attr(open)]
pub trait Desk {
    /// Answers with what the interceptors left on the way.
    async fn way(&self) -> Result<String>;
    async fn special(&self) -> Result<String>;
    async fn user(&self) -> Result<String>;
    #[method(timeout = "80ms")]
    async fn slow(&self) -> Result<()>;
    #[method(timeout = "80ms")]
    async fn slow_stream(&self) -> Result<Streaming<Note>>;
    #[method(message_size = "1KiB")]
    #[http(POST "/small")]
    async fn small(&self, note: Note) -> Result<u64>;
    #[http(POST "/large")]
    async fn large(&self, note: Note) -> Result<u64>;
    /// Calls the second service, and answers with what came with that call.
    async fn onward(&self) -> Result<String>;
}

#[service(package = "before.v1")]
pub trait Annex {
    async fn way(&self) -> Result<String>;
    async fn heard(&self) -> Result<String>;
}

#[derive(Clone)]
struct Way(String);

#[derive(Clone)]
struct User(String);

#[derive(Clone)]
struct Room {
    annex: AnnexClient,
}

fn way() -> Result<String> {
    Ok(current::<Way>().map_or(String::new(), |way| way.0))
}

impl Desk for Room {
    async fn way(&self) -> Result<String> {
        way()
    }
    async fn special(&self) -> Result<String> {
        way()
    }
    async fn user(&self) -> Result<String> {
        current::<User>().map(|user| user.0).ok_or_else(|| Status::unauthenticated("nobody"))
    }
    async fn slow(&self) -> Result<()> {
        std::future::pending().await
    }
    async fn slow_stream(&self) -> Result<Streaming<Note>> {
        let first = futures_util::stream::iter([Ok(Note { text: "first".to_owned() })]);
        Ok(Streaming::new(first.chain(futures_util::stream::pending())))
    }
    async fn small(&self, note: Note) -> Result<u64> {
        Ok(note.text.len() as u64)
    }
    async fn large(&self, note: Note) -> Result<u64> {
        Ok(note.text.len() as u64)
    }
    async fn onward(&self) -> Result<String> {
        self.annex.heard().await
    }
}

struct Heard;

impl Annex for Heard {
    async fn way(&self) -> Result<String> {
        way()
    }

    async fn heard(&self) -> Result<String> {
        let cx = Context::current();
        let names = ["authorization", "traceparent", "x-other", "x-tenant"];
        let heard =
            names.iter().flat_map(|name| cx.metadata().get(name).map(|value| format!("{name}={value}")));
        Ok(heard.collect::<Vec<_>>().join(" "))
    }
}

fn room() -> DeskServer<Room> {
    DeskServer::new(Room { annex: AnnexClient::local(Heard) })
}

/// Leaves its name on the way of a call.
struct Step(&'static str);

impl Interceptor for Step {
    fn before<'a>(&'a self, cx: Context, _: &'static Method) -> BoxFuture<'a, Result<Context>> {
        let so_far = cx.extension::<Way>().map_or(String::new(), |way| format!("{}>", way.0));
        let way = Way(format!("{so_far}{}", self.0));
        Box::pin(async move { Ok(cx.with_extension(way)) })
    }
}

async fn a_service_and_a_method_have_interceptors_of_their_own(wire: Wire) {
    let desk = room()
        .method_interceptor(DeskClient::SPECIAL, Step("method"))
        .interceptor(Step("service"))
        .interceptor(Step("second"));
    let server = Server::new().service(desk).service(AnnexServer::new(Heard)).interceptor(Step("server"));
    let caller = wire.open_at(server).await;
    let desk = DeskClient::from_caller(caller.clone());
    assert_eq!(desk.way().await.as_deref(), Ok("server>service>second"));
    assert_eq!(desk.special().await.as_deref(), Ok("server>service>second>method"));
    assert_eq!(AnnexClient::from_caller(caller).way().await.as_deref(), Ok("server"));
}

struct Open;

impl Interceptor for Open {
    fn mount(&self, method: &'static Method) -> Result<()> {
        match method.attr("open") {
            Some(_) => Ok(()),
            None => Err(Status::failed_precondition("it is not open")),
        }
    }
}

async fn a_guard_of_a_service_is_asked_about_its_methods_alone(wire: Wire) {
    let server = Server::new().service(room().interceptor(Open)).service(AnnexServer::new(Heard));
    let caller = wire.open_at(server).await;
    assert_eq!(DeskClient::from_caller(caller).way().await.as_deref(), Ok(""));
    let closed = Server::new().service(AnnexServer::new(Heard).interceptor(Open));
    let refused = closed.listen("127.0.0.1:0").serve().await.expect_err("it does not start");
    assert!(refused.to_string().contains("before.v1.Annex/Way: it is not open"), "{refused}");
}

async fn a_method_says_how_long_it_may_take(wire: Wire) {
    let desk = DeskClient::from_caller(wire.open(room(), Limits::default()).await);
    let status = desk.slow().await.expect_err("too slow");
    assert_eq!(status.code(), Code::DeadlineExceeded);
    let mut notes = desk.slow_stream().await.expect("a stream");
    assert!(notes.next().await.expect("an item").is_some());
    let status = notes.next().await.expect_err("too slow");
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert_eq!(desk.way().await.as_deref(), Ok(""));
}

async fn a_method_says_how_large_a_request_may_be(wire: Wire) {
    let desk = DeskClient::from_caller(wire.open(room(), Limits::default()).await);
    let note = |size| Note { text: "x".repeat(size) };
    assert_eq!(desk.small(note(900)).await, Ok(900));
    let status = desk.small(note(1100)).await.expect_err("too large");
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(status.message().contains("1024 bytes"), "{status}");
    assert_eq!(desk.large(note(1100)).await, Ok(1100));
}

async fn what_is_named_goes_on_and_nothing_else(wire: Wire) {
    let server = Server::new().service(room()).propagate(["x-tenant"]);
    let mut metadata = Metadata::new();
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0be902b7-01";
    let sent =
        [("authorization", "Bearer a"), ("x-tenant", "north"), ("x-other", "1"), ("traceparent", trace)];
    sent.iter().for_each(|(name, value)| metadata.append(name, value).expect("sound"));
    let caller = wire.open_at(server).await.with_metadata(metadata);
    let heard = DeskClient::from_caller(caller).onward().await.expect("an answer");
    assert_eq!(heard, format!("traceparent={trace} x-tenant=north"));
}

struct Login;

impl Interceptor for Login {
    fn before<'a>(&'a self, cx: Context, _: &'static Method) -> BoxFuture<'a, Result<Context>> {
        Box::pin(async move { Ok(cx.with_extension(User("ann".to_owned()))) })
    }
}

async fn the_user_is_there_without_a_parameter(wire: Wire) {
    let caller = wire.open_at(Server::new().service(room()).interceptor(Login)).await;
    assert_eq!(DeskClient::from_caller(caller).user().await.as_deref(), Ok("ann"));
    let nobody = DeskClient::local(Room { annex: AnnexClient::local(Heard) });
    let status = nobody.user().await.expect_err("nobody logged in");
    assert_eq!(status.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn a_name_that_cannot_be_sent_on_stops_the_start() {
    for name in ["content-type", "grpc-timeout", "a b", ""] {
        let server = Server::new().service(room()).propagate([name]);
        let refused = server.listen("127.0.0.1:0").serve().await.expect_err("it does not start");
        assert!(refused.to_string().contains(&format!("`{name}` cannot be propagated")), "{refused}");
    }
}

#[test]
#[should_panic(expected = "before.v1.Annex/Way is no method of before.v1.Desk")]
fn a_method_of_another_service_is_refused() {
    let _ = room().method_interceptor(AnnexClient::WAY, Step("lost"));
}

struct Locked;

impl Interceptor for Locked {
    fn before<'a>(&'a self, _: Context, _: &'static Method) -> BoxFuture<'a, Result<Context>> {
        Box::pin(async { Err(Status::unauthenticated("no token")) })
    }
}

/// The head of a request for 4 MB, of which nothing comes.
fn stalled(path: &str, media: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: a\r\ncontent-type: {media}\r\ncontent-length: 4000000\r\n\r\n")
}

/// A call that its head denies is answered at once. It holds no memory, and the wait for its body keeps nobody out.
#[tokio::test]
async fn a_denied_call_is_answered_before_its_body_comes() {
    let limits = Limits::default().calls_in_flight(2).decode_budget(8 << 20);
    let address = serve(Server::new().service(room()).limits(limits).interceptor(Locked)).await;
    let mut waiting = Vec::new();
    for (path, media) in [
        ("/large", "application/json"),
        ("/before.v1.Desk/Large", "application/json"),
        ("/before.v1.Desk/Large", "application/proto"),
        ("/before.v1.Desk/Large", "application/grpc-web+proto"),
    ] {
        for _ in 0..5 {
            let mut stream = TcpStream::connect(address).await.expect("a server");
            stream.write_all(stalled(path, media).as_bytes()).await.expect("sent");
            let mut answer = vec![0; 512];
            let read = stream.read(&mut answer).await.expect("an answer");
            let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
            let denied = answer.starts_with("HTTP/1.1 401") || answer.contains("grpc-status: 16");
            assert!(denied, "{path} {media}: {answer}");
            waiting.push(stream);
        }
    }
    let status = grpc_stalled(address).await;
    assert_eq!(status.as_deref(), Some("16"));
}

/// Calls over gRPC with a body that never comes; the status of the answer.
async fn grpc_stalled(address: SocketAddr) -> Option<String> {
    let io = TokioIo::new(TcpStream::connect(address).await.expect("a server"));
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
    tokio::spawn(connection);
    let body = StreamBody::new(futures_util::stream::pending::<Result<Frame<Bytes>, Infallible>>());
    let request = HttpRequest::post(format!("http://{address}/before.v1.Desk/Large"))
        .header("content-type", "application/grpc")
        .body(body)
        .expect("a request");
    let response = sender.send_request(request).await.expect("an answer");
    response.headers().get("grpc-status").map(|status| status.to_str().expect("a number").to_owned())
}

/// Callers who send slowly keep nobody out: they hold no place while their body is on its way.
#[tokio::test]
async fn a_slow_body_holds_no_place() {
    let limits = Limits::default().calls_in_flight(1);
    let address = serve(Server::new().service(room()).limits(limits).interceptor(Login)).await;
    let mut slow = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(address).await.expect("a server");
        stream.write_all(stalled("/large", "application/json").as_bytes()).await.expect("sent");
        slow.push(stream);
    }
    let desk = DeskClient::connect(format!("grpc://{address}")).await.expect("a connection");
    for _ in 0..20 {
        assert_eq!(desk.user().await.as_deref(), Ok("ann"));
    }
}

/// Notes what was refused.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<Vec<(String, String, Code)>>>);

impl Interceptor for Book {
    fn refused(&self, refused: &Refused<'_>) {
        let line = (refused.transport.to_string(), refused.target.to_owned(), refused.status.code());
        self.0.lock().expect("no panic").push(line);
    }
}

impl Book {
    fn take(&self) -> Vec<(String, String, Code)> {
        std::mem::take(&mut self.0.lock().expect("no panic"))
    }
}

async fn ask(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> StatusCode {
    let io = TokioIo::new(TcpStream::connect(address).await.expect("a server"));
    let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.expect("HTTP/1.1");
    tokio::spawn(connection);
    let mut request = HttpRequest::builder().method(method).uri(path).header("host", "a");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = sender.send_request(request.body(Full::<Bytes>::default()).expect("a request")).await;
    let response = response.expect("an answer");
    let http = response.status();
    let _ = response.into_body().collect().await;
    http
}

#[tokio::test]
async fn what_no_method_takes_is_seen() {
    let book = Book::default();
    let limits = Limits::default().calls_in_flight(0);
    let server = Server::new().service(room()).interceptor(book.clone()).limits(limits);
    let address = serve(server).await;
    let upgrade = [("connection", "upgrade"), ("upgrade", "websocket"), ("sec-websocket-version", "12")];
    let told = |transport: &str, target: &str, code| vec![(transport.to_owned(), target.to_owned(), code)];
    let desk = "before.v1.Desk/Way";
    let path = "/before.v1.Desk/Way";
    let grpc = [("content-type", "application/grpc-web")];
    for (method, path, headers, http, seen) in [
        ("GET", "/nothing", &[][..], 404, told("http", "GET /nothing", Code::Unimplemented)),
        ("DELETE", "/small", &[], 405, told("http", "DELETE /small", Code::Unimplemented)),
        (
            "POST",
            "/small",
            &[("content-type", "text/xml")],
            415,
            told("http", "before.v1.Desk/Small", Code::InvalidArgument),
        ),
        ("POST", "/no.Service/Call", &grpc, 200, told("http", "POST /no.Service/Call", Code::Unimplemented)),
        (
            "POST",
            path,
            &[grpc[0], ("grpc-timeout", "soon")],
            200,
            told("grpc-web", desk, Code::InvalidArgument),
        ),
        (
            "POST",
            path,
            &[grpc[0], ("grpc-encoding", "zip")],
            200,
            told("grpc-web", desk, Code::Unimplemented),
        ),
        (
            "POST",
            path,
            &[("content-type", "application/proto"), ("connect-timeout-ms", "-1")],
            400,
            told("connect", desk, Code::InvalidArgument),
        ),
        ("GET", "/ws", &upgrade, 426, told("ws", "GET /ws", Code::InvalidArgument)),
        // No place is free.
        (
            "POST",
            path,
            &[("content-type", "application/json")],
            503,
            told("http", desk, Code::ResourceExhausted),
        ),
        // These are answers.
        ("OPTIONS", "/small", &[], 204, Vec::new()),
        ("GET", "/openapi.json", &[], 200, Vec::new()),
    ] {
        let status = ask(address, method, path, headers).await;
        assert_eq!((status.as_u16(), book.take()), (http, seen), "{method} {path} {headers:?}");
    }
}

/// A refused handshake, and an unknown method on an open WebSocket.
#[tokio::test]
async fn what_no_websocket_takes_is_seen() {
    struct Closed;
    impl Interceptor for Closed {
        fn connect<'a>(&'a self, _: Context) -> BoxFuture<'a, Result<Context>> {
            Box::pin(async { Err(Status::unauthenticated("who is there?")) })
        }
    }
    let book = Book::default();
    let server = Server::new().service(room()).interceptor(book.clone()).interceptor(Closed);
    let address = serve(server).await;
    let refused = tokio_tungstenite::connect_async(format!("ws://{address}/ws")).await;
    assert!(refused.is_err());
    assert_eq!(book.take(), [("ws".to_owned(), "GET /ws".to_owned(), Code::Unauthenticated)]);
    let address = serve(Server::new().service(room()).interceptor(book.clone())).await;
    let caller = Caller::connect(Endpoint::new(format!("ws://{address}"))).await.expect("a connection");
    // The annex is not served here.
    let status = AnnexClient::from_caller(caller).way().await.expect_err("no such method");
    assert_eq!(status.code(), Code::Unimplemented);
    let seen = book.take();
    assert_eq!(seen, [("ws".to_owned(), "before.v1.Annex.Way".to_owned(), Code::Unimplemented)]);
}

/// A message for a method that the queue does not have.
#[tokio::test]
async fn a_message_for_no_method_is_seen() {
    #[service(package = "before.v1")]
    trait Tasks {
        #[amqp(task, queue = "unreadable")]
        async fn work(&self, number: i32) -> Result<()>;
    }
    struct Worker;
    impl Tasks for Worker {
        async fn work(&self, _: i32) -> Result<()> {
            Ok(())
        }
    }
    let (book, broker) = (Book::default(), TestBroker::new());
    let server = Server::new().service(TasksServer::new(Worker)).interceptor(book.clone());
    tokio::spawn(server.amqp(broker.url()).serve_until(std::future::pending()));
    let queue = "unreadable";
    until("the queue", async || broker.depth(queue).is_some()).await;
    let stray = ForeignMessage::new("{}").routing_key(queue).kind("before.v1.Tasks/Nope");
    broker.publish(stray).expect("a queue");
    let mut seen = Vec::new();
    until("the refusal", async || {
        seen.extend(book.take());
        !seen.is_empty()
    })
    .await;
    assert_eq!(seen[0].0, "memory");
    assert_eq!((seen[0].1.as_str(), seen[0].2), (queue, Code::Unimplemented));
    tokio::time::timeout(Duration::from_secs(10), broker.drained()).await.expect("in time").expect("drained");
    assert_eq!(broker.dead_letters().len(), 1);
}
