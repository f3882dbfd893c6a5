//! The bodies of requests and responses: concrete types for the common cases, a box for the rest.

use super::intake::Patience;
use super::linger::Lingering;
use super::watch::HandingOver;
use super::watch::Link;
use crate::call::budget::Reservation;
use crate::call::context::Context;
use crate::call::status::Status;
use bytes::Bytes;
use http::{HeaderMap, Request, Version};
use http_body::{Body as _, Frame, SizeHint};
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};

/// The error of a body.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A body in a box.
pub(crate) type BoxBody = Pin<Box<dyn http_body::Body<Data = Bytes, Error = BoxError> + Send>>;

/// The body of a response.
pub struct Body(Kind);

enum Kind {
    /// At most one chunk and at most one set of trailers: no allocation of its own.
    Full {
        data: Option<Bytes>,
        trailers: Option<Box<HeaderMap>>,
    },
    Boxed(BoxBody),
    /// The body of an answer whose connection waits for the answer's end.
    Held(BoxBody, #[allow(dead_code, reason = "dropped with the body")] HandingOver),
}

impl Body {
    /// Makes an empty body.
    pub const fn empty() -> Self {
        Self(Kind::Full { data: None, trailers: None })
    }

    /// Makes a body of these bytes.
    pub fn full(data: impl Into<Bytes>) -> Self {
        let data: Bytes = data.into();
        Self(Kind::Full { data: (!data.is_empty()).then_some(data), trailers: None })
    }

    /// Makes a body of these bytes, and these trailers after them.
    pub(crate) fn with_trailers(data: Bytes, trailers: HeaderMap) -> Self {
        Self(Kind::Full { data: (!data.is_empty()).then_some(data), trailers: Some(Box::new(trailers)) })
    }

    /// Whether data or trailers follow the head, all of them at hand.
    pub(crate) fn is_in_one_piece(&self) -> bool {
        matches!(self.0, Kind::Full { .. }) && !self.is_end_stream()
    }

    /// Returns the bytes if the body has nothing else; otherwise gives the body back.
    #[cfg(feature = "http")]
    pub(crate) fn into_full(self) -> Result<Bytes, Self> {
        match self.0 {
            Kind::Full { data, trailers: None } => Ok(data.unwrap_or_default()),
            stream => Err(Self(stream)),
        }
    }

    /// Makes a body of any other type.
    pub fn boxed<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self(Kind::Boxed(Box::pin(Erased(Box::pin(body)))))
    }

    /// Drops `answering` when the body is handed over. For a body that is whole, that is at once.
    pub(crate) fn held(self, answering: HandingOver) -> Self {
        match self.0 {
            Kind::Boxed(body) => Self(Kind::Held(body, answering)),
            whole => Self(whole),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Full { data, .. } => write!(f, "Body({} bytes)", data.as_ref().map_or(0, Bytes::len)),
            Kind::Boxed(_) | Kind::Held(..) => f.write_str("Body(stream)"),
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            Kind::Full { data, trailers } => {
                let data = data.take().map(Frame::data);
                Poll::Ready(
                    data.or_else(|| trailers.take().map(|trailers| Frame::trailers(*trailers))).map(Ok),
                )
            }
            Kind::Boxed(body) | Kind::Held(body, _) => body.as_mut().poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Full { data, trailers } => data.is_none() && trailers.is_none(),
            Kind::Boxed(body) | Kind::Held(body, _) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Full { data, trailers: None } => {
                SizeHint::with_exact(data.as_ref().map_or(0, |data| data.len() as u64))
            }
            // An exact size would become a `content-length`, which is of no use beside trailers.
            Kind::Full { .. } => SizeHint::default(),
            Kind::Boxed(body) | Kind::Held(body, _) => body.size_hint(),
        }
    }
}

/// A body with its error type erased.
struct Erased<B>(Pin<Box<B>>);

impl<B> http_body::Body for Erased<B>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.0.as_mut().poll_frame(cx).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// The body of a request: hyper's own type under our accept loop, a box under a router.
pub enum RequestBody {
    /// The body that hyper reads.
    Hyper(hyper::body::Incoming),
    /// The body that hyper reads over HTTP/1.1, where an early answer must wait for the rest.
    Lingering(Lingering),
    /// The body that a router hands over.
    Boxed(BoxBody),
}

impl RequestBody {
    pub(crate) fn of(request: Request<hyper::body::Incoming>, link: &Arc<Link>) -> Request<Self> {
        match request.version() {
            Version::HTTP_2 => request.map(Self::Hyper),
            _ => request.map(|body| Self::Lingering(Lingering::new(body, link))),
        }
    }

    /// Makes a body of any other type.
    pub fn boxed<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self::Boxed(Box::pin(Erased(Box::pin(body))))
    }

    /// Reads the whole body. Refuses it as soon as it is known to be larger than `limit`, or takes more time
    /// or memory than it may.
    ///
    /// # Errors
    /// `resource_exhausted` when it is too large; `deadline_exceeded` when it is too slow; `cancelled` when the peer
    /// went away; `unavailable` when its server or its connection ends; `invalid_argument` when its chunks are
    /// malformed.
    pub(crate) async fn collect(
        mut self,
        limit: usize,
        patience: &mut Patience,
        memory: &mut Reservation,
        call: &Context,
    ) -> Result<Bytes, Status> {
        if http_body::Body::size_hint(&self).lower() > limit as u64 {
            return Err(too_large(limit));
        }
        let mut whole = Bytes::new();
        let mut parts = bytes::BytesMut::new();
        loop {
            let received = whole.len() + parts.len();
            let next = std::future::poll_fn(|cx| match self.poll_chunk(cx) {
                Poll::Pending => patience.poll(cx, received, call).map(Err),
                next => next,
            });
            let Some(chunk) = next.await? else { break };
            if received + chunk.len() > limit {
                return Err(too_large(limit));
            }
            memory.hold(received + chunk.len())?;
            // The common case, one chunk, is handed on without a copy.
            match (whole.is_empty(), parts.is_empty()) {
                (true, true) => whole = chunk,
                (false, _) => {
                    parts.extend_from_slice(&std::mem::take(&mut whole));
                    parts.extend_from_slice(&chunk);
                }
                (true, false) => parts.extend_from_slice(&chunk),
            }
        }
        Ok(if parts.is_empty() { whole } else { parts.freeze() })
    }

    /// Reads the next bytes; `None` at the end. Trailers are skipped.
    ///
    /// # Errors
    /// See [`broken`].
    pub(crate) fn poll_chunk(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<Option<Bytes>, Status>> {
        loop {
            match ready!(Pin::new(&mut *self).poll_frame(cx)) {
                None => return Poll::Ready(Ok(None)),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => return Poll::Ready(Ok(Some(data))),
                    _ => {}
                },
                Some(Err(error)) => return Poll::Ready(Err(broken(error))),
            }
        }
    }
}

/// The status for a body that ends in an error: its peer went away, or sent malformed chunks (RFC 9112,
/// section 7.1).
pub(crate) fn broken(error: BoxError) -> Status {
    let status = match is_malformed(&*error) {
        true => Status::invalid_argument("the chunks of the body are malformed"),
        false => Status::cancelled("the request ended before its body was complete"),
    };
    status.with_source(error)
}

/// Whether hyper could not parse the body. Otherwise the socket failed.
fn is_malformed(error: &(dyn std::error::Error + 'static)) -> bool {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData))
}

/// The source of a status that means 413 over HTTP: a part of the request was larger than the limit.
#[derive(Debug)]
pub(crate) struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too large")
    }
}

impl std::error::Error for TooLarge {}

impl TooLarge {
    /// Makes the status. `what` says which part and which limit.
    pub(crate) fn status(what: String) -> Status {
        Status::resource_exhausted(what).with_source(Self)
    }

    /// Whether the status has this source.
    #[cfg(feature = "http")]
    pub(crate) fn is_source(status: &Status) -> bool {
        std::error::Error::source(status).is_some_and(|source| source.is::<Self>())
    }
}

fn too_large(limit: usize) -> Status {
    TooLarge::status(format!("the body is larger than {limit} bytes, the limit"))
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestBody")
    }
}

impl http_body::Body for RequestBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut *self {
            Self::Hyper(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
            Self::Lingering(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
            Self::Boxed(body) => body.as_mut().poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Hyper(body) => body.is_end_stream(),
            Self::Lingering(body) => body.is_end_stream(),
            Self::Boxed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Hyper(body) => body.size_hint(),
            Self::Lingering(body) => body.size_hint(),
            Self::Boxed(body) => body.size_hint(),
        }
    }
}
