//! One HTTP/2 connection that all calls share, opened anew when it is gone.

use super::dial::Dial;
use super::fault;
use super::response::ResponseBody;
use crate::net::Body;
use crate::status::{Result, Status};
use http::{Request, Response};
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::sync::{Mutex, PoisonError};

/// What the server may send before we read it, for one stream and for all together.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 4 << 20;

/// How often a request that never left is tried on another connection.
const TRIES: usize = 3;

pub(super) struct Shared {
    dial: Dial,
    current: Mutex<Option<SendRequest<Body>>>,
    /// Held by the one who connects: the others want the same connection.
    connecting: tokio::sync::Mutex<()>,
}

impl Shared {
    pub(super) fn new(dial: Dial) -> Self {
        Self { dial, current: Mutex::new(None), connecting: tokio::sync::Mutex::new(()) }
    }

    /// Opens the connection, unless it is open.
    ///
    /// # Errors
    /// `unavailable` when nobody answers.
    pub(super) async fn open(&self) -> Result<()> {
        self.sender().await.map(drop)
    }

    /// Sends a request; ready with the head of the response.
    ///
    /// # Errors
    /// `unavailable` when the server cannot be reached, or what ended the stream.
    pub(super) async fn send(&self, mut request: Request<Body>) -> Result<Response<ResponseBody>> {
        for _ in 1..TRIES {
            match self.sender().await?.try_send_request(request).await {
                Ok(response) => return Ok(response.map(ResponseBody::new)),
                // The server said goodbye while we called; what never left may be sent again.
                Err(mut unsent) => match unsent.take_message() {
                    Some(same) => request = same,
                    None => return Err(fault::status(unsent.into_error())),
                },
            }
        }
        let response = self.sender().await?.send_request(request).await;
        response.map(|response| response.map(ResponseBody::new)).map_err(fault::status)
    }

    fn current(&self) -> Option<SendRequest<Body>> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|sender| !sender.is_closed()).cloned()
    }

    async fn sender(&self) -> Result<SendRequest<Body>> {
        if let Some(sender) = self.current() {
            return Ok(sender);
        }
        let _connecting = self.connecting.lock().await;
        if let Some(sender) = self.current() {
            return Ok(sender);
        }
        let sender = self.connect().await?;
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender.clone());
        Ok(sender)
    }

    async fn connect(&self) -> Result<SendRequest<Body>> {
        let stream = self.dial.open().await?;
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW);
        let (sender, connection) = builder
            .handshake(stream)
            .await
            .map_err(|error| Status::unavailable(fault::status(error).message().to_owned()))?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a client's connection ended");
            }
        });
        Ok(sender)
    }
}
