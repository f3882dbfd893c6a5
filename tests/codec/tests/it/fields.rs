//! Fields with more than a type: newtypes, defaults, skipped fields and unknown fields.

use bytes::Bytes;
use polywire::{Message, UnknownFields};
use polywire_codec_tests::{ours, theirs};
use proptest::prelude::*;
use proptest_derive::Arbitrary;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Message, Arbitrary)]
struct OrderId(i64);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Message, Arbitrary)]
struct Name(String);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Message, Arbitrary)]
struct Offset(#[field(as = "sint32")] i32);

#[derive(Debug, Clone, PartialEq, Message, Arbitrary)]
struct Shade(ours::Level);

#[derive(Debug, Clone, PartialEq, Message, Arbitrary)]
struct Wrapped(ours::Leaf);

#[derive(Debug, Clone, PartialEq, Message, Arbitrary)]
struct Twice(OrderId);

#[derive(Debug, Clone, PartialEq, Message, Arbitrary)]
struct Newtypes {
    id: OrderId,
    parent: Option<OrderId>,
    #[proptest(strategy = "proptest::collection::vec(any::<OrderId>(), 0..4)")]
    related: Vec<OrderId>,
    #[proptest(strategy = "proptest::collection::btree_map(any::<OrderId>(), any::<Name>(), 0..3)")]
    by_id: BTreeMap<OrderId, Name>,
    #[proptest(strategy = "proptest::collection::btree_map(any::<Offset>(), any::<Twice>(), 0..3)")]
    #[field(7)]
    by_offset: BTreeMap<Offset, Twice>,
    #[field(8)]
    shade: Shade,
    #[field(9)]
    wrapped: Wrapped,
    #[field(10)]
    offsets: [Offset; 2],
}

/// The same, with what the newtypes hold.
#[derive(Debug, Clone, PartialEq, Message)]
struct Plain {
    id: i64,
    parent: Option<i64>,
    related: Vec<i64>,
    by_id: BTreeMap<i64, String>,
    #[field(7, key = "sint32")]
    by_offset: BTreeMap<i32, i64>,
    #[field(8)]
    shade: ours::Level,
    #[field(9)]
    wrapped: ours::Leaf,
    #[field(10, as = "sint32")]
    offsets: [i32; 2],
}

fn plain(message: &Newtypes) -> Plain {
    Plain {
        id: message.id.0,
        parent: message.parent.as_ref().map(|id| id.0),
        related: message.related.iter().map(|id| id.0).collect(),
        by_id: message.by_id.iter().map(|(id, name)| (id.0, name.0.clone())).collect(),
        by_offset: message.by_offset.iter().map(|(offset, twice)| (offset.0, twice.0.0)).collect(),
        shade: message.shade.0,
        wrapped: message.wrapped.0.clone(),
        offsets: message.offsets.clone().map(|offset| offset.0),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_newtype_is_what_it_holds_on_the_wire_and_in_json(message in any::<Newtypes>()) {
        let plain = plain(&message);
        prop_assert_eq!(message.encode(), plain.encode());
        prop_assert_eq!(Newtypes::decode(plain.encode()).expect("what it holds"), message.clone());
        let json = serde_json::to_string(&plain).expect("JSON");
        prop_assert_eq!(serde_json::to_string(&message).expect("JSON"), json.clone());
        prop_assert_eq!(serde_json::from_str::<Newtypes>(&json).expect("what it holds"), message);
    }

    #[test]
    fn unknown_fields_are_written_as_they_came(message in any::<ours::Everything>()) {
        let bytes = message.encode();
        let kept = Narrow::decode(bytes.clone()).expect("a narrower type");
        let again = kept.encode();
        prop_assert_eq!(again.len(), bytes.len());
        let read = ours::Everything::decode(again).expect("everything again");
        prop_assert_eq!(read.encode(), bytes);
    }
}

/// [`ours::Everything`] of long ago.
#[derive(Debug, Clone, PartialEq, Message)]
struct Narrow {
    #[field(2)]
    optionals: Option<NarrowOptionals>,
    #[unknown_fields]
    rest: UnknownFields,
}

#[derive(Debug, Clone, PartialEq, Message)]
struct NarrowOptionals {
    #[unknown_fields]
    rest: UnknownFields,
}

#[test]
fn unknown_fields_keep_their_bytes_and_order_groups_too() {
    // 20: a varint; 21: a group with a field and a group in it; 20 again; 22: text; 23 and 24: fixed.
    let unknown = [
        &[0xa0, 1, 0xff, 1][..],
        &[0xab, 1, 8, 1, 0x13, 0x14, 0xac, 1],
        &[0xa0, 1, 0],
        &[0xb2, 1, 2, b'h', b'i'],
        &[0xbd, 1, 1, 2, 3, 4],
        &[0xc1, 1, 1, 2, 3, 4, 5, 6, 7, 8],
    ]
    .concat();
    let read = Narrow::decode(Bytes::from(unknown.clone())).expect("unknown fields");
    assert_eq!(read.rest.as_bytes(), unknown);
    assert_eq!(read.encode(), unknown);
    assert_eq!(serde_json::to_string(&read).expect("JSON"), "{}");
    assert!(serde_json::from_str::<Narrow>(r#"{"other":1}"#).expect("JSON").rest.is_empty());
    // Half a field is no field.
    assert!(Narrow::decode(Bytes::from(unknown[..unknown.len() - 1].to_vec())).is_err());
    // A message that is read in two pieces keeps the unknown fields of both.
    let inner = theirs::Optionals { int32: Some(1), ..Default::default() };
    let whole = theirs::Everything { optionals: Some(inner), ..Default::default() };
    let piece = prost::Message::encode_to_vec(&whole);
    let twice = Narrow::decode(Bytes::from([piece.clone(), piece].concat())).expect("two pieces");
    assert_eq!(twice.optionals.map(|kept| kept.rest.as_bytes().to_vec()), Some(vec![0x10, 1, 0x10, 1]));
    assert!(!Narrow::SCHEMA.fields.iter().any(|field| field.name == "rest"));
}

#[derive(Debug, Clone, PartialEq, Message)]
struct Page {
    #[field(default = 20)]
    size: i32,
    #[field(default = "title")]
    order: String,
    #[field(default = -1.5)]
    weight: f64,
    #[field(default)]
    leaf: ours::Leaf,
    #[field(default)]
    level: ours::Level,
    #[field(skip)]
    cached: Option<std::num::NonZeroU8>,
    last: i32,
}

fn page(size: i32, order: &str, weight: f64) -> Page {
    let (leaf, level) = (ours::Leaf::default(), ours::Level::default());
    Page { size, order: order.to_owned(), weight, leaf, level, cached: None, last: 0 }
}

#[test]
fn a_default_stands_for_what_does_not_arrive_and_a_zero_arrives() {
    let defaults = page(20, "title", -1.5);
    assert_eq!(Page::decode(Bytes::new()), Ok(defaults.clone()));
    for json in ["{}", r#"{"size":null,"order":null,"weight":null,"leaf":null,"level":null}"#] {
        assert_eq!(serde_json::from_str::<Page>(json).expect("defaults"), defaults);
    }
    let zeros = page(0, "", 0.0);
    assert_eq!(Page::decode(zeros.encode()), Ok(zeros.clone()));
    let json = serde_json::to_string(&zeros).expect("JSON");
    assert_eq!(
        json,
        r#"{"size":0,"order":"","weight":0.0,"leaf":{"id":0,"label":""},"level":"LEVEL_LOW","last":0}"#
    );
    assert_eq!(serde_json::from_str::<Page>(&json).expect("zeros"), zeros);
}

#[test]
fn what_is_skipped_is_on_no_wire_and_has_no_number() {
    let mut message = page(1, "a", 1.0);
    let bytes = message.encode();
    message.cached = std::num::NonZeroU8::new(7);
    assert_eq!(message.encode(), bytes);
    assert!(!serde_json::to_string(&message).expect("JSON").contains("cached"));
    let names: Vec<_> = Page::SCHEMA.fields.iter().map(|field| (&*field.name, field.number)).collect();
    assert_eq!(names, [("size", 1), ("order", 2), ("weight", 3), ("leaf", 4), ("level", 5), ("last", 6)]);
    assert_eq!(serde_json::from_str::<Page>(r#"{"cached":3}"#).expect("passed over").cached, None);
}
