//! The client side: `grpc://`, `grpcweb://` and `http://` (Connect), each a [`Channel`] over our own connections.
//!
//! gRPC is HTTP/2 throughout. Connect and gRPC-Web use HTTP/1.1 where the request is one message, which every proxy
//! carries, and HTTP/2 with prior knowledge where it is a stream.

mod dial;
mod fault;
mod h1;
mod h2;
mod inbound;
mod request;
mod response;
mod target;
mod unary;
mod upload;

use super::classify::{ContentType, Protocol as Wire};
use super::compression::Encoding;
use super::dialect::Dialect;
use super::envelope::{Framer, envelope};
use crate::client::{Channel, Endpoint, Messages};
use crate::context::Context;
use crate::input::Codec;
use crate::net::Body;
use crate::spec::Method;
use crate::status::{Result, Status};
use bytes::Bytes;
use dial::Dial;
use futures_core::future::BoxFuture;
use futures_util::TryFutureExt;
use inbound::Inbound;
use request::Requests;
use std::sync::Arc;
use target::Target;
use tokio::sync::oneshot;
use upload::Upload;

/// What a channel speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Grpc,
    GrpcWeb,
    Connect,
}

/// Opens a channel, and its first connection: nobody there is known at once.
///
/// # Errors
/// `invalid_argument` for a URL that names no host, `unavailable` when nobody answers.
pub(crate) async fn connect(endpoint: Endpoint, protocol: Protocol) -> Result<Arc<dyn Channel>> {
    let remote = Remote::new(endpoint, protocol)?;
    match protocol {
        Protocol::Grpc => remote.0.streams.open().await?,
        Protocol::GrpcWeb | Protocol::Connect => remote.0.calls.open().await?,
    }
    Ok(Arc::new(remote))
}

/// A server behind a URL.
struct Remote(Arc<Inner>);

struct Inner {
    protocol: Protocol,
    codec: Codec,
    limit: usize,
    requests: Requests,
    /// HTTP/1.1, a connection for each call in flight.
    calls: h1::Pool,
    /// HTTP/2, one connection for all.
    streams: h2::Shared,
}

/// Which of the two carries a call.
#[derive(Clone, Copy)]
enum Link {
    Calls,
    Streams,
}

impl Remote {
    fn new(endpoint: Endpoint, protocol: Protocol) -> Result<Self> {
        let target = Target::parse(&endpoint.url)?;
        let dial = Dial::new(target.authority.clone(), endpoint.connect_timeout);
        Ok(Self(Arc::new(Inner {
            protocol,
            codec: endpoint.codec.unwrap_or(Codec::Proto),
            limit: endpoint.message_size,
            requests: Requests::new(target),
            calls: h1::Pool::new(dial.clone()),
            streams: h2::Shared::new(dial),
        })))
    }
}

impl Inner {
    /// What carries a call whose request is one message.
    fn link(&self) -> Link {
        if self.protocol == Protocol::Grpc { Link::Streams } else { Link::Calls }
    }

    /// How a call in envelopes is written.
    fn wire(&self) -> (&'static ContentType, &'static dyn Dialect) {
        let (wire, dialect): (Wire, &'static dyn Dialect) = match self.protocol {
            Protocol::Grpc => (Wire::Grpc, &super::native::Grpc),
            Protocol::GrpcWeb => (Wire::GrpcWeb, &super::web::GrpcWeb),
            Protocol::Connect => (Wire::ConnectStream, &super::connect::Connect),
        };
        (ContentType::for_client(wire, self.codec), dialect)
    }

    /// Sends a call in envelopes; ready with the head of the response.
    async fn call(&self, method: &'static Method, cx: Context, link: Link, body: Body) -> Result<Inbound> {
        let (content, dialect) = self.wire();
        let request = self.requests.envelopes(method, &cx, content, dialect, body)?;
        let response = match link {
            Link::Calls => self.calls.send(self.requests.for_http1(request)).await?,
            Link::Streams => self.streams.send(request).await?,
        };
        Inbound::new(response, (content, dialect), cx, self.limit)
    }

    /// A call whose request is one message.
    async fn call_once(&self, method: &'static Method, cx: Context, message: Bytes) -> Result<Inbound> {
        let body = Body::full(envelope(0, &message).freeze());
        self.call(method, cx, self.link(), body).await
    }

    /// A call whose request is a stream. What ended the stream on our side explains whatever the server made of it.
    async fn upload(&self, method: &'static Method, cx: Context, upload: Upload) -> Result<Inbound> {
        let failure = upload.failure();
        match self.call(method, cx, Link::Streams, Body::boxed(upload)).await {
            Ok(inbound) => Ok(inbound.with_failure(failure)),
            Err(status) => Err(failure.get().cloned().unwrap_or(status)),
        }
    }

    fn framer(&self) -> Framer {
        Framer::new(Encoding::Identity, u32::MAX as usize)
    }
}

impl Channel for Remote {
    fn codec(&self) -> Codec {
        self.0.codec
    }

    fn unary(
        &self,
        method: &'static Method,
        cx: Context,
        request: Bytes,
    ) -> BoxFuture<'static, Result<Bytes>> {
        let inner = Arc::clone(&self.0);
        match inner.protocol {
            Protocol::Connect => Box::pin(async move { inner.connect_unary(method, cx, request).await }),
            Protocol::Grpc | Protocol::GrpcWeb => {
                Box::pin(async move { inner.call_once(method, cx, request).await?.only().await })
            }
        }
    }

    fn server_stream(
        &self,
        method: &'static Method,
        cx: Context,
        request: Bytes,
    ) -> BoxFuture<'static, Result<Messages>> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { Ok(Box::pin(inner.call_once(method, cx, request).await?) as Messages) })
    }

    fn client_stream(
        &self,
        method: &'static Method,
        cx: Context,
        requests: Messages,
    ) -> BoxFuture<'static, Result<Bytes>> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let upload = Upload::new(requests, inner.framer());
            inner.upload(method, cx, upload).await?.only().await
        })
    }

    /// Ready with the head of the response, or when our own requests wait: some servers send the head with their first
    /// message only, which may well answer a request that the caller makes once this returns.
    fn bidi(
        &self,
        method: &'static Method,
        cx: Context,
        requests: Messages,
    ) -> BoxFuture<'static, Result<Messages>> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let (idle, waits) = oneshot::channel();
            let upload = Upload::new(requests, inner.framer()).tell_when_idle(idle);
            let mut call = Box::pin(async move { inner.upload(method, cx, upload).await });
            tokio::select! {
                biased;
                inbound = &mut call => Ok(Box::pin(inbound?) as Messages),
                Ok(()) = waits => Ok(Box::pin(call.try_flatten_stream()) as Messages),
            }
        })
    }
}

/// What the server sent breaks the protocol.
fn broken(text: impl Into<String>) -> Status {
    Status::internal(format!("the response breaks the protocol: {}", text.into()))
}
