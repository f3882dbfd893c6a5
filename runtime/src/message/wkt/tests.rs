//! The well-known types in both encodings.

use super::*;
use crate::message::codec::Message;
use std::collections::BTreeMap;

fn both_ways<M: Message + serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(
    message: &M,
    json: &str,
) {
    assert_eq!(serde_json::to_string(message).expect("to JSON"), json);
    assert_eq!(&serde_json::from_str::<M>(json).expect("from JSON"), message, "{json}");
    assert_eq!(&M::decode(message.encode()).expect("from protobuf"), message, "{json}");
}

#[test]
fn each_type_has_its_own_json() {
    both_ways(&Timestamp { seconds: -1, nanos: 500_000_000 }, "\"1969-12-31T23:59:59.500Z\"");
    both_ways(&Duration { seconds: -1, nanos: -500_000_000 }, "\"-1.500s\"");
    both_ways(&Duration { seconds: 0, nanos: -1 }, "\"-0.000000001s\"");
    both_ways(
        &FieldMask { paths: vec!["title".into(), "author.full_name".into()] },
        "\"title,author.fullName\"",
    );
    both_ways(&FieldMask::default(), "\"\"");
    both_ways(&Int64Value { value: 1 << 60 }, "\"1152921504606846976\"");
    both_ways(&BytesValue { value: vec![0xff] }, "\"/w==\"");
    both_ways(&Value::Null, "null");
    let list = ListValue { values: vec![Value::Null, 1.5.into(), "a".into(), true.into()] };
    both_ways(
        &Struct { fields: BTreeMap::from([("list".into(), list.into())]) },
        "{\"list\":[null,1.5,\"a\",true]}",
    );
}

#[test]
fn any_reads_and_writes_what_it_holds() {
    both_ways(
        &Any::pack(&Duration { seconds: 2, nanos: 0 }),
        "{\"@type\":\"type.googleapis.com/google.protobuf.Duration\",\"value\":\"2s\"}",
    );
    both_ways(&Any::pack(&()), "{\"@type\":\"type.googleapis.com/google.protobuf.Empty\"}");
    let older = "{\"@type\":\"type.googleapis.com/google.protobuf.Empty\",\"value\":{}}";
    assert_eq!(serde_json::from_str::<Any>(older).expect("others write a value"), Any::pack(&()));
    both_ways(&Any::default(), "{}");
    let unknown = Any { type_url: "type.googleapis.com/a.B".into(), value: bytes::Bytes::new() };
    assert!(serde_json::to_string(&unknown).is_err_and(|error| error.to_string().contains("wkt::register")));
    assert!(unknown.unpack::<Duration>().is_err());
}

#[test]
fn what_json_cannot_say_is_refused() {
    assert!(serde_json::to_string(&Duration { seconds: 1, nanos: -1 }).is_err());
    assert!(serde_json::to_string(&Timestamp { seconds: i64::MAX, nanos: 0 }).is_err());
    assert!(serde_json::to_string(&FieldMask { paths: vec!["aB".into()] }).is_err());
    assert!(serde_json::to_string(&Value::Number(f64::NAN)).is_err());
    assert!(serde_json::from_str::<FieldMask>("\"a_b\"").is_err());
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    assert!(serde_json::from_str::<Value>(&deep).is_err_and(|error| error.to_string().contains("64 levels")));
}
