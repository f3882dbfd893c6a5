//! The response of a call in envelopes: its head judged, its messages one by one, its end as a status.

use super::super::classify::ContentType;
use super::super::compression::Encoding;
use super::super::dialect::{Dialect, End, Ended};
use super::super::envelope::{COMPRESSED, Envelope, Envelopes};
use super::super::{reserved, trailers};
use super::broken;
use super::response::ResponseBody;
use crate::compression::Compressions;
use crate::context::Context as Call;
use crate::metadata::Metadata;
use crate::status::{Code, Result, Status};
use bytes::Bytes;
use futures_core::Stream;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Response, StatusCode};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

/// Messages on their way in.
pub(super) struct Inbound {
    /// `None` once the call has ended.
    envelopes: Option<Envelopes<ResponseBody>>,
    dialect: &'static dyn Dialect,
    call: Call,
    /// What broke the caller's own stream.
    failure: Option<Arc<OnceLock<Status>>>,
}

impl Inbound {
    /// Takes the head: its metadata goes into the call's context.
    ///
    /// # Errors
    /// The status that the head tells, or what is wrong with it.
    pub(super) fn new(
        response: Response<ResponseBody>,
        (content, dialect): (&'static ContentType, &'static dyn Dialect),
        call: Call,
        limit: usize,
    ) -> Result<Self> {
        let (head, body) = response.into_parts();
        let judged = judge(head.status, &head.headers, content);
        // A response that is nothing but trailers tells its status in the head, whatever else is wrong with it.
        if head.headers.contains_key(trailers::STATUS)
            && let Some(ended) = dialect.read_end(End::Trailers(head.headers.clone()))
        {
            keep_trailers(&call, ended.trailers);
            ended.outcome.and(judged)?;
            return Ok(Self { envelopes: None, dialect, call, failure: None });
        }
        judged?;
        let encoding = Encoding::parse(head.headers.get(&dialect.names().encoding), Compressions::built_in())
            .map_err(|status| broken(status.message()))?;
        let headers = Metadata::from(reserved::strip(head.headers));
        if !headers.is_empty() {
            call.edit_headers(|own| own.extend(&headers));
        }
        let envelopes = Some(Envelopes::new(body, encoding, limit));
        Ok(Self { envelopes, dialect, call, failure: None })
    }

    /// Explains a broken response by what broke the request.
    pub(super) fn with_failure(mut self, failure: Arc<OnceLock<Status>>) -> Self {
        self.failure = Some(failure);
        self
    }

    /// The only message.
    ///
    /// # Errors
    /// The status that ended the call; `unimplemented` when there is no message or more than one.
    pub(super) async fn only(mut self) -> Result<Bytes> {
        let message = std::future::poll_fn(|cx| self.poll_message(cx)).await?;
        let message = message.ok_or_else(|| Status::unimplemented("the server answered with no message"))?;
        match std::future::poll_fn(|cx| self.poll_message(cx)).await? {
            None => Ok(message),
            Some(_) => Err(Status::unimplemented("the server answered with more than one message")),
        }
    }

    /// The next message; `None` when the call has ended well.
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        let Some(envelopes) = &mut self.envelopes else { return Poll::Ready(Ok(None)) };
        let result = match ready!(envelopes.poll_next(cx)) {
            Ok(Some(envelope)) if self.dialect.is_end(envelope.flags) => self.end_in_body(cx, envelope),
            Ok(Some(envelope)) => envelopes.open(envelope).map(Some),
            Ok(None) => {
                let trailers = envelopes.take_trailers();
                self.end(End::Trailers(trailers))
            }
            Err(status) => Err(status),
        };
        let result = result.map_err(|status| self.explain(status));
        if !matches!(result, Ok(Some(_))) {
            self.envelopes = None;
        }
        Poll::Ready(result)
    }

    fn end_in_body(&mut self, cx: &mut Context<'_>, envelope: Envelope) -> Result<Option<Bytes>> {
        let Some(envelopes) = &mut self.envelopes else { return Ok(None) };
        let payload = envelopes.open(Envelope { flags: envelope.flags & COMPRESSED, ..envelope })?;
        // Nothing follows. Where that is known by now, the connection is good for another call.
        let rest = envelopes.poll_next(cx);
        if matches!(rest, Poll::Ready(Ok(Some(_)))) {
            return Err(broken("bytes behind the end"));
        }
        self.end(End::Data(payload))
    }

    fn end(&self, end: End) -> Result<Option<Bytes>> {
        let Some(Ended { outcome, trailers }) = self.dialect.read_end(end) else {
            return Err(broken("it ends without a status"));
        };
        keep_trailers(&self.call, trailers);
        outcome.map(|()| None)
    }

    fn explain(&self, status: Status) -> Status {
        self.failure.as_ref().and_then(|failure| failure.get().cloned()).unwrap_or(status)
    }
}

impl Stream for Inbound {
    type Item = Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_message(cx).map(Result::transpose)
    }
}

fn keep_trailers(call: &Call, trailers: HeaderMap) {
    if !trailers.is_empty() {
        call.edit_trailers(|own| own.extend(&Metadata::from(trailers)));
    }
}

/// Whether the head is one of the protocol at all.
fn judge(status: StatusCode, headers: &HeaderMap, expected: &ContentType) -> Result<()> {
    if status != StatusCode::OK {
        return Err(Status::new(
            Code::from_http(status.as_u16()),
            format!("the server answered HTTP {status}"),
        ));
    }
    let content = headers.get(CONTENT_TYPE).and_then(ContentType::of);
    match content {
        Some(content) if content.protocol != expected.protocol || content.form != expected.form => {
            Err(unexpected(headers, Code::Unknown))
        }
        Some(content) if content.codec != expected.codec => Err(unexpected(headers, Code::Internal)),
        Some(_) => Ok(()),
        None => Err(unexpected(headers, Code::Unknown)),
    }
}

/// A response of another kind: mostly no server of the protocol answered.
pub(super) fn unexpected(headers: &HeaderMap, code: Code) -> Status {
    let content =
        headers.get(CONTENT_TYPE).map_or("nothing".into(), |value| String::from_utf8_lossy(value.as_bytes()));
    Status::new(code, format!("the server answered with content type `{content}`"))
}
