//! Reading a message from JSON text. A refused text is read again, to tell why.

use super::{Parser, Refused, note, read_message};
use crate::message::codec::Message;
use crate::message::error::{DecodeError, Step};
use serde_path_to_error::Segment;

/// Reads JSON. When that fails, reads it again and tracks the path, to tell why.
pub(crate) fn decode_json<M: Message>(bytes: &[u8]) -> Result<M, DecodeError> {
    // Checking UTF-8 at once is cheaper than string by string.
    match std::str::from_utf8(bytes) {
        Ok(text) => decode_text(text),
        Err(_) => explain(bytes),
    }
}

/// Reads JSON like [`decode_json`], from valid UTF-8.
pub(crate) fn decode_text<M: Message>(text: &str) -> Result<M, DecodeError> {
    let mut input = Parser::new(text);
    match read_message(&mut input).and_then(|message| input.end().map(|()| message)) {
        Ok(message) => Ok(message),
        Err(Refused) => explain(text.as_bytes()),
    }
}

/// Reads refused JSON again, for an error in serde_json's words.
#[cold]
fn explain<M: Message>(bytes: &[u8]) -> Result<M, DecodeError> {
    struct Whole<M>(M);
    impl<'de, M: Message> serde::Deserialize<'de> for Whole<M> {
        fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
            read_message(input).map(Whole)
        }
    }
    note::take();
    let mut input = serde_json::Deserializer::from_slice(bytes);
    let Whole(message) = serde_path_to_error::deserialize(&mut input).map_err(json_error)?;
    behind(&mut input, bytes).map(|()| message)
}

/// Finds the fault when the message itself is sound: in the text behind it, or in a value that nobody reads.
fn behind<'de>(
    input: &mut serde_json::Deserializer<impl serde_json::de::Read<'de>>,
    bytes: &[u8],
) -> Result<(), DecodeError> {
    input.end().map_err(|error| json_fault(&error))?;
    std::str::from_utf8(bytes).map(drop).map_err(|_| DecodeError::new("is not UTF-8"))
}

fn json_error(traced: serde_path_to_error::Error<serde_json::Error>) -> DecodeError {
    let field = traced.path().to_string();
    let steps = traced.path().iter().filter_map(step);
    let fault = json_fault(traced.inner()).by(steps).noted(note::take());
    if field == "." { fault } else { fault.within(&field) }
}

fn step(segment: &Segment) -> Option<Step> {
    match segment {
        Segment::Seq { index } => Some(Step::Index(*index)),
        Segment::Map { key } => Some(Step::Name(key.clone())),
        // serde never sees a value of ours as a Rust enum.
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// Converts an error of serde_json. Its text ends with the position, which our error holds apart.
pub(crate) fn json_fault(error: &serde_json::Error) -> DecodeError {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    let fault = DecodeError::at_text(error.line(), error.column(), what);
    if error.is_data() { fault } else { fault.of_the_whole() }
}
