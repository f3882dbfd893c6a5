//! Ours against prost: each reads what the other writes, byte for byte and size for size.

use bytes::Bytes;
use polywire::Message;
use polywire_codec_tests::{ours, theirs};
use proptest::prelude::*;
use prost::encoding;
use std::fmt::Debug;

/// There and back: through prost's type the message stays what it was.
fn crosses<O: Message + Debug, T: prost::Message + Default>(message: &O) -> (Bytes, Vec<u8>) {
    let bytes = message.encode();
    let theirs = T::decode(bytes.clone()).unwrap_or_else(|error| panic!("{error}: {message:?}"));
    let again = prost::Message::encode_to_vec(&theirs);
    assert_eq!(again.len(), theirs.encoded_len());
    let back = O::decode(again.clone().into()).unwrap_or_else(|error| panic!("{error}: {message:?}"));
    assert_eq!(back.encode(), bytes, "{back:?} was {message:?}");
    assert_eq!(format!("{back:?}"), format!("{message:?}"));
    (bytes, again)
}

/// [`crosses`], and both write the same bytes.
fn same<O: Message + Debug, T: prost::Message + Default>(message: &O) {
    let (ours, theirs) = crosses::<O, T>(message);
    assert_eq!(ours, theirs, "{message:?}");
}

/// Two encodings, one after the other, are one message: lists are joined, messages merged, the last scalar and the last
/// member of a oneof win.
fn merges<O: Message + Debug, T: prost::Message + Default>(first: &O, second: &O) {
    let whole = Bytes::from([first.encode(), second.encode()].concat());
    let ours = O::decode(whole.clone()).unwrap_or_else(|error| panic!("{error}: {first:?} {second:?}"));
    let theirs = T::decode(whole).expect("prost reads it");
    let theirs = O::decode(prost::Message::encode_to_vec(&theirs).into()).expect("ours again");
    assert_eq!(format!("{ours:?}"), format!("{theirs:?}"), "{first:?} {second:?}");
}

/// prost leaves a negative zero out as if it were the default. protobuf's own libraries do not, and the differential test
/// (`src/bin/differential`) holds ours to them.
fn without_negative_zero(mut scalars: ours::Scalars) -> ours::Scalars {
    scalars.float += 0.0;
    scalars.double += 0.0;
    scalars
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn scalars(message in any::<ours::Scalars>()) {
        same::<_, theirs::Scalars>(&without_negative_zero(message));
    }

    #[test]
    fn optionals(message in any::<ours::Optionals>()) {
        same::<_, theirs::Optionals>(&message);
    }

    // prost leaves defaults out of a map's entries, and protobuf's own libraries write them. So with maps the
    // bytes differ, and the messages do not.
    #[test]
    fn lists(message in any::<ours::Lists>()) {
        let maps = message.choice.iter().any(|choice| matches!(choice, ours::Choice::Tree(_)));
        if maps { drop(crosses::<_, theirs::Lists>(&message)) } else { same::<_, theirs::Lists>(&message) }
    }

    #[test]
    fn maps(message in any::<ours::Maps>()) {
        crosses::<_, theirs::Maps>(&message);
    }

    #[test]
    fn trees(message in any::<ours::Tree>()) {
        crosses::<_, theirs::Tree>(&message);
    }

    #[test]
    fn choices(message in any::<ours::Choice>()) {
        crosses::<_, theirs::Choice>(&message);
    }

    #[test]
    fn numbers(message in any::<ours::Numbers>()) {
        same::<_, theirs::Numbers>(&message);
    }

    #[test]
    fn times(message in any::<ours::Times>()) {
        same::<_, theirs::Times>(&message);
    }

    #[test]
    fn texts(message in any::<ours::Texts>()) {
        // prost leaves defaults out of a map's entries.
        crosses::<_, theirs::Texts>(&message);
    }

    #[test]
    fn arrays(message in any::<ours::Arrays>()) {
        crosses::<_, theirs::Arrays>(&message);
    }

    #[test]
    fn foreign(message in any::<ours::Foreign>()) {
        crosses::<_, theirs::Foreign>(&message);
    }

    #[test]
    fn moments(message in any::<ours::Moments>()) {
        same::<_, theirs::Moments>(&message);
    }

    #[test]
    fn required(message in any::<ours::Required>()) {
        same::<_, theirs::Required>(&message);
    }

    #[test]
    fn everything(mut message in any::<ours::Everything>()) {
        message.scalars = message.scalars.map(without_negative_zero);
        crosses::<_, theirs::Everything>(&message);
    }

    #[test]
    fn concatenation_merges(mut first in any::<ours::Everything>(), mut second in any::<ours::Everything>()) {
        first.scalars = first.scalars.map(without_negative_zero);
        second.scalars = second.scalars.map(without_negative_zero);
        // Two lists of one length are joined to one of another.
        second.arrays = None;
        // An `IndexMap` keeps the order of two entries, and prost's map does not.
        second.foreign = second.foreign.map(|foreign| ours::Foreign { one: Default::default(), ..foreign });
        merges::<_, theirs::Everything>(&first, &second);
    }

    #[test]
    fn unknown_fields_are_passed_over(message in any::<ours::Optionals>(), text in ".*", number in 1000_u32..18_999) {
        let mut bytes = Vec::new();
        encoding::string::encode(number, &text, &mut bytes);
        encoding::fixed64::encode(number, &7, &mut bytes);
        bytes.extend_from_slice(&message.encode());
        encoding::sfixed32::encode(number, &7, &mut bytes);
        // A group with a field in it, and another group.
        for (number, wire) in [(number, 3), (5, 3), (5, 4), (number, 4)] {
            encoding::encode_varint(u64::from(number) << 3 | wire, &mut bytes);
        }
        let read = ours::Optionals::decode(bytes.into()).expect("read");
        prop_assert_eq!(read.encode(), message.encode());
    }

    #[test]
    fn numbers_may_come_one_by_one(message in any::<ours::Lists>()) {
        let mut bytes = Vec::new();
        let colors: Vec<i32> = theirs::Lists::decode_from(&message).color;
        encoding::bool::encode_repeated(1, &message.truth, &mut bytes);
        encoding::int32::encode_repeated(2, &message.int32, &mut bytes);
        encoding::uint64::encode_repeated(3, &message.uint64, &mut bytes);
        encoding::sint32::encode_repeated(4, &message.sint32, &mut bytes);
        encoding::fixed64::encode_repeated(5, &message.fixed64, &mut bytes);
        encoding::sfixed32::encode_repeated(6, &message.sfixed32, &mut bytes);
        encoding::float::encode_repeated(7, &message.float, &mut bytes);
        encoding::double::encode_repeated(8, &message.double, &mut bytes);
        encoding::int32::encode_repeated(11, &colors, &mut bytes);
        let read = ours::Lists::decode(bytes.into()).expect("read");
        let expected = ours::Lists {
            text: Vec::new(),
            data: Vec::new(),
            required: Vec::new(),
            choice: Vec::new(),
            small: Vec::new(),
            ..message
        };
        prop_assert_eq!(read.encode(), expected.encode());
    }
}

/// prost's type with what ours holds.
trait DecodeFrom {
    fn decode_from(message: &impl Message) -> Self;
}

impl<T: prost::Message + Default> DecodeFrom for T {
    fn decode_from(message: &impl Message) -> Self {
        Self::decode(message.encode()).expect("prost reads it")
    }
}

#[test]
fn a_narrow_integer_that_does_not_fit_is_refused_by_name() {
    for (name, scalars) in [
        ("tiny", theirs::Scalars { tiny: 128, ..Default::default() }),
        ("small", theirs::Scalars { small: -32_769, ..Default::default() }),
        ("tiny_unsigned", theirs::Scalars { tiny_unsigned: 256, ..Default::default() }),
        ("small_unsigned", theirs::Scalars { small_unsigned: 65_536, ..Default::default() }),
    ] {
        let error = ours::Scalars::decode(prost::Message::encode_to_vec(&scalars).into()).expect_err(name);
        assert_eq!(error.field(), name);
        assert!(error.what().contains("is out of range"), "{error}");
    }
}

#[test]
fn an_unknown_number_of_a_closed_enum_is_refused_and_of_an_open_one_kept() {
    let bytes = |scalars| Bytes::from(prost::Message::encode_to_vec(&scalars));
    let error = ours::Scalars::decode(bytes(theirs::Scalars { level: 7, ..Default::default() }))
        .expect_err("level 7");
    assert_eq!(error.to_string(), "field `level`: 7 is not a value of Level (at byte 3)");
    let read = ours::Scalars::decode(bytes(theirs::Scalars { color: 7, level: -1, ..Default::default() }));
    let read = read.expect("both are values");
    assert_eq!((read.color, read.level), (ours::Color::Other(7), ours::Level::Under));
}

#[test]
fn a_required_message_that_is_absent_is_named_with_its_place() {
    let message = theirs::Everything { required: vec![theirs::Required::default()], ..Default::default() };
    let error =
        ours::Everything::decode(prost::Message::encode_to_vec(&message).into()).expect_err("no leaf");
    assert_eq!(error.field(), "required[0].leaf");
    assert!(error.what().contains("required"), "{error}");
}

#[test]
fn an_array_of_another_length_is_refused_by_name() {
    let sound = theirs::Arrays {
        digest: vec![1, 2, 3, 4],
        int32: vec![1, 2, 3],
        sint64: vec![1, 2],
        fixed32: vec![1, 2],
        text: vec![String::new(); 2],
        leaves: vec![theirs::Leaf::default()],
        pairs: Vec::new(),
    };
    let read = |arrays: &theirs::Arrays| ours::Arrays::decode(prost::Message::encode_to_vec(arrays).into());
    assert!(read(&sound).is_ok());
    for (field, what, arrays) in [
        ("digest", "has 3 bytes, not 4", theirs::Arrays { digest: vec![1, 2, 3], ..sound.clone() }),
        ("digest", "is required but absent", theirs::Arrays { digest: Vec::new(), ..sound.clone() }),
        ("int32", "has 4 elements, not 3", theirs::Arrays { int32: vec![1; 4], ..sound.clone() }),
        ("text", "has 0 elements, not 2", theirs::Arrays { text: Vec::new(), ..sound.clone() }),
    ] {
        let error = read(&arrays).expect_err(field);
        assert_eq!((error.field(), error.what()), (field, what));
    }
}

#[test]
fn times_beyond_what_protobuf_allows_are_refused() {
    let moment = |seconds, nanos| theirs::Moments {
        jiff: Some(prost_types::Timestamp { seconds, nanos }),
        ..Default::default()
    };
    let span = |seconds, nanos| theirs::Moments {
        jiff_took: Some(prost_types::Duration { seconds, nanos }),
        ..Default::default()
    };
    for (field, moments) in [
        ("jiff", moment(-62_135_596_801, 0)),
        ("jiff", moment(253_402_300_800, 0)),
        ("jiff", moment(0, -1)),
        ("jiff", moment(0, 1_000_000_000)),
        ("jiff_took", span(315_576_000_001, 0)),
        ("jiff_took", span(1, -1)),
        ("jiff_took", span(0, -1_000_000_000)),
    ] {
        let error = ours::Moments::decode(prost::Message::encode_to_vec(&moments).into()).expect_err(field);
        assert_eq!(error.field(), field);
        assert!(error.what().contains("is out of range"), "{error}");
    }
}

/// chrono has leap seconds, protobuf does not.
#[test]
fn a_leap_second_is_the_second_after() {
    let leap = chrono::DateTime::from_timestamp(1_483_228_799, 1_500_000_000).expect("23:59:60.5");
    let bytes = polywire::wkt::Timestamp { seconds: 1_483_228_800, nanos: 500_000_000 }.encode();
    let mut sound = proptest::strategy::ValueTree::current(
        &any::<ours::Moments>()
            .new_tree(&mut proptest::test_runner::TestRunner::deterministic())
            .expect("a value"),
    );
    sound.chrono = leap;
    let theirs = theirs::Moments::decode_from(&sound);
    assert_eq!(theirs.chrono.map(|at| prost::Message::encode_to_vec(&at)), Some(bytes.to_vec()));
}
