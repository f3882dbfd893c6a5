//! Bytes and text that no encoder made: refused or read, never a panic, never more memory than the limits
//! allow.

use bytes::Bytes;
use polywire::Message;
use polywire_codec_tests::{ours, theirs};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;

/// One change of some bytes.
#[derive(Debug, Clone, proptest_derive::Arbitrary)]
enum Change {
    Set(Index, u8),
    Flip(Index, #[proptest(strategy = "0..8_u8")] u8),
    Insert(Index, u8),
    Remove(Index),
    Truncate(Index),
    Repeat(Index, Index),
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if bytes.is_empty() {
            bytes.push(0);
        }
        let size = bytes.len();
        match change {
            Change::Set(at, byte) => bytes[at.index(size)] = *byte,
            Change::Flip(at, bit) => bytes[at.index(size)] ^= 1 << bit,
            Change::Insert(at, byte) => bytes.insert(at.index(size), *byte),
            Change::Remove(at) => drop(bytes.remove(at.index(size))),
            Change::Truncate(at) => bytes.truncate(at.index(size)),
            Change::Repeat(from, to) => {
                let (from, to) = (from.index(size), to.index(size));
                let piece = bytes[from.min(to)..from.max(to)].to_vec();
                bytes.splice(from..from, piece);
            }
        }
    }
    bytes
}

/// Checks that prost reads the same message wherever we read one, and that an error has a text.
fn survives(bytes: Vec<u8>) {
    match ours::Everything::decode(bytes.clone().into()) {
        Ok(message) => {
            let theirs =
                <theirs::Everything as prost::Message>::decode(bytes.as_slice()).expect("prost reads it");
            let again =
                ours::Everything::decode(prost::Message::encode_to_vec(&theirs).into()).expect("ours again");
            // prost loses a negative zero. The text shows it, and nothing else may differ.
            let text = |message: &ours::Everything| format!("{message:?}").replace("-0.0", "0.0");
            assert_eq!(text(&message), text(&again));
            let stable = ours::Everything::decode(message.encode()).expect("what we write");
            assert_eq!(stable.encode(), message.encode());
        }
        Err(error) => assert!(!error.what().is_empty()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes(bytes in vec(any::<u8>(), 0..256)) {
        survives(bytes);
    }

    #[test]
    fn changed_bytes(message in any::<ours::Everything>(), changes in vec(any::<Change>(), 1..6)) {
        survives(changed(message.encode().to_vec(), &changes));
    }

    #[test]
    fn arbitrary_text(text in ".*") {
        if let Ok(message) = serde_json::from_str::<ours::Everything>(&text) {
            prop_assert_eq!(message.encode(), Bytes::new());
        }
    }

    #[test]
    fn changed_text(message in any::<ours::Everything>(), changes in vec(any::<Change>(), 1..6)) {
        let text = changed(serde_json::to_vec(&message).expect("JSON"), &changes);
        if let Ok(message) = serde_json::from_slice::<ours::Everything>(&text) {
            let again = serde_json::to_vec(&message).expect("JSON");
            let again = serde_json::from_slice::<ours::Everything>(&again).expect("what we write");
            prop_assert_eq!(again.encode(), message.encode());
        }
    }
}

#[test]
fn every_prefix_of_a_message_is_read_or_refused() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..8 {
        let message = any::<ours::Everything>().new_tree(&mut runner).expect("a message").current();
        let bytes = message.encode();
        for end in 0..bytes.len().min(2_048) {
            survives(bytes[..end].to_vec());
        }
    }
}

/// A chain of trees, one in the other.
fn chain(levels: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..levels {
        let mut outer = Vec::new();
        prost::encoding::bytes::encode(2, &bytes, &mut outer);
        bytes = outer;
    }
    bytes
}

#[test]
fn nesting_ends_at_64_levels() {
    let error = |levels| ours::Tree::decode(chain(levels).into()).err().map(|error| error.what().to_owned());
    assert_eq!(error(64), None);
    assert_eq!(error(65).as_deref(), Some("nests deeper than 64 levels"));
    assert_eq!(error(2_000).as_deref(), Some("nests deeper than 64 levels"));

    let json = |levels: usize| format!("{}{{}}{}", "{\"next\":".repeat(levels), "}".repeat(levels));
    let error =
        |levels| serde_json::from_str::<ours::Tree>(&json(levels)).err().map(|error| error.to_string());
    assert_eq!(error(63), None);
    assert!(error(64).is_some_and(|text| text.contains("nests deeper than 64 levels")));
    assert!(error(100_000).is_some_and(|text| text.contains("nests deeper than 64 levels")));
}

#[test]
fn groups_in_unknown_fields_end_at_64_levels() {
    let open = [0xb3, 0x3e].repeat(1 << 20);
    let error = ours::Everything::decode(open.into()).expect_err("too deep");
    assert_eq!(error.what(), "nests deeper than 64 levels");
}

#[test]
fn a_length_that_reaches_past_the_end_is_refused_before_anything_is_reserved() {
    for length in [2_u64, 1 << 20, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 62, u64::MAX] {
        for field in 1..=14_u64 {
            let mut bytes = Vec::new();
            prost::encoding::encode_varint(field << 3 | 2, &mut bytes);
            prost::encoding::encode_varint(length, &mut bytes);
            bytes.push(0);
            let error = ours::Lists::decode(bytes.into()).expect_err("too long");
            assert!(error.what().contains("reaches past the end"), "{error}");
        }
    }
}
