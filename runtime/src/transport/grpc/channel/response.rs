//! The body of a response. It gives its connection back when it ends.

use super::super::envelope::Source;
use super::{broken, fault, h1};
use crate::call::status::{Result, Status};
use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame};
use hyper::body::Incoming;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pub(super) struct ResponseBody {
    body: Incoming,
    connection: Option<h1::Connection>,
}

impl ResponseBody {
    pub(super) fn new(body: Incoming) -> Self {
        Self { body, connection: None }
    }

    /// Takes the connection, to give it back at the end.
    pub(super) fn with_connection(mut self, connection: h1::Connection) -> Self {
        self.connection = Some(connection);
        self
    }

    /// Reads the whole body.
    ///
    /// # Errors
    /// `resource_exhausted` when it is larger than `limit`.
    pub(super) async fn collect(mut self, limit: usize) -> Result<Bytes> {
        let mut parts = BytesMut::new();
        let mut only = Bytes::new();
        while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut self).poll_frame(cx)).await {
            let Ok(data) = frame.map_err(fault::status)?.into_data() else { continue };
            if only.len() + parts.len() + data.len() > limit {
                return Err(super::super::compression::too_large(limit));
            }
            // The common case, one chunk, is handed on without a copy.
            if only.is_empty() && parts.is_empty() {
                only = data;
            } else {
                parts.extend_from_slice(&std::mem::take(&mut only));
                parts.extend_from_slice(&data);
            }
        }
        Ok(if parts.is_empty() { only } else { parts.freeze() })
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if frame.is_none()
            && let Some(connection) = self.connection.take()
        {
            connection.give_back();
        }
        Poll::Ready(frame)
    }

    /// Only `poll_frame` may end a body that has a connection to give back.
    fn is_end_stream(&self) -> bool {
        self.connection.is_none() && self.body.is_end_stream()
    }
}

impl Source for ResponseBody {
    fn broken(error: hyper::Error) -> Status {
        fault::status(error)
    }

    fn malformed(text: String) -> Status {
        broken(text)
    }
}
