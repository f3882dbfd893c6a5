//! The client. All calls share one connection, which is opened again when it is lost. When one is full, more
//! are opened.
//!
//! Calls in flight on a lost connection fail with `unavailable`: the client cannot know whether the server
//! ran them. New calls wait for the next attempt to connect, and fail together when it does. Attempts are
//! spaced with full jitter.

mod backoff;
mod dial;
mod download;
mod driver;
mod line;
mod pool;
mod pump;
mod upload;

use super::dialect::client::{ClientDialect, Outcall};
use super::dialect::json::Json;
use super::dialect::proto::Proto;
use crate::call::context::{Context, Transport};
use crate::call::input::Codec;
use crate::call::metadata::Metadata;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::channel::balanced::{self, Single};
use crate::channel::{Balance, Channel, Endpoint, Messages, Payload};
use bytes::Bytes;
use download::{Answered, Download};
use futures_core::future::BoxFuture;
use line::{Command, Waiting};
use pool::{Place, Pool};
use pump::Pump;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use upload::Uploads;

/// Items of a stream that may be under way before the receiver asks for more.
const WINDOW: u32 = 32;

/// The largest message that is sent, in bytes, unless the endpoint sets another size. Our servers take this
/// much.
const LONGEST: usize = 1 << 20;

/// Refuses a message that the server would not take: it would end the connection, and every call on it.
fn check(frame: &Bytes, longest: usize) -> Result<()> {
    if frame.len() <= longest {
        return Ok(());
    }
    let text = format!("the message is {} bytes; `Endpoint::request_size` allows {longest}", frame.len());
    Err(Status::resource_exhausted(text))
}

/// Opens the connection.
pub(crate) async fn connect(endpoint: Endpoint) -> Result<Arc<dyn Channel>> {
    let options = &endpoint.http;
    // A connection has one address, and does not repeat calls.
    let is_several = options.addresses.len() > 1 || options.balance != Balance::PickFirst;
    if endpoint.is_balanced() || is_several || options.retry.is_some() {
        return balanced::connect(endpoint, single).await;
    }
    let is_lazy = endpoint.http.lazy;
    let single = single(endpoint).await?;
    if !is_lazy {
        single.open().await?;
    }
    Ok(single)
}

/// Makes the channel to one address. It connects to nobody yet.
fn single(endpoint: Endpoint) -> BoxFuture<'static, Result<Arc<dyn Single>>> {
    Box::pin(std::future::ready(match endpoint.codec.unwrap_or(Codec::Json) {
        Codec::Json => make::<Json>(&endpoint),
        Codec::Proto => make::<Proto>(&endpoint),
    }))
}

fn make<D: ClientDialect>(endpoint: &Endpoint) -> Result<Arc<dyn Single>> {
    let pool = Arc::new(Pool::<D>::new(endpoint)?);
    let longest = endpoint.http.request_size.unwrap_or(LONGEST);
    Ok(Arc::new(WebSocket(Arc::new(Shared { pool, longest, next: AtomicU64::new(1) }))))
}

/// The channel behind `ws://`.
struct WebSocket<D: ClientDialect>(Arc<Shared<D>>);

struct Shared<D: ClientDialect> {
    pool: Arc<Pool<D>>,
    /// The largest message that is sent, in bytes.
    longest: usize,
    /// The next id. No id is used twice, so a call may go over the next connection as it is.
    next: AtomicU64,
}

impl<D: ClientDialect> Shared<D> {
    /// Sends a call. A call that the connection did not take any more goes over the next one.
    async fn start(&self, start: Start<'_>, waiting: Waiting) -> Result<Place<D>> {
        let Start { id, method, cx, body, window } = start;
        let (timeout, metadata) = (cx.remaining(), cx.metadata());
        let frame = D::call(&Outcall { id, method, body, timeout, metadata, window });
        check(&frame, self.longest)?;
        let mut command = Command::Start { id, frame, waiting };
        loop {
            let place = self.pool.place(method.shape()).await?;
            match place.line().send(command).await {
                Ok(()) => return Ok(place),
                Err(refused) => command = refused,
            }
        }
    }

    fn id(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    async fn one(&self, method: &'static Method, cx: Context, request: Payload) -> Result<Bytes> {
        let id = self.id();
        let (body, requests) = split(request);
        let window = requests.is_some().then_some(WINDOW);
        let uploads = requests.as_ref().map(|_| Arc::new(Uploads::new(WINDOW)));
        let (waiting, answer) = Waiting::for_one(uploads.clone());
        let place = self.start(Start { id, method, cx: &cx, body, window }, waiting).await?;
        let answered = Answered::new(place.line(), id, answer);
        let pump = requests
            .zip(uploads)
            .map(|(requests, uploads)| Pump::spawn::<D>(place.line(), id, requests, uploads, self.longest));
        let answer = answered.wait().await;
        drop(pump);
        note(&cx, &answer.headers, &answer.trailers);
        answer.result.map(|body| D::whole(method, body))
    }

    async fn many(&self, method: &'static Method, cx: Context, request: Payload) -> Result<Messages> {
        let id = self.id();
        let (body, requests) = split(request);
        let uploads = requests.as_ref().map(|_| Arc::new(Uploads::new(WINDOW)));
        let (waiting, events, grants) = Waiting::for_many(WINDOW, uploads.clone());
        let place = self.start(Start { id, method, cx: &cx, body, window: Some(WINDOW) }, waiting).await?;
        let line = place.line();
        let mut download =
            Download::new(Arc::clone(&line), id, cx, events, grants, move |item| D::whole(method, item));
        download.keep(Box::new(place));
        if let Some((requests, uploads)) = requests.zip(uploads) {
            download.pump(Pump::spawn::<D>(line, id, requests, uploads, self.longest));
        }
        download.opened().await
    }
}

/// A call as the caller asks for it.
struct Start<'a> {
    id: u64,
    method: &'static Method,
    cx: &'a Context,
    body: Option<Bytes>,
    window: Option<u32>,
}

/// The body of the first frame, or the stream that follows it.
fn split(request: Payload) -> (Option<Bytes>, Option<Messages>) {
    match request {
        Payload::One(body) => (Some(body), None),
        Payload::Many(requests) => (None, Some(requests)),
    }
}

/// Hands metadata to the caller.
fn note(cx: &Context, headers: &Metadata, trailers: &Metadata) {
    if !headers.is_empty() {
        cx.edit_headers(|all| all.extend(headers));
    }
    if !trailers.is_empty() {
        cx.edit_trailers(|all| all.extend(trailers));
    }
}

fn lost() -> Status {
    Status::unavailable("the connection was lost before the server answered")
}

impl<D: ClientDialect> Single for WebSocket<D> {
    fn is_up(&self) -> bool {
        self.0.pool.is_up()
    }

    fn open(&self) -> BoxFuture<'static, Result<()>> {
        let pool = Arc::clone(&self.0.pool);
        Box::pin(async move { pool.connect().await })
    }
}

impl<D: ClientDialect> Channel for WebSocket<D> {
    fn transport(&self) -> Transport {
        Transport::WebSocket
    }

    fn codec(&self) -> Codec {
        D::CODEC
    }

    fn call(
        &self,
        method: &'static Method,
        cx: Context,
        request: Payload,
    ) -> BoxFuture<'static, Result<Payload>> {
        let shared = Arc::clone(&self.0);
        if method.shape().server_streams() {
            Box::pin(async move { shared.many(method, cx, request).await.map(Payload::Many) })
        } else {
            Box::pin(async move { shared.one(method, cx, request).await.map(Payload::One) })
        }
    }
}
