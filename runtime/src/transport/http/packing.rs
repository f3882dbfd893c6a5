//! Packed bodies (RFC 9110, section 8.4). Requests may use the compressions that
//! [`Server::compression`](crate::Server::compression) names. Answers use the one of these that
//! `Accept-Encoding` prefers.

use super::accept::ranges;
use super::response::Failure;
use crate::call::coding::codings;
use crate::call::compression::codecs::{self, Packing};
use crate::call::compression::{Compression, Compressions};
use crate::call::status::Status;
use crate::net::Body;
use crate::net::body::{BoxError, TooLarge};
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body::Frame;
use std::io::Read;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The size, in bytes, below which packing an answer is not worth the work: it fits into the packet of its
/// head.
const LEAST: usize = 1 << 10;

/// The compression of a request's body.
///
/// # Errors
/// 415 when it is not an accepted one; `accept-encoding` in the answer lists those that are.
pub(super) fn of_request(headers: &HeaderMap, taken: Compressions) -> Result<Option<Compression>, Failure> {
    if !headers.contains_key(CONTENT_ENCODING) {
        return Ok(None);
    }
    let values = headers.get_all(CONTENT_ENCODING).iter().map(|value| value.to_str().unwrap_or("?"));
    let names: Vec<&str> = values.flat_map(codings).collect();
    match names.as_slice() {
        [] => Ok(None),
        [name] => taken.named(name).map(Some).ok_or_else(|| not_taken(name, taken)),
        several => Err(not_taken(&several.join(", "), taken)),
    }
}

/// Refuses a packed body, for calls where none is allowed.
pub(super) fn none_of_request(headers: &HeaderMap) -> Result<(), Failure> {
    of_request(headers, Compressions::default()).map(drop)
}

fn not_taken(name: &str, taken: Compressions) -> Failure {
    let names: Vec<&str> = taken.iter().map(Compression::name).collect();
    let names = names.join(", ");
    let text = match names.as_str() {
        "" => format!("content encoding `{name}` is not accepted here: send the body as it is"),
        names => format!("content encoding `{name}` is not accepted here: use one of {names}, or none"),
    };
    let mut failure = Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Status::invalid_argument(text));
    // RFC 7694, section 3, asks for this header. The names are our own, all ASCII.
    let names = if names.is_empty() { "identity".to_owned() } else { names };
    if let Ok(names) = HeaderValue::try_from(names) {
        failure.add_header(ACCEPT_ENCODING, names);
    }
    failure
}

fn is_named(name: &str, compression: Compression) -> bool {
    // `x-gzip` is an old name of `gzip` (RFC 9110, section 8.4.1.3).
    let name = if name.eq_ignore_ascii_case("x-gzip") { "gzip" } else { name };
    name.eq_ignore_ascii_case(compression.name())
}

/// Unpacks a body of at most `limit` bytes.
///
/// # Errors
/// The error for a body that is too large, as soon as its size is known; `invalid_argument` when it does not
/// have this compression.
pub(super) fn unpack(compression: Compression, packed: &[u8], limit: usize) -> Result<Bytes, Status> {
    let mut whole = Vec::new();
    let unpacked = codecs::unpacking(compression, packed)
        .and_then(|packed| packed.take(limit as u64 + 1).read_to_end(&mut whole));
    match unpacked {
        Ok(size) if size > limit => {
            Err(TooLarge::status(format!("the body unpacks to more than {limit} bytes, the limit")))
        }
        Ok(_) => Ok(whole.into()),
        Err(error) => Err(Status::invalid_argument(format!("the body is not valid {compression}: {error}"))),
    }
}

/// The compression that the caller prefers for the answer; of equal ones, the first of ours.
pub(super) fn accepted(headers: &HeaderMap, offered: Compressions) -> Option<Compression> {
    if offered.is_empty() {
        return None;
    }
    let values = || headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let quality = |is: &dyn Fn(&str) -> bool| {
        values().flat_map(ranges).find(|(name, _)| is(name)).map(|(_, quality)| quality)
    };
    let any = quality(&|name| name == "*");
    let plain = quality(&|name| name.eq_ignore_ascii_case("identity"));
    let mut best = (0, None);
    for compression in offered.iter() {
        let quality = quality(&|name| is_named(name, compression)).or(any).unwrap_or(0);
        if quality > best.0 {
            best = (quality, Some(compression));
        }
    }
    best.1.filter(|_| plain.is_none_or(|plain| plain <= best.0))
}

/// Packs an answer, if the caller asks for it and it is of use. `Vary` tells caches what the answer depends
/// on.
pub(super) fn pack(
    mut response: Response<Body>,
    asked: Option<Compression>,
    offered: Compressions,
) -> Response<Body> {
    if offered.is_empty() {
        return response;
    }
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    let Some(compression) = asked.filter(|_| may_be_packed(headers)) else { return response };
    let (mut parts, body) = response.into_parts();
    let (body, is_packed) = pack_body(body, compression);
    if is_packed {
        parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static(compression.name()));
    }
    Response::from_parts(parts, body)
}

/// Whether an answer may be packed. It may not if a handler packed it or forbids changes. Events may not
/// either, because some proxies and browsers delay packed ones.
fn may_be_packed(headers: &HeaderMap) -> bool {
    let is_events = headers.get(CONTENT_TYPE).is_some_and(|content| content == "text/event-stream");
    let is_fixed = headers
        .get_all(CACHE_CONTROL)
        .iter()
        .any(|value| value.to_str().is_ok_and(|text| text.contains("no-transform")));
    !is_events && !is_fixed && !headers.contains_key(CONTENT_ENCODING)
}

fn pack_body(body: Body, compression: Compression) -> (Body, bool) {
    match body.into_full() {
        Ok(whole) if whole.len() < LEAST => (Body::full(whole), false),
        Ok(whole) => match codecs::pack(compression, &whole) {
            Ok(packed) if packed.len() < whole.len() => (Body::full(packed), true),
            _ => (Body::full(whole), false),
        },
        Err(stream) => match codecs::packing(compression) {
            Ok(packing) => {
                (Body::boxed(Packed { inner: Some(stream), packing: Some(packing), trailers: None }), true)
            }
            Err(_) => (stream, false),
        },
    }
}

/// A stream whose pieces are packed as they come, and can be read as they come.
struct Packed {
    /// The body; `None` once it has ended.
    inner: Option<Body>,
    packing: Option<Box<dyn Packing>>,
    trailers: Option<HeaderMap>,
}

impl Packed {
    /// The last packed bytes, then the trailers.
    fn last(&mut self) -> Option<Result<Frame<Bytes>, BoxError>> {
        self.inner = None;
        match self.packing.take().map(Packing::finish) {
            Some(Ok(end)) if !end.is_empty() => Some(Ok(Frame::data(end.into()))),
            Some(Err(error)) => Some(Err(error.into())),
            _ => self.trailers.take().map(|trailers| Ok(Frame::trailers(trailers))),
        }
    }
}

impl http_body::Body for Packed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        loop {
            let Some(inner) = &mut this.inner else { return Poll::Ready(this.last()) };
            match ready!(Pin::new(inner).poll_frame(cx)) {
                None => return Poll::Ready(this.last()),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => {
                        let Some(packing) = &mut this.packing else { continue };
                        match packing.pack(&data) {
                            Ok(packed) if packed.is_empty() => {}
                            Ok(packed) => return Poll::Ready(Some(Ok(Frame::data(packed.into())))),
                            Err(error) => return Poll::Ready(Some(Err(error.into()))),
                        }
                    }
                    Err(frame) => {
                        this.trailers = frame.into_trailers().ok();
                        return Poll::Ready(this.last());
                    }
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    fn headers(accept: &[&'static str]) -> HeaderMap {
        accept.iter().map(|value| (ACCEPT_ENCODING, HeaderValue::from_static(value))).collect()
    }

    #[cfg(all(feature = "gzip", feature = "brotli"))]
    #[test]
    fn the_callers_preference_goes_before_ours() {
        let offered = [Compression::Gzip, Compression::Deflate, Compression::Brotli].into_iter().collect();
        for (accept, expected) in [
            (&[][..], None),
            (&[""], None),
            (&["gzip"], Some(Compression::Gzip)),
            (&["X-GZIP"], Some(Compression::Gzip)),
            (&["br, gzip"], Some(Compression::Gzip)),
            (&["gzip;q=0.5, br;q=0.8"], Some(Compression::Brotli)),
            (&["gzip;q=0.5", "deflate"], Some(Compression::Deflate)),
            (&["*"], Some(Compression::Gzip)),
            (&["gzip;q=0, *;q=0.1"], Some(Compression::Deflate)),
            (&["gzip;q=0"], None),
            (&["identity, gzip;q=0.5"], None),
            (&["identity;q=0.5, gzip"], Some(Compression::Gzip)),
            (&["zstd, identity;q=0"], None),
        ] {
            assert_eq!(accepted(&headers(accept), offered), expected, "{accept:?}");
        }
        assert_eq!(accepted(&headers(&["gzip"]), Compressions::default()), None);
    }

    #[tokio::test]
    async fn every_piece_of_a_stream_can_be_read_when_it_comes() {
        for compression in Compressions::built_in().iter() {
            let mut packing = codecs::packing(compression).expect("a codec");
            let mut packed = packing.pack(b"one piece, ").expect("packed");
            let mut start = [0; 11];
            let mut unpacking = codecs::unpacking(compression, &packed).expect("sound");
            unpacking.read_exact(&mut start).expect("what has come");
            assert_eq!(&start, b"one piece, ", "{compression}");
            drop(unpacking);
            packed.extend(packing.pack(b"another").expect("packed"));
            packed.extend(packing.finish().expect("an end"));
            if !matches!(compression, Compression::Zstd | Compression::Snappy) {
                assert_eq!(unpack(compression, &packed, 100).expect("sound"), "one piece, another");
            }
        }
    }

    #[cfg(feature = "gzip")]
    #[tokio::test]
    async fn trailers_follow_the_end_of_what_is_packed() {
        let trailers = headers(&["x"]);
        let body = Body::with_trailers(Bytes::from_static(b"items"), trailers.clone());
        let (body, is_packed) = pack_body(body, Compression::Gzip);
        let collected = body.collect().await.expect("a body");
        assert!(is_packed && collected.trailers() == Some(&trailers));
        assert_eq!(unpack(Compression::Gzip, &collected.to_bytes(), 100).expect("sound"), "items");
    }
}
