//! The client side: a [`Channel`] over our own connections. URLs begin with `grpc://`, `grpcweb://` or
//! `http://` (Connect), and with an `s` over TLS.
//!
//! A call passes [`Retries`] (whether it may be made again), [`request`] (its head), [`hosts`] (which address)
//! and [`host`] (which connection). Its answer passes [`inbound`]; for Connect's calls without envelopes,
//! [`unary`].

mod dial;
mod fault;
mod h1;
mod h2;
mod host;
mod hosts;
mod inbound;
mod request;
mod response;
mod target;
mod unary;
mod upload;

use super::classify::{ContentType, Protocol as Wire, WireFormat};
use super::compression::{Encoding, too_large};
use super::dialect::Dialect;
use super::envelope::Framer;
use crate::call::compression::Compression;
use crate::call::context::{Context, Transport};
use crate::call::input::Codec;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::channel::balanced::{self, Single};
use crate::channel::retries::Retries;
use crate::channel::{Channel, Endpoint, HttpVersion, Messages, Payload, Protocol};
use crate::net::Body;
use crate::waist::handler::Frame as _;
use bytes::{Bytes, BytesMut};
use futures_core::future::BoxFuture;
use futures_util::TryFutureExt;
use host::Via;
use hosts::Hosts;
use inbound::Inbound;
use request::Requests;
use std::sync::Arc;
use target::Target;
use tokio::sync::oneshot;
use upload::Upload;

/// Opens a channel. It also opens the first connection at once, unless the channel is lazy, so that a missing
/// server is noticed.
///
/// # Errors
/// `invalid_argument` for a URL that names no host or options that contradict each other, `unavailable` when nobody answers.
pub(crate) async fn connect(endpoint: Endpoint) -> Result<Arc<dyn Channel>> {
    if endpoint.is_balanced() {
        return balanced::connect(endpoint, single).await;
    }
    let inner = Inner::new(&endpoint).await?;
    if !endpoint.http.lazy {
        inner.hosts.open(inner.calls).await?;
    }
    Ok(Arc::new(Remote(Arc::new(inner))))
}

/// Makes the channel of one address of a balanced channel. It connects to nobody yet.
fn single(endpoint: Endpoint) -> BoxFuture<'static, Result<Arc<dyn Single>>> {
    Box::pin(async move { Ok(Arc::new(Remote(Arc::new(Inner::new(&endpoint).await?))) as Arc<dyn Single>) })
}

/// The channel to a server behind a URL.
struct Remote(Arc<Inner>);

struct Inner {
    protocol: Protocol,
    codec: Codec,
    encoding: Encoding,
    message_size: usize,
    request_size: usize,
    get: bool,
    /// The version of HTTP for calls whose request is one message. `streams` is the one for the others.
    calls: Via,
    streams: Via,
    requests: Requests,
    hosts: Hosts,
    retries: Retries,
}

impl Inner {
    async fn new(endpoint: &Endpoint) -> Result<Self> {
        let target = Target::parse(&endpoint.url)?;
        let options = &endpoint.http;
        let protocol = options.protocol.unwrap_or(target.protocol);
        let (calls, streams) = vias(protocol, options.version, target.secure)?;
        let codec = endpoint.codec.unwrap_or(Codec::Proto);
        let encoding = encoding(options.compression)?;
        Ok(Self {
            protocol,
            codec,
            encoding,
            message_size: endpoint.message_size,
            request_size: options.request_size.unwrap_or(4 << 20).min(u32::MAX as usize),
            get: options.get,
            calls,
            streams,
            hosts: Hosts::new(endpoint, &target).await?,
            requests: Requests::new(target, codec, encoding),
            retries: Retries::new(options.retry.clone(), fault::never_seen),
        })
    }

    /// The content type and the dialect of calls in envelopes.
    fn wire(&self) -> WireFormat {
        let (wire, dialect): (Wire, &'static dyn Dialect) = match self.protocol {
            Protocol::Grpc => (Wire::Grpc, &super::native::Grpc),
            Protocol::GrpcWeb => (Wire::GrpcWeb, &super::web::GrpcWeb),
            Protocol::Connect => (Wire::ConnectStream, &super::connect::Connect),
        };
        WireFormat { content: ContentType::for_client(wire, self.codec), dialect }
    }

    /// Sends a call in envelopes. Returns when the head of the response is there.
    async fn call(&self, method: &'static Method, cx: Context, via: Via, body: Body) -> Result<Inbound> {
        let wire = self.wire();
        let request = self.requests.envelopes(method, &cx, wire, body)?;
        let response = self.hosts.send(request, via).await?;
        Inbound::new(response, wire, cx, self.message_size).await
    }

    /// Makes a call whose request is one message.
    async fn call_once(&self, method: &'static Method, cx: Context, message: Bytes) -> Result<Inbound> {
        let body = Body::full(self.framed(&message)?);
        self.call(method, cx, self.calls, body).await
    }

    /// Makes a call whose request is a stream. If our side ended the stream, that failure explains the
    /// server's answer, and is returned.
    async fn upload(&self, method: &'static Method, cx: Context, upload: Upload) -> Result<Inbound> {
        let rein = upload.rein();
        match self.call(method, cx, self.streams, Body::boxed(upload)).await {
            Ok(inbound) => Ok(inbound.with_rein(rein)),
            Err(status) => Err(rein.failure().cloned().unwrap_or(status)),
        }
    }

    /// Makes a call of one message each way. The future of each protocol has its own size.
    fn unary(
        self: Arc<Self>,
        method: &'static Method,
        cx: Context,
        request: Bytes,
    ) -> BoxFuture<'static, Result<Payload>> {
        match self.protocol {
            Protocol::Connect => Box::pin(async move {
                let call = |cx| self.connect_unary(method, cx, request.clone());
                self.retries.run(method, cx, call).await.map(Payload::One)
            }),
            Protocol::Grpc | Protocol::GrpcWeb => Box::pin(async move {
                let call = async |cx| self.call_once(method, cx, request.clone()).await?.only().await;
                self.retries.run(method, cx, call).await.map(Payload::One)
            }),
        }
    }

    /// Makes a call of streams each way. Returns when the head of the response is there, or when our own
    /// requests wait for the caller. Some servers send the head only with their first message. That message
    /// may answer a request that the caller makes after this returns.
    async fn bidi(
        self: Arc<Self>,
        method: &'static Method,
        cx: Context,
        requests: Messages,
    ) -> Result<Messages> {
        let (idle, waits) = oneshot::channel();
        let upload = Upload::new(requests, self.framer()).tell_when_idle(idle);
        let mut call = Box::pin(async move { self.upload(method, cx, upload).await });
        tokio::select! {
            biased;
            inbound = &mut call => Ok(Box::pin(inbound?) as Messages),
            Ok(()) = waits => Ok(Box::pin(call.try_flatten_stream()) as Messages),
        }
    }

    fn framer(&self) -> Framer {
        Framer::new(self.encoding, self.request_size)
    }

    fn framed(&self, message: &Bytes) -> Result<Bytes> {
        if message.len() > self.request_size {
            return Err(too_large(self.request_size));
        }
        let mut framer = self.framer();
        let mut framed = BytesMut::with_capacity(super::envelope::PREFIX + message.len());
        framer.begin(&mut framed);
        framed.extend_from_slice(message);
        framer.end(&mut framed);
        framer.verdict().map(|()| framed.freeze())
    }
}

/// The versions of HTTP for calls whose request is one message, and for the others.
fn vias(protocol: Protocol, version: HttpVersion, secure: bool) -> Result<(Via, Via)> {
    Ok(match (protocol, version) {
        (Protocol::Grpc, HttpVersion::Http1) => {
            let rule =
                "gRPC needs HTTP/2: leave the version to `HttpVersion::Auto`, or speak gRPC-Web or Connect";
            return Err(Status::invalid_argument(rule));
        }
        (Protocol::Grpc, _) | (_, HttpVersion::Http2) => (Via::Http2, Via::Http2),
        (_, HttpVersion::Http1) => (Via::Http1, Via::Http1),
        (_, HttpVersion::Auto) if secure => (Via::Negotiated, Via::Negotiated),
        (_, HttpVersion::Auto) => (Via::Http1, Via::Http2),
    })
}

/// The encoding of requests.
fn encoding(compression: Option<Compression>) -> Result<Encoding> {
    match compression {
        None => Ok(Encoding::Identity),
        Some(compression) if compression.is_built_in() => Ok(Encoding::Packed(compression)),
        Some(compression) => Err(Status::invalid_argument(format!(
            "this build cannot use compression {compression}: enable its feature of polywire"
        ))),
    }
}

impl Single for Remote {
    fn is_up(&self) -> bool {
        self.0.hosts.is_up(self.0.calls)
    }

    fn open(&self) -> BoxFuture<'static, Result<()>> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { inner.hosts.open_after_pause(inner.calls).await })
    }
}

impl Channel for Remote {
    fn codec(&self) -> Codec {
        self.0.codec
    }

    fn transport(&self) -> Transport {
        self.0.wire().dialect.transport()
    }

    fn call(
        &self,
        method: &'static Method,
        cx: Context,
        request: Payload,
    ) -> BoxFuture<'static, Result<Payload>> {
        let inner = Arc::clone(&self.0);
        match (request, method.shape().server_streams()) {
            (Payload::One(request), false) => inner.unary(method, cx, request),
            (Payload::One(request), true) => Box::pin(async move {
                let call = |cx| inner.call_once(method, cx, request.clone());
                Ok(Payload::Many(Box::pin(inner.retries.run(method, cx, call).await?)))
            }),
            (Payload::Many(requests), false) => Box::pin(async move {
                let upload = Upload::new(requests, inner.framer());
                inner.upload(method, cx, upload).await?.only().await.map(Payload::One)
            }),
            (Payload::Many(requests), true) => {
                Box::pin(async move { inner.bidi(method, cx, requests).await.map(Payload::Many) })
            }
        }
    }
}

/// The status for a response that breaks the protocol.
fn broken(text: impl Into<String>) -> Status {
    Status::internal(format!("the response breaks the protocol: {}", text.into()))
}
