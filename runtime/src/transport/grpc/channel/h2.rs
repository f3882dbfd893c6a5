//! One HTTP/2 connection that all calls share. A new one is opened when it is gone.

use super::fault;
use super::response::ResponseBody;
use crate::call::status::Result;
use crate::channel::HttpOptions;
use crate::channel::dial::Io;
use crate::log::Quoted;
use crate::net::Body;
use crate::net::clock::Clock;
use crate::waist::supervise::caught;
use http::{Request, Response};
use hyper::client::conn::TrySendError;
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::sync::{Mutex, PoisonError};

/// The bytes that the server may send before we read them: for one stream here, for all streams together
/// below.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 4 << 20;

pub(super) struct Shared {
    current: Mutex<Option<SendRequest<Body>>>,
    builder: Builder<TokioExecutor>,
}

impl Shared {
    pub(super) fn new(options: &HttpOptions) -> Self {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .timer(Clock)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .keep_alive_interval(options.keepalive)
            .keep_alive_timeout(options.keepalive_timeout);
        Self { current: Mutex::new(None), builder }
    }

    /// The connection, if it is open.
    pub(super) fn current(&self) -> Option<Connection> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|sender| !sender.is_closed()).cloned().map(Connection)
    }

    /// Whether there was a connection, open or not.
    pub(super) fn was_used(&self) -> bool {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Begins HTTP/2 on a new connection.
    ///
    /// # Errors
    /// `unavailable` when it breaks at once.
    pub(super) async fn adopt(&self, io: Io) -> Result<Connection> {
        let (sender, connection) =
            self.builder.handshake(TokioIo::new(io)).await.map_err(fault::unavailable)?;
        tokio::spawn(async move {
            // A panic ends only the connection. The next call opens another.
            if let Ok(Err(error)) = caught("connection of a gRPC client", connection).await {
                tracing::debug!(error = %Quoted(error), "a client's connection ended");
            }
        });
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender.clone());
        Ok(Connection(sender))
    }
}

/// A handle to the shared connection.
pub(super) struct Connection(SendRequest<Body>);

impl Connection {
    /// Sends a request. Returns when the head of the response is there.
    ///
    /// # Errors
    /// The error, together with the request if it was never sent.
    pub(super) async fn send(
        mut self,
        request: Request<Body>,
    ) -> Result<Response<ResponseBody>, TrySendError<Request<Body>>> {
        Ok(self.0.try_send_request(request).await?.map(ResponseBody::new))
    }
}
