//! Streams while they run: items arrive as they are made, in both directions at once. A caller who goes ends
//! the call.
#![cfg(all(feature = "http", feature = "grpc", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::http::library;
use crate::support::serve;
use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use polywire::{Message, Result, Server, Streaming, service};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};

#[derive(Debug, Clone, PartialEq, Message)]
pub struct Tick {
    pub id: i32,
}

#[service(package = "live.v1")]
pub trait Clock {
    #[http(GET "/ticks")]
    async fn ticks(&self) -> Result<Streaming<Tick>>;

    #[http(GET "/never")]
    async fn never(&self) -> Result<Tick>;
}

/// Hands out one stream, and reports when it is dropped.
struct Hands {
    ticks: Mutex<Option<Streaming<Tick>>>,
    gone: Mutex<Option<oneshot::Sender<()>>>,
    begun: mpsc::UnboundedSender<()>,
}

impl Clock for Hands {
    async fn ticks(&self) -> Result<Streaming<Tick>> {
        Ok(self.ticks.lock().expect("a lock").take().expect("one call"))
    }

    async fn never(&self) -> Result<Tick> {
        // Dropped with the call, which the receiver notices.
        let _gone = self.gone.lock().expect("a lock").take();
        self.begun.send(()).expect("a test");
        std::future::pending().await
    }
}

struct Rig {
    address: SocketAddr,
    ticks: polywire::StreamSender<Tick>,
    gone: oneshot::Receiver<()>,
    begun: mpsc::UnboundedReceiver<()>,
}

async fn rig() -> Rig {
    let (ticks, stream) = Streaming::channel(4);
    let ((gone_sender, gone), (begun_sender, begun)) = (oneshot::channel(), mpsc::unbounded_channel());
    let hands =
        Hands { ticks: Mutex::new(Some(stream)), gone: Mutex::new(Some(gone_sender)), begun: begun_sender };
    let address = serve(Server::new().service(ClockServer::new(hands))).await;
    Rig { address, ticks, gone, begun }
}

/// Reads until the text ends with `end`.
async fn read_until(socket: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let byte = socket.read_u8().await.unwrap_or_else(|error| panic!("{error} after {text:?}"));
        text.push(char::from(byte));
    }
    text
}

#[tokio::test]
async fn an_item_arrives_while_the_stream_is_open() {
    let rig = rig().await;
    let mut socket = TcpStream::connect(rig.address).await.expect("a connection");
    socket
        .write_all(b"GET /ticks HTTP/1.1\r\nhost: a\r\naccept: text/event-stream\r\n\r\n")
        .await
        .expect("sent");
    // The head does not wait for the first item.
    assert!(read_until(&mut socket, "\r\n\r\n").await.starts_with("HTTP/1.1 200"));
    for id in 1..=3 {
        rig.ticks.send(Tick { id }).await.expect("a reader");
        assert!(read_until(&mut socket, "\n\n").await.ends_with(&format!("data: {{\"id\":{id}}}\n\n")));
    }
    drop(rig.ticks);
    read_until(&mut socket, "event: end\ndata: {}\n\n").await;
}

#[tokio::test]
async fn a_caller_who_goes_ends_the_stream_and_the_call() {
    let mut rig = rig().await;
    let mut socket = TcpStream::connect(rig.address).await.expect("a connection");
    socket.write_all(b"GET /ticks HTTP/1.1\r\nhost: a\r\n\r\n").await.expect("sent");
    read_until(&mut socket, "\r\n\r\n").await;
    drop(socket);
    rig.ticks.closed().await;

    let mut socket = TcpStream::connect(rig.address).await.expect("a connection");
    socket.write_all(b"GET /never HTTP/1.1\r\nhost: a\r\n\r\n").await.expect("sent");
    rig.begun.recv().await.expect("a call");
    drop(socket);
    rig.gone.await.expect_err("the handler was dropped");
}

#[tokio::test]
async fn both_directions_stream_at_once_on_http1() {
    let mut socket = TcpStream::connect(library().await).await.expect("a connection");
    let head = "POST /chat HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n";
    socket.write_all(head.as_bytes()).await.expect("sent");
    for text in ["a", "b", "c"] {
        let line = format!("{{\"text\":\"{text}\"}}\n");
        socket.write_all(format!("{:x}\r\n{line}\r\n", line.len()).as_bytes()).await.expect("sent");
        let answer = read_until(&mut socket, "}\n").await;
        assert!(answer.contains(&format!("\"text\":\"Echo: {text}\"")), "{answer}");
    }
    socket.write_all(b"0\r\n\r\n").await.expect("sent");
    read_until(&mut socket, "0\r\n\r\n").await;
}

type Sender =
    hyper::client::conn::http2::SendRequest<http_body_util::combinators::UnsyncBoxBody<Bytes, Infallible>>;

async fn http2(address: SocketAddr) -> Sender {
    let socket = TcpStream::connect(address).await.expect("a connection");
    let executor = hyper_util::rt::TokioExecutor::new();
    let io = hyper_util::rt::TokioIo::new(socket);
    let (sender, connection) =
        hyper::client::conn::http2::handshake(executor, io).await.expect("a handshake");
    tokio::spawn(connection);
    sender
}

#[tokio::test]
async fn both_directions_stream_at_once_on_http2() {
    let mut sender = http2(library().await).await;
    let (lines, mut receiver) = mpsc::channel::<String>(1);
    let frames = futures_util::stream::poll_fn(move |cx| {
        receiver
            .poll_recv(cx)
            .map(|line| line.map(|line| Ok::<_, Infallible>(Frame::data(Bytes::from(line)))))
    });
    let request = hyper::Request::post("http://a/chat").header("content-type", "application/x-ndjson");
    let request = request.body(BodyExt::boxed_unsync(StreamBody::new(frames))).expect("a request");
    let mut response = sender.send_request(request).await.expect("a response").into_body();
    for text in ["a", "b", "c"] {
        lines.send(format!("{{\"text\":\"{text}\"}}\n")).await.expect("a reader");
        let frame = response.frame().await.expect("a frame").expect("a frame");
        let data = String::from_utf8(frame.into_data().expect("data").to_vec()).expect("text");
        assert!(data.contains(&format!("\"text\":\"Echo: {text}\"")), "{data}");
    }
    drop(lines);
    assert_eq!(response.collect().await.expect("the end").to_bytes(), "");
}

#[tokio::test]
async fn head_on_http2_has_a_length_and_no_body() {
    let mut sender = http2(library().await).await;
    let request = hyper::Request::head("http://a/echo/7");
    let body = BodyExt::boxed_unsync(http_body_util::Empty::new());
    let response = sender.send_request(request.body(body).expect("a request")).await.expect("a response");
    assert!(response.headers()["content-length"] != "0", "{response:?}");
    assert_eq!(response.into_body().collect().await.expect("a body").to_bytes(), Bytes::new());
}
