//! HTTP/1.1 connections, kept for the next call once a response is read to its end.

use super::fault;
use crate::call::status::Result;
use crate::channel::dial::Io;
use crate::log::Quoted;
use crate::net::Body;
use crate::waist::supervise::caught;
use http::header::HOST;
use http::{HeaderValue, Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::time::Instant;

const MOST_IDLE: usize = 64;

pub(super) struct Pool(Arc<Idle>);

struct Idle {
    senders: Mutex<Vec<(SendRequest<Body>, Instant)>>,
    timeout: Duration,
}

impl Pool {
    /// Makes a pool that keeps idle connections for at most `timeout`. Servers close idle ones, and a call
    /// must not meet the closing.
    pub(super) fn new(timeout: Duration) -> Self {
        Self(Arc::new(Idle { senders: Mutex::default(), timeout }))
    }

    /// Takes an idle connection that is still alive.
    pub(super) async fn pop(&self) -> Option<Connection> {
        while let Some(mut sender) = self.0.pop() {
            if sender.ready().await.is_ok() {
                return Some(self.lease(sender));
            }
        }
        None
    }

    /// Whether there is an idle connection.
    pub(super) fn has_idle(&self) -> bool {
        self.0.senders().iter().any(|(sender, _)| !sender.is_closed())
    }

    /// Begins HTTP/1.1 on a new connection.
    ///
    /// # Errors
    /// `unavailable` when it breaks at once.
    pub(super) async fn adopt(&self, io: Io) -> Result<Connection> {
        let (sender, connection) =
            Builder::new().handshake(TokioIo::new(io)).await.map_err(fault::unavailable)?;
        tokio::spawn(async move {
            // A panic ends only the connection. The next call opens another.
            if let Ok(Err(error)) = caught("connection of a gRPC client", connection).await {
                tracing::debug!(error = %Quoted(error), "a client's connection ended");
            }
        });
        Ok(self.lease(sender))
    }

    fn lease(&self, sender: SendRequest<Body>) -> Connection {
        Connection { sender, idle: Arc::downgrade(&self.0) }
    }
}

impl Idle {
    fn senders(&self) -> MutexGuard<'_, Vec<(SendRequest<Body>, Instant)>> {
        self.senders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pop(&self) -> Option<SendRequest<Body>> {
        let mut senders = self.senders();
        let (sender, since) = senders.pop()?;
        if since.elapsed() < self.timeout {
            return Some(sender);
        }
        // The last connection is the one used last, so all others are older.
        senders.clear();
        None
    }

    fn keep(&self, sender: SendRequest<Body>) {
        let mut senders = self.senders();
        senders.retain(|(sender, since)| !sender.is_closed() && since.elapsed() < self.timeout);
        if senders.len() < MOST_IDLE {
            senders.push((sender, Instant::now()));
        }
    }
}

/// A connection that one call owns until its response is read to the end. If it is dropped earlier, it is
/// closed.
pub(super) struct Connection {
    sender: SendRequest<Body>,
    idle: Weak<Idle>,
}

impl Connection {
    /// Sends a request. Returns when the head of the response is there.
    ///
    /// # Errors
    /// The error, together with the request if it was never sent.
    pub(super) async fn send(
        &mut self,
        request: Request<Body>,
    ) -> Result<Response<Incoming>, TrySendError<Request<Body>>> {
        self.sender.try_send_request(as_http1(request)).await
    }

    /// Keeps the connection for the next call.
    pub(super) fn give_back(self) {
        if let Some(idle) = self.idle.upgrade() {
            idle.keep(self.sender);
        }
    }
}

/// Converts a request to HTTP/1.1, with only the path in the first line and the authority in `host`.
fn as_http1(mut request: Request<Body>) -> Request<Body> {
    let authority = request.uri().authority().and_then(|name| HeaderValue::from_str(name.as_str()).ok());
    if let (Some(authority), Some(path)) = (authority, request.uri().path_and_query().cloned()) {
        *request.uri_mut() = path.into();
        request.headers_mut().insert(HOST, authority);
    }
    request
}
