//! HTTP/1.1 connections, kept for the next call once a response was read to its end.

use super::dial::Dial;
use super::fault;
use super::response::ResponseBody;
use crate::net::Body;
use crate::status::Result;
use http::{Request, Response};
use hyper::client::conn::http1::{Builder, SendRequest};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::time::Instant;

/// Servers close idle connections, ours after 30 s: a call must not meet the closing.
const LONGEST_IDLE: Duration = Duration::from_secs(20);
const MOST_IDLE: usize = 64;

/// How often a request that never left is tried on another connection.
const TRIES: usize = 3;

pub(super) struct Pool {
    dial: Dial,
    idle: Arc<Idle>,
}

type Idle = Mutex<Vec<(SendRequest<Body>, Instant)>>;

impl Pool {
    pub(super) fn new(dial: Dial) -> Self {
        Self { dial, idle: Arc::default() }
    }

    /// Opens a connection for the first call.
    ///
    /// # Errors
    /// `unavailable` when nobody answers.
    pub(super) async fn open(&self) -> Result<()> {
        let sender = self.connect().await?;
        keep(&self.idle, sender);
        Ok(())
    }

    /// Sends a request; ready with the head of the response.
    ///
    /// # Errors
    /// `unavailable` when the server cannot be reached or goes away.
    pub(super) async fn send(&self, mut request: Request<Body>) -> Result<Response<ResponseBody>> {
        for _ in 1..TRIES {
            let mut sender = self.sender().await?;
            match sender.try_send_request(request).await {
                Ok(response) => return Ok(self.leased(response, sender)),
                // The server closed an idle connection; what never left may be sent again.
                Err(mut unsent) => match unsent.take_message() {
                    Some(same) => request = same,
                    None => return Err(fault::status(unsent.into_error())),
                },
            }
        }
        let mut sender = self.connect().await?;
        let response = sender.send_request(request).await.map_err(fault::status)?;
        Ok(self.leased(response, sender))
    }

    fn leased(
        &self,
        response: Response<hyper::body::Incoming>,
        sender: SendRequest<Body>,
    ) -> Response<ResponseBody> {
        let lease = Lease { sender, idle: Arc::downgrade(&self.idle) };
        response.map(|body| ResponseBody::new(body).with_lease(lease))
    }

    /// An idle connection that still lives, or a new one.
    async fn sender(&self) -> Result<SendRequest<Body>> {
        while let Some((mut sender, since)) = self.pop() {
            if since.elapsed() < LONGEST_IDLE && sender.ready().await.is_ok() {
                return Ok(sender);
            }
        }
        self.connect().await
    }

    fn pop(&self) -> Option<(SendRequest<Body>, Instant)> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    async fn connect(&self) -> Result<SendRequest<Body>> {
        let stream = self.dial.open().await?;
        let (sender, connection) = Builder::new().handshake(stream).await.map_err(fault::status)?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a client's connection ended");
            }
        });
        Ok(sender)
    }
}

fn keep(idle: &Idle, sender: SendRequest<Body>) {
    let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
    if idle.len() < MOST_IDLE {
        idle.push((sender, Instant::now()));
    }
}

/// A connection that a response is still being read from. Dropped early, the connection is closed.
pub(super) struct Lease {
    sender: SendRequest<Body>,
    idle: Weak<Idle>,
}

impl Lease {
    /// The response was read to its end.
    pub(super) fn give_back(self) {
        if let Some(idle) = self.idle.upgrade().filter(|_| !self.sender.is_closed()) {
            keep(&idle, self.sender);
        }
    }
}
