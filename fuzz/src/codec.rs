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

/// Bytes that decoding may allocate in all: two bytes on the wire may be an element of a list, which doubles as it grows.
const PER_BYTE: usize = 1024;
const AT_LEAST: usize = 64 << 10;

/// One type of ours beside prost's of the same message.
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

/// A byte that says which message, then its protobuf encoding.
///
/// What is read is written as bytes that are read alike, as JSON that is read alike, and is what prost reads; what prost reads
/// and we do not is refused for a reason that protobuf does not have; either way memory stays in proportion to the input.
pub fn protobuf(data: &[u8]) {
    if let [which, bytes @ ..] = data {
        (PAIRS[usize::from(*which) % PAIRS.len()].protobuf)(bytes);
    }
}

/// A byte that says which message, then JSON.
///
/// What is read is what serde_json reads; written again, in each style, it is read alike, and so are its bytes; memory
/// stays in proportion to the input.
pub fn json(data: &[u8]) {
    if let [which, text @ ..] = data
        && let Ok(text) = std::str::from_utf8(text)
    {
        (PAIRS[usize::from(*which) % PAIRS.len()].json)(text);
    }
}

/// NaN and -0 included: what prints alike is the same.
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

/// Why we refuse what prost reads: types narrower than protobuf's, what must be there, limits of our own, and tags that are
/// written longer than they need be, which Google's parsers refuse too.
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

/// Both encodings of a message, and back.
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

/// Runs `read`, and holds it to memory in proportion to `size`.
fn bounded<T>(size: usize, read: impl FnOnce() -> T) -> T {
    let before = ALLOCATOR.stats().bytes_allocated;
    let value = read();
    let allocated = ALLOCATOR.stats().bytes_allocated - before;
    assert!(allocated <= AT_LEAST + PER_BYTE * size, "{allocated} bytes allocated for {size}");
    value
}
