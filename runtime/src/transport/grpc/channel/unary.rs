//! Connect's unary calls on the client side.

use super::super::classify::{ContentType, Protocol};
use super::super::compression::{Encoding, too_large};
use super::super::connect::{TRAILER_PREFIX, read_error};
use super::inbound::{blame_server, unexpected};
use super::{Inner, broken};
use crate::call::compression::Compressions;
use crate::call::context::Context;
use crate::call::metadata::reserved;
use crate::call::spec::Method;
use crate::call::status::{Code, Result, Status};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, StatusCode};
use polywire_codegen::model::Idempotency;
use std::time::Duration;

impl Inner {
    /// Makes a unary call.
    ///
    /// # Errors
    /// The status that the server answered, or the reason why it could not be reached.
    pub(super) async fn connect_unary(
        &self,
        method: &'static Method,
        cx: Context,
        message: Bytes,
    ) -> Result<Bytes> {
        if message.len() > self.request_size {
            return Err(too_large(self.request_size));
        }
        let content = ContentType::for_client(Protocol::ConnectUnary, self.codec);
        let readable = self.get && method.idempotency() == Idempotency::NoSideEffects;
        let get = if readable { self.requests.connect_get(method, &cx, &message)? } else { None };
        let request = match get {
            Some(request) => request,
            None => self.requests.connect_unary(method, &cx, message)?,
        };
        let (head, body) = self.hosts.send(request, self.calls).await?.into_parts();
        let encoding = Encoding::of(&head.headers, &CONTENT_ENCODING, Compressions::built_in());
        let known = head.headers.get(CONTENT_TYPE).and_then(ContentType::of);
        let body = async {
            let encoding = encoding.map_err(|status| broken(status.message()))?;
            encoding.unpack(body.collect(self.message_size).await?, self.message_size).map_err(blame_server)
        };
        let result = if head.status == StatusCode::OK {
            match known {
                Some(known) if known.text == content.text => body.await,
                Some(known) if known.protocol == Protocol::ConnectUnary => {
                    Err(unexpected(&head.headers, Code::Internal))
                }
                _ => Err(unexpected(&head.headers, Code::Unknown)),
            }
        } else {
            let json = if known.is_some_and(|known| known.text == "application/json") {
                body.await.ok()
            } else {
                None
            };
            Err(failure(head.status, &head.headers, json))
        };
        keep_metadata(&cx, head.headers);
        result
    }
}

/// The status of a failed answer. It comes from the answer's JSON, if there is any.
fn failure(http: StatusCode, headers: &HeaderMap, json: Option<Bytes>) -> Status {
    let fallback = Code::from_http(http.as_u16());
    let status = match json.and_then(|json| serde_json::from_slice(&json).ok()) {
        Some(error) => read_error(error, fallback),
        None => Status::new(fallback, format!("the server answered HTTP {http}")),
    };
    let after = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    match after {
        Some(seconds) => status.with_retry_after(Duration::from_secs(seconds)),
        None => status,
    }
}

/// Separates headers from trailers, and keeps both in the context.
fn keep_metadata(cx: &Context, headers: HeaderMap) {
    let headers = reserved::strip(headers);
    let trailer = |name: &HeaderName| name.as_str().strip_prefix(TRAILER_PREFIX).map(str::to_owned);
    let (mut own, mut trailers) = (HeaderMap::new(), HeaderMap::new());
    for (name, value) in &headers {
        match trailer(name).map(HeaderName::try_from) {
            Some(Ok(name)) => trailers.append(name, value.clone()),
            _ => own.append(name.clone(), value.clone()),
        };
    }
    if !own.is_empty() {
        cx.edit_headers(|headers| headers.extend(&own.into()));
    }
    if !trailers.is_empty() {
        cx.edit_trailers(|headers| headers.extend(&trailers.into()));
    }
}
