//! Answers that no server of ours gives, and a server that gives them over any kind of connection and notes
//! its requests.

use super::raw::envelope;
use super::service::item;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, request};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use hyper_util::rt::{TokioExecutor, TokioIo};
use polywire::Message;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncWrite};

/// One answer, given to every request.
#[derive(Clone, Default)]
pub struct Canned {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub trailers: Option<HeaderMap>,
}

pub fn map(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let pair = |(name, value): &(&'static str, &'static str)| {
        (HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    pairs.iter().map(pair).collect()
}

pub fn canned(status: u16, headers: &[(&'static str, &'static str)], body: impl Into<Vec<u8>>) -> Canned {
    Canned { status, headers: map(headers), body: body.into(), trailers: None }
}

/// A gRPC response.
pub fn grpc(body: impl Into<Vec<u8>>, trailers: &[(&'static str, &'static str)]) -> Canned {
    Canned { trailers: Some(map(trailers)), ..canned(200, &[("content-type", "application/grpc")], body) }
}

impl Canned {
    pub fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        self
    }

    pub fn response(self) -> Response<impl http_body::Body<Data = Bytes, Error = Infallible>> {
        let data = (!self.body.is_empty()).then(|| Frame::data(self.body.into()));
        let frames = data.into_iter().chain(self.trailers.map(Frame::trailers)).map(Ok);
        let mut response =
            Response::new(StreamBody::new(futures_util::stream::iter(frames.collect::<Vec<_>>())));
        *response.status_mut() = self.status.try_into().expect("a status");
        *response.headers_mut() = self.headers;
        response
    }
}

/// One item.
pub fn one() -> Vec<u8> {
    envelope(0, &item(7, "x").encode())
}

pub const OK: &[(&str, &str)] = &[("grpc-status", "0")];

/// A server whose answer is a function of the number of requests before.
#[derive(Clone)]
pub struct Fake {
    answer: Arc<dyn Fn(usize) -> Canned + Send + Sync>,
    seen: Arc<Mutex<Vec<(request::Parts, Bytes)>>>,
    connections: Arc<AtomicUsize>,
}

impl Fake {
    pub fn new(answer: impl Fn(usize) -> Canned + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), seen: Arc::default(), connections: Arc::default() }
    }

    /// Serves on a free port.
    pub async fn listen(&self) -> SocketAddr {
        let (listener, address) = crate::support::listen().await;
        let fake = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(fake.clone().connection(stream));
            }
        });
        address
    }

    /// Serves one connection.
    pub async fn connection<T: AsyncRead + AsyncWrite + Unpin + Send + 'static>(self, stream: T) {
        self.connections.fetch_add(1, Ordering::SeqCst);
        let service = hyper::service::service_fn(move |request: http::Request<hyper::body::Incoming>| {
            let fake = self.clone();
            async move {
                let (head, body) = request.into_parts();
                let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
                let before = {
                    let mut seen = fake.seen.lock().expect("no panic");
                    seen.push((head, body));
                    seen.len() - 1
                };
                Ok::<_, Infallible>((fake.answer)(before).response())
            }
        });
        let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
        drop(builder.serve_connection(TokioIo::new(stream), service).await);
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<(request::Parts, Bytes)> {
        self.seen.lock().expect("no panic").clone()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}
