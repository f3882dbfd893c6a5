//! Messages with a few bytes for each element, as large as a transport allows: refused before they fill the
//! memory.
#![allow(unused_crate_dependencies)]
#![cfg(target_os = "linux")]

use polywire::Message;
use polywire_codec_tests::ours::{Everything, Lists, Maps, Tree};

/// The largest that this process has been, in MiB.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("procfs");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("VmHWM");
    let kib: usize = line.split_whitespace().nth(1).and_then(|size| size.parse().ok()).expect("a size");
    kib / 1024
}

/// 4 MiB of this, over and over.
fn full(piece: &[u8]) -> Vec<u8> {
    piece.repeat((4 << 20) / piece.len())
}

#[test]
fn small_elements_do_not_become_large_messages() {
    let before = peak();
    let too_many = "holds more than 100000 elements";
    // Empty submessages, map entries and strings: two bytes each.
    for field in [0x1a, 0x22] {
        assert_eq!(Tree::decode(full(&[field, 0]).into()).expect_err("too many").what(), too_many);
    }
    // Not 5 and 6: an empty entry of these lacks a part that a value must have.
    for field in [1, 2, 3, 4, 7, 8_u8] {
        assert_eq!(Maps::decode(full(&[field << 3 | 2, 0]).into()).expect_err("too many").what(), too_many);
    }
    for field in [9, 10_u8] {
        assert_eq!(Lists::decode(full(&[field << 3 | 2, 0]).into()).expect_err("too many").what(), too_many);
    }
    // A packed list: a byte for each element.
    let mut packed = vec![0x0a];
    let zeros = vec![0; (4 << 20) - 8];
    prost::encoding::encode_varint(zeros.len() as u64, &mut packed);
    packed.extend_from_slice(&zeros);
    assert_eq!(Lists::decode(packed.into()).expect_err("too many").what(), too_many);
    // The same in JSON, a mebibyte of it.
    for (open, item, close) in
        [("{\"children\":[", "{},", "{}]}"), ("{\"byName\":{", "\"%\":{},", "\"\":{}}}")]
    {
        let mut text = open.to_owned();
        let mut number = 0;
        while text.len() < 1 << 20 {
            text.push_str(&item.replace('%', &format!("{number:x}")));
            number += 1;
        }
        text.push_str(close);
        let error = serde_json::from_str::<Tree>(&text).err().map(|error| error.to_string());
        assert!(number < 100_000 || error.is_some_and(|text| text.contains(too_many)));
    }
    let grown = peak() - before;
    assert!(grown < 64, "{grown} MiB for messages of 4 MiB");
}

#[test]
fn a_message_in_a_million_pieces_is_not_built_a_million_times() {
    // A singular message with a text of 2 MiB, then empty pieces to merge: each merge would write the text
    // again.
    let text = vec![b'x'; 2 << 20];
    let (mut inner, mut bytes) = (Vec::new(), Vec::new());
    prost::encoding::bytes::encode(1, &text, &mut inner);
    prost::encoding::bytes::encode(5, &inner, &mut bytes);
    bytes.extend_from_slice(&[0x2a, 0].repeat(1 << 20));
    let error = Everything::decode(bytes.into()).expect_err("too many pieces");
    assert_eq!(error.to_string(), "field `tree`: comes in too many pieces (at byte 2097180)");
}
