//! The response of a call in envelopes: the check of its head, its messages one by one, and its end as a
//! status.
//!
//! A response that is only a head has its status there. Its metadata counts as both headers and trailers,
//! because proxies of gRPC-Web put both in it. If a body or trailers follow, `grpc-status` in the head means
//! nothing.

use super::super::classify::{ContentType, WireFormat};
use super::super::compression::Encoding;
use super::super::dialect::{Dialect, End, Ended};
use super::super::envelope::{COMPRESSED, Envelope, Envelopes};
use super::super::trailers;
use super::broken;
use super::response::ResponseBody;
use super::upload::Rein;
use crate::call::compression::Compressions;
use crate::call::context::Context;
use crate::call::metadata::Metadata;
use crate::call::metadata::reserved;
use crate::call::status::{Code, Result, Status};
use bytes::Bytes;
use futures_core::Stream;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Response, StatusCode};
use std::pin::Pin;
use std::task::{self, Poll, ready};

/// The incoming messages of a response.
pub(super) struct Inbound {
    /// `None` once the call has ended.
    envelopes: Option<Envelopes<ResponseBody>>,
    /// The first envelope, if it was read to judge the head.
    first: Option<Result<Envelope>>,
    dialect: &'static dyn Dialect,
    call: Context,
    /// The end that the head announced, for a body that ends without one.
    foretold: Option<Box<Ended>>,
    /// The stop of the stream of requests, if there is one. The end of the response ends it.
    rein: Option<Rein>,
}

impl Inbound {
    /// Reads the head. Its metadata goes into the call's context.
    ///
    /// # Errors
    /// The status in the head, or a fault of the head.
    pub(super) async fn new(
        response: Response<ResponseBody>,
        WireFormat { content, dialect }: WireFormat,
        call: Context,
        limit: usize,
    ) -> Result<Self> {
        let (head, body) = response.into_parts();
        let judged = judge(head.status, &head.headers, content);
        let encoding = Encoding::of(&head.headers, &dialect.names().encoding, Compressions::built_in())
            .map_err(|status| broken(status.message()));
        let mut envelopes = Envelopes::new(body, *encoding.as_ref().unwrap_or(&Encoding::Identity), limit);
        let (mut first, mut foretold) = (None, None);
        if head.headers.contains_key(trailers::STATUS) {
            first = std::future::poll_fn(|cx| envelopes.poll_next(cx)).await.transpose();
            // "Trailers-Only": the head is also the end, even if something else is wrong with it, and its
            // metadata is both. If a response has a body or trailers, a status in its head means nothing.
            if first.is_none()
                && !envelopes.has_trailers()
                && let Some(ended) = dialect.read_end(End::Trailers(head.headers.clone()))
            {
                keep_headers(&call, reserved::strip(head.headers));
                keep_trailers(&call, ended.trailers);
                ended.outcome.and(judged)?;
                return Ok(Self { envelopes: None, first, dialect, call, foretold, rein: None });
            }
            foretold = dialect.read_end(End::Trailers(head.headers.clone())).map(Box::new);
        }
        judged?;
        encoding?;
        keep_headers(&call, reserved::strip(head.headers));
        Ok(Self { envelopes: Some(envelopes), first, dialect, call, foretold, rein: None })
    }

    /// Takes the stop of the stream of requests. A failure of that stream explains a broken response.
    pub(super) fn with_rein(mut self, rein: Rein) -> Self {
        self.rein = self.envelopes.is_some().then_some(rein);
        self
    }

    /// Reads the only message.
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

    /// Reads the next message; `None` when the call has ended well.
    fn poll_message(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<Option<Bytes>>> {
        let Some(envelopes) = &mut self.envelopes else { return Poll::Ready(Ok(None)) };
        let next = match self.first.take() {
            Some(first) => first.map(Some),
            None => ready!(envelopes.poll_next(cx)),
        };
        let result = match next {
            Ok(Some(envelope)) if self.dialect.is_end(envelope.flags) => self.end_in_body(cx, envelope),
            Ok(Some(envelope)) => {
                // In a response that has a message, a failure in the head means nothing.
                self.foretold.take_if(|ended| ended.outcome.is_err());
                open(envelopes, envelope).map(Some)
            }
            Ok(None) => {
                let trailers = envelopes.take_trailers();
                self.end(End::Trailers(trailers))
            }
            Err(status) => Err(status),
        };
        let result = result.map_err(|status| self.explain(status));
        if !matches!(result, Ok(Some(_))) {
            self.envelopes = None;
            self.rein = None;
        }
        Poll::Ready(result)
    }

    fn end_in_body(&mut self, cx: &mut task::Context<'_>, envelope: Envelope) -> Result<Option<Bytes>> {
        let Some(envelopes) = &mut self.envelopes else { return Ok(None) };
        let payload = open(envelopes, Envelope { flags: envelope.flags & COMPRESSED, ..envelope })?;
        // Nothing may follow. If that is certain by now, the connection can serve another call.
        let rest = envelopes.poll_next(cx);
        if matches!(rest, Poll::Ready(Ok(Some(_)))) {
            return Err(broken("bytes behind the end"));
        }
        self.end(End::Data(payload))
    }

    /// Ends the call. If the end has no status, the one of the head counts. Empty HTTP trailers may belong to
    /// a response that was cut off. In that case the head's success does not count.
    fn end(&mut self, end: End) -> Result<Option<Bytes>> {
        let is_explicit = matches!(&end, End::Data(_));
        let told = self.dialect.read_end(end);
        let foretold = self.foretold.take().filter(|ended| is_explicit || ended.outcome.is_err());
        let Some(Ended { outcome, trailers }) = told.or(foretold.map(|ended| *ended)) else {
            return Err(broken("it ends without a status"));
        };
        keep_trailers(&self.call, trailers);
        outcome.map(|()| None)
    }

    fn explain(&self, status: Status) -> Status {
        self.rein.as_ref().and_then(Rein::failure).cloned().unwrap_or(status)
    }
}

/// Unpacks the message in an envelope.
fn open(envelopes: &mut Envelopes<ResponseBody>, envelope: Envelope) -> Result<Bytes> {
    envelopes.open(envelope).map_err(blame_server)
}

/// Turns an error of unpacking, which blames the sender, into one that blames the server.
pub(super) fn blame_server(status: Status) -> Status {
    if status.code() == Code::InvalidArgument { broken(status.message()) } else { status }
}

impl Stream for Inbound {
    type Item = Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_message(cx).map(Result::transpose)
    }
}

fn keep_headers(call: &Context, headers: HeaderMap) {
    if !headers.is_empty() {
        call.edit_headers(|own| own.extend(&Metadata::from(headers)));
    }
}

fn keep_trailers(call: &Context, trailers: HeaderMap) {
    if !trailers.is_empty() {
        call.edit_trailers(|own| own.extend(&Metadata::from(trailers)));
    }
}

/// Checks whether the head belongs to the protocol.
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

/// The status for a response of another kind. Mostly it comes from a server of another protocol.
pub(super) fn unexpected(headers: &HeaderMap, code: Code) -> Status {
    let content =
        headers.get(CONTENT_TYPE).map_or("nothing".into(), |value| String::from_utf8_lossy(value.as_bytes()));
    Status::new(code, format!("the server answered with content type `{content}`"))
}
