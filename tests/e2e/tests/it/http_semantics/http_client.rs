//! A stock HTTP client on one connection, and a reader of answers with many messages.
#![allow(unreachable_pub, clippy::expect_used)]

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response, StatusCode, http};
use hyper_util::rt::{TokioExecutor, TokioIo};
use polywire::Caller;
use polywire_e2e::probe::ProbeServiceClient;
use serde_json::Value;
use std::convert::Infallible;
use std::net::Shutdown;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Version {
    One,
    Two,
}

/// How the messages of a stream are told apart.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    Events,
    Lines,
    Array,
}

impl Form {
    pub const ALL: [Self; 3] = [Self::Events, Self::Lines, Self::Array];

    pub fn accept(self) -> &'static str {
        match self {
            Self::Events => "text/event-stream",
            Self::Lines => "application/x-ndjson",
            Self::Array => "application/json",
        }
    }

    /// The items of an answer, and the error that it ends with.
    fn read(self, body: &str) -> (Vec<Value>, Value) {
        let json = |text: &str| serde_json::from_str::<Value>(text).expect(text);
        let mut all: Vec<Value> = match self {
            Self::Events => {
                let events = body.split_terminator("\n\n").map(|event| {
                    let error = event.strip_prefix("event: error\ndata: ");
                    let error = error.map(|data| serde_json::json!({ "error": json(data) }));
                    error.unwrap_or_else(|| json(event.strip_prefix("data: ").expect(event)))
                });
                events.collect()
            }
            Self::Lines => body.lines().map(json).collect(),
            Self::Array => serde_json::from_str(body).expect(body),
        };
        let last = all.pop().expect("an error at the end");
        assert!(last["error"].is_object(), "{body}");
        (all, last["error"].clone())
    }
}

pub struct Body(UnsyncBoxBody<Bytes, Infallible>, &'static str);

pub fn no_body() -> Body {
    Body(Full::default().boxed_unsync(), "")
}

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        Self(Full::from(value.to_string()).boxed_unsync(), "application/json")
    }
}

/// NDJSON that ends when its sender goes.
pub fn lines() -> (mpsc::Sender<Value>, Body) {
    let (sender, mut receiver) = mpsc::channel::<Value>(1);
    let frames = futures_util::stream::poll_fn(move |cx| {
        let line = receiver.poll_recv(cx);
        line.map(|line| line.map(|line| Ok(Frame::data(Bytes::from(format!("{line}\n"))))))
    });
    (sender, Body(StreamBody::new(frames).boxed_unsync(), "application/x-ndjson"))
}

enum Sender {
    One(http1::SendRequest<UnsyncBoxBody<Bytes, Infallible>>),
    Two(http2::SendRequest<UnsyncBoxBody<Bytes, Infallible>>),
}

pub struct Client {
    /// A client on another connection, which shows what becomes of the calls on this one.
    pub probe: ProbeServiceClient,
    /// Headers of each request.
    pub headers: Vec<(&'static str, Vec<u8>)>,
    sender: Sender,
    /// The connection, which tasks of hyper's hold as well.
    socket: std::net::TcpStream,
}

impl Client {
    pub async fn connect(address: &str, version: Version) -> Self {
        let socket = TcpStream::connect(address).await.and_then(TcpStream::into_std).expect("a connection");
        let io = socket.try_clone().and_then(TcpStream::from_std).expect("the same connection");
        let io = TokioIo::new(io);
        let sender = match version {
            Version::One => {
                let (sender, connection) = http1::handshake(io).await.expect("a handshake");
                tokio::spawn(connection);
                Sender::One(sender)
            }
            Version::Two => {
                let handshake = http2::handshake(TokioExecutor::new(), io).await;
                let (sender, connection) = handshake.expect("a handshake");
                tokio::spawn(connection);
                Sender::Two(sender)
            }
        };
        let caller = Caller::connect(format!("http://{address}").into()).await.expect("a connection");
        Self { probe: ProbeServiceClient::from_caller(caller), headers: Vec::new(), sender, socket }
    }

    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        accept: &str,
        Body(body, content): Body,
    ) -> impl Future<Output = hyper::Result<Response<Incoming>>> + use<> {
        let uri = match self.sender {
            Sender::One(_) => path.to_owned(),
            Sender::Two(_) => format!("http://a{path}"),
        };
        let mut request = Request::builder().method(method).uri(uri).header("accept", accept);
        if matches!(self.sender, Sender::One(_)) {
            request = request.header("host", "a");
        }
        if !content.is_empty() {
            request = request.header("content-type", content);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value.as_slice());
        }
        let request = request.body(body).expect("a request");
        match &mut self.sender {
            Sender::One(sender) => futures_util::future::Either::Left(sender.send_request(request)),
            Sender::Two(sender) => futures_util::future::Either::Right(sender.send_request(request)),
        }
    }

    /// An answer whose body is one JSON value.
    pub async fn answer(&mut self, method: &str, path: &str, body: Body) -> (http::response::Parts, Value) {
        let (head, body) = self.send(method, path, "*/*", body).await.expect("an answer").into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        let json = serde_json::from_slice(&body);
        (head, json.unwrap_or_else(|error| panic!("{error}: {}", body.escape_ascii())))
    }

    pub async fn json(&mut self, method: &str, path: &str, body: Body) -> (StatusCode, Value) {
        let (head, body) = self.answer(method, path, body).await;
        (head.status, body)
    }

    /// The items of an answer that fails, and how.
    pub async fn stream(&mut self, method: &str, path: &str, form: Form, body: Body) -> (Vec<Value>, Value) {
        let answer = self.send(method, path, form.accept(), body).await.expect("an answer");
        let (head, body) = answer.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        let text = std::str::from_utf8(&body).expect("text");
        match head.status {
            StatusCode::OK => form.read(text),
            // The call failed before its first item, and before its head was sent.
            _ => (Vec::new(), serde_json::from_str(text).expect(text)),
        }
    }

    pub fn close(&self) {
        self.socket.shutdown(Shutdown::Both).expect("still open");
    }

    /// After a call was dropped: over HTTP/1.1 its connection goes with it, of HTTP/2 its stream alone was reset.
    pub async fn left(&mut self) {
        match self.sender {
            Sender::One(_) => self.close(),
            Sender::Two(_) => {
                let (status, _) = self.json("GET", "/nowhere", no_body()).await;
                assert_eq!(status, StatusCode::NOT_FOUND);
            }
        }
    }
}

/// The next piece of a body.
pub async fn piece(answer: &mut Response<Incoming>) -> String {
    loop {
        let frame = answer.body_mut().frame().await.expect("no end").expect("a frame");
        if let Ok(data) = frame.into_data()
            && !data.is_empty()
        {
            return String::from_utf8(data.to_vec()).expect("text");
        }
    }
}
