//! Requests by hand, over hyper's own client connections, without polywire's client.

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use std::net::SocketAddr;
use tokio::net::TcpStream;

pub type Body = BoxBody<Bytes, Infallible>;

/// The HTTP version of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Http {
    One,
    Two,
}

/// A response, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub trailers: HeaderMap,
}

/// A POST with this content type and these headers.
pub fn post(
    path: &str,
    content_type: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Request<Body> {
    let mut request = Request::post(path).header("content-type", content_type);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Full::new(body.into()).boxed()).expect("a request")
}

/// Sends a request on a connection of its own, and returns at the head of the response.
pub async fn open(address: SocketAddr, http: Http, request: Request<Body>) -> Response<Incoming> {
    let (mut parts, body) = request.into_parts();
    let stream = TokioIo::new(TcpStream::connect(address).await.expect("a connection"));
    if http == Http::One {
        parts.headers.insert("host", address.to_string().parse().expect("a header"));
        let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.expect("HTTP/1.1");
        tokio::spawn(connection);
        return sender.send_request(Request::from_parts(parts, body)).await.expect("a response");
    }
    let path = parts.uri.path_and_query().expect("a path").to_string();
    parts.uri = format!("http://{address}{path}").parse().expect("a URI");
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.expect("HTTP/2");
    tokio::spawn(connection);
    sender.send_request(Request::from_parts(parts, body)).await.expect("a response")
}

/// Sends a request and reads the response to its end.
pub async fn ask(address: SocketAddr, http: Http, request: Request<Body>) -> Answer {
    let (head, body) = open(address, http, request).await.into_parts();
    let body = body.collect().await.expect("a body");
    let trailers = body.trailers().cloned().unwrap_or_default();
    Answer { status: head.status, headers: head.headers, body: body.to_bytes(), trailers }
}

impl Answer {
    /// A header or trailer, wherever it is: a trailers-only response has one block.
    pub fn trailer(&self, name: &str) -> &str {
        let value = self.trailers.get(name).or_else(|| self.headers.get(name));
        value.map_or("", |value| value.to_str().expect("text"))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The envelopes of the body: flags and payload.
    pub fn envelopes(&self) -> Vec<(u8, Bytes)> {
        split(self.body.clone())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// One envelope.
pub fn envelope(flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![flags];
    out.extend((payload.len() as u32).to_be_bytes());
    out.extend(payload);
    out
}

/// Takes envelopes apart.
pub fn split(mut body: Bytes) -> Vec<(u8, Bytes)> {
    let mut all = Vec::new();
    while !body.is_empty() {
        let head = body.split_to(5);
        let len = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
        all.push((head[0], body.split_to(len as usize)));
    }
    all
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).expect("gzip");
    out.finish().expect("gzip")
}

pub fn gunzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read;
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut out).expect("gzip");
    out
}
