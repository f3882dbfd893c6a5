//! The connections to one address: one HTTP/1.1 connection for each running call, or one HTTP/2 connection
//! for all.
//!
//! There is one HTTP/2 connection for each address, and calls beyond the server's limit wait. A second
//! connection would double the limit that the server has set. If one connection is too little, an address may
//! be named several times, or the server may raise its limit.

use super::dial::Dial;
use super::response::ResponseBody;
use super::{h1, h2};
use crate::call::status::Result;
use crate::channel::HttpOptions;
use crate::channel::dial::{Address, Offer};
use crate::net::Body;
use http::{Request, Response};
use hyper::client::conn::TrySendError;

pub(super) struct Host {
    dial: Dial,
    http1: h1::Pool,
    http2: h2::Shared,
    /// Locked by the call that connects. The others wait for the same connection.
    connecting: tokio::sync::Mutex<()>,
}

/// The version of HTTP that a call uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Via {
    Http1,
    Http2,
    /// The version that the server prefers (ALPN).
    Negotiated,
}

impl Host {
    pub(super) fn new(dial: Dial, options: &HttpOptions) -> Self {
        Self {
            dial,
            http1: h1::Pool::new(options.idle_timeout),
            http2: h2::Shared::new(options),
            connecting: tokio::sync::Mutex::new(()),
        }
    }

    /// The host's address.
    pub(super) fn address(&self) -> &Address {
        self.dial.address()
    }

    /// Whether a call could be sent without a new connection.
    pub(super) fn is_connected(&self, via: Via) -> bool {
        (via != Via::Http1 && self.http2.current().is_some()) || (via != Via::Http2 && self.http1.has_idle())
    }

    /// Whether a call would find the server, by what is known now. HTTP/1.1 opens a connection for each call, so there
    /// the last attempt says it.
    pub(super) fn is_up(&self, via: Via) -> bool {
        self.is_connected(via) || (via != Via::Http2 && !self.http2.was_used() && self.dial.is_well())
    }

    /// Waits until the pause after a failed attempt is over.
    pub(super) async fn rest(&self) {
        self.dial.rest().await;
    }

    /// Whether the pause after a failed attempt still lasts.
    pub(super) fn is_pausing(&self) -> bool {
        self.dial.pausing().is_some()
    }

    /// Connects, unless there is a connection, and keeps the connection for the next call.
    ///
    /// # Errors
    /// `unavailable` when nobody answers.
    pub(super) async fn open(&self, via: Via) -> Result<()> {
        if let Connection::Http1(connection) = self.connection(via).await? {
            connection.give_back();
        }
        Ok(())
    }

    /// Finds or opens a connection for a call.
    ///
    /// # Errors
    /// `unavailable` when nobody answers.
    pub(super) async fn connection(&self, via: Via) -> Result<Connection> {
        if let Some(connection) = self.existing(via).await {
            return Ok(connection);
        }
        let offer = match via {
            Via::Http1 => {
                let opened = self.dial.open(Offer::Http1).await?;
                return self.http1.adopt(opened.io).await.map(Connection::Http1);
            }
            Via::Http2 => Offer::Http2,
            Via::Negotiated => Offer::Both,
        };
        let _connecting = self.connecting.lock().await;
        if let Some(connection) = self.existing(via).await {
            return Ok(connection);
        }
        let opened = self.dial.open(offer).await?;
        if via == Via::Http2 || opened.http2 {
            self.http2.adopt(opened.io).await.map(Connection::Http2)
        } else {
            self.http1.adopt(opened.io).await.map(Connection::Http1)
        }
    }

    async fn existing(&self, via: Via) -> Option<Connection> {
        if via != Via::Http1
            && let Some(connection) = self.http2.current()
        {
            return Some(Connection::Http2(connection));
        }
        match via {
            Via::Http2 => None,
            Via::Http1 | Via::Negotiated => self.http1.pop().await.map(Connection::Http1),
        }
    }
}

/// A connection for a call.
pub(super) enum Connection {
    Http1(h1::Connection),
    Http2(h2::Connection),
}

impl Connection {
    /// Sends a request. Returns when the head of the response is there.
    ///
    /// # Errors
    /// The error, together with the request if it was never sent.
    pub(super) async fn send(
        self,
        request: Request<Body>,
    ) -> Result<Response<ResponseBody>, TrySendError<Request<Body>>> {
        match self {
            Self::Http1(mut connection) => {
                let response = connection.send(request).await?;
                Ok(response.map(|body| ResponseBody::new(body).with_connection(connection)))
            }
            Self::Http2(connection) => connection.send(request).await,
        }
    }
}
