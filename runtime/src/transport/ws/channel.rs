//! The client: one multiplexed connection for all calls, opened again when it is lost.
//!
//! Calls in flight on a connection that is lost fail with `unavailable`: nobody knows whether the server ran them. New calls
//! wait for a new connection, which is tried with full jitter between attempts.

mod backoff;
mod dial;
mod download;
mod driver;
mod line;
mod upload;

use super::dialect::client::{ClientDialect, Outcall};
use super::dialect::json::Json;
use super::dialect::proto::Proto;
use crate::client::{Channel, Endpoint, Messages};
use crate::context::Context;
use crate::input::Codec;
use crate::metadata::Metadata;
use crate::spec::Method;
use crate::status::{Result, Status};
use backoff::Backoff;
use bytes::Bytes;
use dial::Dialer;
use download::{Answered, Download};
use driver::Driver;
use futures_core::future::BoxFuture;
use line::{Command, Line, Waiting};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use upload::{Pump, Uploads};

/// How many items of a stream may be on their way before the receiver has asked for more.
const WINDOW: u32 = 32;
/// How many calls a connection carries; more wait for their turn, as they do in HTTP/2. It is what our servers take.
const CALLS: usize = 64;

/// Opens the connection.
pub(crate) async fn connect(endpoint: Endpoint) -> Result<Arc<dyn Channel>> {
    match endpoint.codec.unwrap_or(Codec::Json) {
        Codec::Json => open::<Json>(&endpoint).await,
        Codec::Proto => open::<Proto>(&endpoint).await,
    }
}

async fn open<D: ClientDialect>(endpoint: &Endpoint) -> Result<Arc<dyn Channel>> {
    let shared = Arc::new(Shared::<D> {
        dialer: Dialer::new(endpoint, D::SUBPROTOCOL)?,
        current: Mutex::new(None),
        attempts: tokio::sync::Mutex::new(Backoff::default()),
        next: AtomicU64::new(1),
        turns: Arc::new(Semaphore::new(CALLS)),
        dialect: PhantomData,
    });
    shared.line().await?;
    Ok(Arc::new(WebSocket(shared)))
}

/// The channel behind `ws://`.
struct WebSocket<D>(Arc<Shared<D>>);

struct Shared<D> {
    dialer: Dialer,
    current: Mutex<Option<Arc<Line>>>,
    /// Held while somebody connects: the others wait for what comes of it.
    attempts: tokio::sync::Mutex<Backoff>,
    /// Ids are never used twice, so that a call may be sent over the next connection as it is.
    next: AtomicU64,
    turns: Arc<Semaphore>,
    dialect: PhantomData<fn() -> D>,
}

impl<D: ClientDialect> Shared<D> {
    /// The connection that is up.
    fn live(&self) -> Option<Arc<Line>> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|line| line.is_up()).cloned()
    }

    /// A connection that is up, or was a moment ago.
    async fn line(&self) -> Result<Arc<Line>> {
        if let Some(line) = self.live() {
            return Ok(line);
        }
        let mut attempts = self.attempts.lock().await;
        if let Some(line) = self.live() {
            return Ok(line);
        }
        attempts.pause().await;
        let socket = self.dialer.dial().await;
        attempts.note(socket.is_ok());
        let (line, ends) = Line::new();
        tokio::spawn(Driver::<D>::new(socket?, ends).run());
        let line = Arc::new(line);
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&line));
        Ok(line)
    }

    /// Sends a call. One that the connection did not take any more goes over the next.
    async fn start(&self, start: Start<'_>, waiting: Waiting) -> Result<Arc<Line>> {
        let Start { id, method, cx, body, window } = start;
        let (timeout, metadata) = (cx.remaining(), cx.metadata());
        let frame = D::call(&Outcall { id, method, body, timeout, metadata, window });
        let mut command = Command::Start { id, frame, waiting };
        loop {
            let line = self.line().await?;
            match line.send(command).await {
                Ok(()) => return Ok(line),
                Err(refused) => command = refused,
            }
        }
    }

    /// Waits until one more call may run.
    async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        // The semaphore is never closed.
        Arc::clone(&self.turns).acquire_owned().await.map_err(|_| lost())
    }

    fn id(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    async fn one(&self, method: &'static Method, cx: Context, request: Request) -> Result<Bytes> {
        let (_turn, id) = (self.turn().await?, self.id());
        let (body, requests) = request.split();
        let window = requests.is_some().then_some(WINDOW);
        let uploads = requests.as_ref().map(|_| Arc::new(Uploads::new(WINDOW)));
        let (waiting, answer) = Waiting::for_one(uploads.clone());
        let line = self.start(Start { id, method, cx: &cx, body, window }, waiting).await?;
        let answered = Answered::new(Arc::clone(&line), id, answer);
        let pump =
            requests.zip(uploads).map(|(requests, uploads)| Pump::spawn::<D>(line, id, requests, uploads));
        let answer = answered.wait().await;
        drop(pump);
        note(&cx, &answer.headers, &answer.trailers);
        answer.result.map(|body| D::whole(method, body))
    }

    async fn many(&self, method: &'static Method, cx: Context, request: Request) -> Result<Messages> {
        let (turn, id) = (self.turn().await?, self.id());
        let (body, requests) = request.split();
        let uploads = requests.as_ref().map(|_| Arc::new(Uploads::new(WINDOW)));
        let (waiting, events, grants) = Waiting::for_many(WINDOW, uploads.clone());
        let line = self.start(Start { id, method, cx: &cx, body, window: Some(WINDOW) }, waiting).await?;
        let mut download =
            Download::new(Arc::clone(&line), id, cx, events, grants, move |item| D::whole(method, item));
        download.keep(turn);
        if let Some((requests, uploads)) = requests.zip(uploads) {
            download.pump(Pump::spawn::<D>(line, id, requests, uploads));
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

/// One request or many.
enum Request {
    One(Bytes),
    Many(Messages),
}

impl Request {
    fn split(self) -> (Option<Bytes>, Option<Messages>) {
        match self {
            Self::One(body) => (Some(body), None),
            Self::Many(requests) => (None, Some(requests)),
        }
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

impl<D: ClientDialect> Channel for WebSocket<D> {
    fn codec(&self) -> Codec {
        D::CODEC
    }

    fn unary(
        &self,
        method: &'static Method,
        cx: Context,
        request: Bytes,
    ) -> BoxFuture<'static, Result<Bytes>> {
        let shared = Arc::clone(&self.0);
        Box::pin(async move { shared.one(method, cx, Request::One(request)).await })
    }

    fn server_stream(
        &self,
        method: &'static Method,
        cx: Context,
        request: Bytes,
    ) -> BoxFuture<'static, Result<Messages>> {
        let shared = Arc::clone(&self.0);
        Box::pin(async move { shared.many(method, cx, Request::One(request)).await })
    }

    fn client_stream(
        &self,
        method: &'static Method,
        cx: Context,
        requests: Messages,
    ) -> BoxFuture<'static, Result<Bytes>> {
        let shared = Arc::clone(&self.0);
        Box::pin(async move { shared.one(method, cx, Request::Many(requests)).await })
    }

    fn bidi(
        &self,
        method: &'static Method,
        cx: Context,
        requests: Messages,
    ) -> BoxFuture<'static, Result<Messages>> {
        let shared = Arc::clone(&self.0);
        Box::pin(async move { shared.many(method, cx, Request::Many(requests)).await })
    }
}
