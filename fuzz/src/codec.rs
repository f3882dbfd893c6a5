//! The codecs, on a schema with every kind of field: protobuf against JSON, against prost, and against their own budget.

use bytes::Bytes;
use polywire::{JsonOptions, Message};
use polywire_codec_tests::{ours, theirs};
use serde::de::DeserializeOwned;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use std::fmt::Debug;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The bytes that decoding may allocate for each byte of input. Two bytes on the wire may be an element of a list, and
/// a list doubles as it grows.
const PER_BYTE: usize = 1024;
/// The bytes that decoding may allocate for any input.
const AT_LEAST: usize = 64 << 10;

/// The checks of one message, with our type and prost's.
struct Pair {
    protobuf: fn(&[u8]),
    json: fn(&str),
}

macro_rules! pairs {
    ($($name:ident),*) => { [$(Pair {
        protobuf: read_protobuf::<ours::$name, theirs::$name>,
        json: read_json::<ours::$name, theirs::$name>,
    }),*] };
}

const PAIRS: [Pair; 14] = pairs![
    Everything, Scalars, Optionals, Lists, Maps, Tree, Choice, Numbers, Times, Required, Texts, Arrays,
    Foreign, Moments
];

/// Checks the reading of protobuf. The first byte selects the message, the rest is its encoding.
///
/// - A message that is read can be written, and read again, in both encodings. prost reads the same.
/// - A message that only prost reads is refused for a reason that protobuf does not have.
/// - Memory stays in proportion to the input.
pub fn protobuf(data: &[u8]) {
    if let [which, bytes @ ..] = data {
        (PAIRS[usize::from(*which) % PAIRS.len()].protobuf)(bytes);
    }
}

/// Checks the reading of JSON. The first byte selects the message, the rest is its JSON.
///
/// - serde_json reads the same, or refuses the text too.
/// - A message that is read can be written, and read again, in both encodings.
/// - Memory stays in proportion to the input.
pub fn json(data: &[u8]) {
    if let [which, text @ ..] = data
        && let Ok(text) = std::str::from_utf8(text)
    {
        (PAIRS[usize::from(*which) % PAIRS.len()].json)(text);
    }
}

/// Asserts that two messages print alike, with NaN and -0 in them too.
fn same<M: Debug>(one: &M, other: &M, what: &str) {
    let (one, other) = (format!("{one:?}"), format!("{other:?}"));
    assert_eq!(one, other, "{what}");
}

fn read_protobuf<O: Message + Debug, T: prost::Message + Default>(bytes: &[u8]) {
    let whole = Bytes::copy_from_slice(bytes);
    match bounded(bytes.len(), || O::decode(whole.clone())) {
        Ok(message) => {
            agrees_with_prost::<O, T>(&message, bytes);
            written_again(&message);
        }
        Err(error) => {
            assert!(!error.what().is_empty());
            let excused = EXCUSES.iter().any(|excuse| error.what().contains(excuse));
            assert!(excused || T::decode(bytes).is_err(), "prost reads it, and we say: {error}");
        }
    }
}

/// The reasons to refuse a message that prost reads: types narrower than protobuf's, required values, limits of our own,
/// and tags longer than they need be. Google's parsers refuse such tags too.
const EXCUSES: [&str; 13] = [
    "a tag of more than five bytes",
    "is out of range",
    "out of range for",
    "is required but absent",
    "a map entry has no key",
    "is not a value of",
    "is not a UUID",
    "is not a decimal number",
    "is infinite or no number",
    "bytes, not",
    "elements, not",
    "nests deeper than 64 levels",
    "comes in too many pieces",
];

fn agrees_with_prost<O: Message + Debug, T: prost::Message + Default>(message: &O, bytes: &[u8]) {
    let theirs = T::decode(bytes).unwrap_or_else(|error| panic!("prost: {error}: {message:?}"));
    let again =
        O::decode(theirs.encode_to_vec().into()).unwrap_or_else(|error| panic!("{error}: {message:?}"));
    // prost leaves a negative zero out.
    let text = |message: &O| format!("{message:?}").replace("-0.0", "0.0");
    assert_eq!(text(message), text(&again));
}

/// Writes a message in both encodings, and reads it back.
fn written_again<O: Message + Debug>(message: &O) {
    let bytes = message.encode();
    let back = O::decode(bytes.clone()).unwrap_or_else(|error| panic!("{error}: {message:?}"));
    same(&back, message, "protobuf");
    assert_eq!(back.encode(), bytes);
    let options = JsonOptions::default();
    let text = options.write(message).unwrap_or_else(|error| panic!("{error}: {message:?}"));
    let back: O = options.read(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    same(&back, message, &text);
}

fn read_json<O: Message + DeserializeOwned + Debug, T: prost::Message + Default>(text: &str) {
    let read: Result<O, _> = bounded(text.len(), || JsonOptions::default().read(text));
    match read {
        Ok(message) => {
            let theirs: O = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
            same(&message, &theirs, text);
            written_again(&message);
            agrees_with_prost::<O, T>(&message, &message.encode());
        }
        Err(error) => {
            assert!(!error.what().is_empty());
            assert!(
                serde_json::from_str::<O>(text).is_err(),
                "serde_json reads it, and we say: {error}: {text}"
            );
        }
    }
}

/// Runs `read`, and asserts that its memory is in proportion to `size`.
fn bounded<T>(size: usize, read: impl FnOnce() -> T) -> T {
    let before = ALLOCATOR.stats().bytes_allocated;
    let value = read();
    let allocated = ALLOCATOR.stats().bytes_allocated - before;
    assert!(allocated <= AT_LEAST + PER_BYTE * size, "{allocated} bytes allocated for {size}");
    value
}
