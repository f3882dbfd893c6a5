//! The fuzz target of envelopes, and of the end of a response in each protocol.

use super::compression::Encoding;
use super::connect::Connect;
use super::dialect::{Dialect, End, Ended};
use super::envelope::{Envelopes, Framer, PREFIX, Source};
use super::native::Grpc;
use super::web::GrpcWeb;
use crate::call::compression::Compression;
use crate::call::metadata::Metadata;
use crate::call::status::{Result, Status};
use crate::waist::handler::Frame as _;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue};
use http_body::{Body, Frame};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// The largest message that is accepted, in bytes.
const LIMIT: usize = 16 << 10;

/// Reads a byte of options, a byte that says how the body is cut, then the body, and checks three promises.
///
/// The same messages come out of a body, however it is cut, and each is within the limit. Messages that are
/// framed again are read again. The end of a call that a peer writes stays the same when we write it.
pub fn envelopes(data: &[u8]) {
    let [options, cut, body @ ..] = data else { return };
    let encoding = if options & 1 == 0 { Encoding::Identity } else { Encoding::Packed(Compression::Gzip) };
    let form = if options & 2 == 0 { Form::Binary } else { Form::Base64 };
    let whole = read(vec![Bytes::copy_from_slice(body)], encoding, form);
    let pieces = read(pieces(body, *cut), encoding, form);
    assert_same(&whole, &pieces, form);
    for message in whole.messages.iter().chain(&pieces.messages) {
        assert!(message.len() <= LIMIT);
    }
    again(&whole.messages, encoding, *cut);
    ends(options >> 2, body);
}

/// The form in which a body carries envelopes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Binary,
    Base64,
}

/// The result of reading a body.
#[derive(Debug, PartialEq)]
struct Outcome {
    messages: Vec<Bytes>,
    error: Option<Status>,
}

/// A body in pieces, all of them ready.
struct Pieces(VecDeque<Bytes>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|piece| Ok(Frame::data(piece))))
    }
}

impl Source for Pieces {
    fn broken(error: Infallible) -> Status {
        match error {}
    }
    fn malformed(text: String) -> Status {
        Status::invalid_argument(text)
    }
}

/// Cuts the body into pieces whose sizes follow from `cut`.
fn pieces(mut body: &[u8], cut: u8) -> Vec<Bytes> {
    let mut state = u32::from(cut);
    let mut pieces = Vec::new();
    while !body.is_empty() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let size = match cut {
            0 => 1,
            _ => (state >> 24) as usize % (usize::from(cut) + 1),
        };
        let (piece, rest) = body.split_at(size.min(body.len()));
        pieces.push(Bytes::copy_from_slice(piece));
        body = rest;
    }
    pieces
}

fn read(pieces: Vec<Bytes>, encoding: Encoding, form: Form) -> Outcome {
    let mut envelopes = Envelopes::new(Pieces(pieces.into()), encoding, LIMIT);
    if form == Form::Base64 {
        envelopes = envelopes.in_base64();
    }
    let mut cx = Context::from_waker(Waker::noop());
    let mut messages = Vec::new();
    loop {
        match envelopes.poll_message(&mut cx) {
            Poll::Pending => panic!("every piece is there"),
            Poll::Ready(Ok(Some(message))) => messages.push(message),
            Poll::Ready(Ok(None)) => return Outcome { messages, error: None },
            Poll::Ready(Err(error)) => return Outcome { messages, error: Some(error) },
        }
    }
}

/// Compares the results of a whole body and of its pieces. A bad piece of base64 is refused as a whole, so
/// fewer messages may come out before the fault.
fn assert_same(whole: &Outcome, pieces: &Outcome, form: Form) {
    match form {
        Form::Binary => assert_eq!(whole, pieces),
        Form::Base64 => {
            assert_eq!(whole.error.is_some(), pieces.error.is_some(), "{whole:?} {pieces:?}");
            let common = whole.messages.len().min(pieces.messages.len());
            assert_eq!(whole.messages[..common], pieces.messages[..common]);
            assert!(whole.error.is_some() || whole.messages.len() == pieces.messages.len());
        }
    }
}

/// Frames messages, plain or packed, and checks that they are read as they were.
fn again(messages: &[Bytes], encoding: Encoding, cut: u8) {
    let mut buf = BytesMut::new();
    let mut framer = Framer::new(encoding, LIMIT);
    for message in messages {
        framer.begin(&mut buf);
        buf.extend_from_slice(message);
        framer.end(&mut buf);
        assert_eq!(framer.verdict(), Ok(()));
    }
    assert!(buf.len() >= messages.len() * PREFIX);
    let outcome = read(pieces(&buf, cut), encoding, Form::Binary);
    assert_eq!((outcome.messages.as_slice(), outcome.error), (messages, None));
}

/// Reads a peer's end of a call and its timeouts, writes them again, and compares.
fn ends(which: u8, body: &[u8]) {
    let dialect: &dyn Dialect = match which % 3 {
        0 => &Grpc,
        1 => &GrpcWeb,
        _ => &Connect,
    };
    let data = Bytes::copy_from_slice(body);
    let end = match which % 3 {
        // A gRPC-Web trailer block is an easy way to make headers.
        0 => GrpcWeb.read_end(End::Data(data)).map(|ended| End::Trailers(ended.trailers)),
        _ => Some(End::Data(data)),
    };
    if let Some(ended) = end.and_then(|end| dialect.read_end(end)) {
        let back = say_again(dialect, &ended);
        assert_eq!(ended.outcome, back.outcome);
        assert_eq!(ended.trailers, back.trailers);
    }
    if let Ok(value) = HeaderValue::from_bytes(body) {
        let mut headers = HeaderMap::new();
        for name in [super::timeout::GRPC, super::timeout::CONNECT] {
            headers.insert(name, value.clone());
        }
        if let Ok(Some(time)) = dialect.timeout(&headers) {
            let mut written = headers.clone();
            dialect.set_timeout(&mut written, time);
            assert_eq!(dialect.timeout(&written), Ok(Some(time)));
        }
    }
}

fn say_again(dialect: &dyn Dialect, ended: &Ended) -> Ended {
    let outcome = ended.outcome.as_ref().copied();
    let end = match dialect.end(outcome, Metadata::from(ended.trailers.clone())) {
        End::Data(envelope) => {
            let [flags, length @ .., _] = &envelope[..] else { panic!("an envelope without a head") };
            assert!(dialect.is_end(*flags) && length.len() >= PREFIX - 2);
            End::Data(envelope.slice(PREFIX..))
        }
        trailers @ End::Trailers(_) => trailers,
    };
    dialect.read_end(end).unwrap_or_else(|| panic!("what we write of {:?} is no end", ended.outcome))
}
