//! JSON against Python's json_format: each reads what the other writes, and both write the same.

use polywire::Message;
use polywire_codec_tests::judge::Judge;
use polywire_codec_tests::ours;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::cell::RefCell;
use std::fmt::Debug;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that Python wrote, written again by us: its maps have an order of their own.
fn ordered<M: Message>(hex_text: &Value) -> String {
    let text = hex_text.as_str().unwrap_or_else(|| panic!("{hex_text}"));
    let byte = |pair: &[u8]| u8::from_str_radix(&String::from_utf8_lossy(pair), 16).expect("hex");
    let bytes: Vec<u8> = text.as_bytes().chunks(2).map(byte).collect();
    let size = bytes.len();
    let ours = M::decode(bytes.into()).expect("what Python writes").encode();
    assert_eq!(ours.len(), size, "{text}");
    hex(&ours)
}

/// Whether two values are the same. Python writes more digits than a small `float` needs, so numbers are
/// compared as floats. The bytes show any loss in a double.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64().map(|a| a as f32) == b.as_f64().map(|b| b as f32),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}

/// Python reads our bytes and our JSON as the same message, and writes both as we do; we read what it writes.
fn agree<M: Message + Serialize + DeserializeOwned + Debug>(python: &mut Judge, message: &M) {
    let name = &M::NAME.name;
    let bytes = hex(&message.encode());
    let json = serde_json::to_string(message).expect("JSON");
    let parsed: Value = serde_json::from_str(&json).expect("JSON");
    for answer in [python.read_bytes(name, &bytes), python.read_json(name, &json)] {
        assert!(answer["error"].is_null(), "{answer}: {message:?}");
        assert_eq!(ordered::<M>(&answer["hex"]), bytes, "{answer}: {message:?}");
        assert!(same(&answer["json"], &parsed), "Python: {}, ours: {parsed}", answer["json"]);
        let read: M = serde_json::from_str(&answer["json"].to_string()).expect("what Python writes");
        assert_eq!(hex(&read.encode()), bytes, "{read:?} was {message:?}");
    }
    let read: M = serde_json::from_str(&json).expect("what we write");
    assert_eq!(hex(&read.encode()), bytes, "{read:?} was {message:?}");
}

fn check<M: Message + Serialize + DeserializeOwned + Arbitrary + Debug>() {
    let python = RefCell::new(Judge::python());
    let mut runner = TestRunner::new(Config { cases: 128, failure_persistence: None, ..Config::default() });
    let result = runner.run(&any::<M>(), |message| {
        agree(&mut python.borrow_mut(), &message);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn scalars() {
    check::<ours::Scalars>();
}

#[test]
fn optionals() {
    check::<ours::Optionals>();
}

#[test]
fn lists() {
    check::<ours::Lists>();
}

#[test]
fn maps() {
    check::<ours::Maps>();
}

#[test]
fn trees_and_choices() {
    check::<ours::Tree>();
    check::<ours::Choice>();
}

#[test]
fn numbers_and_times() {
    check::<ours::Numbers>();
    check::<ours::Times>();
}

#[test]
fn texts_and_arrays() {
    check::<ours::Texts>();
    check::<ours::Arrays>();
}

#[test]
fn types_of_other_crates() {
    check::<ours::Foreign>();
    check::<ours::Moments>();
}

#[test]
fn everything() {
    check::<ours::Everything>();
}

/// Spellings that JSON allows beside the canonical one: both read the same message from them.
#[test]
fn other_spellings_mean_the_same() {
    let mut python = Judge::python();
    for text in [
        r#"{"uint64":"18446744073709551615","int64":-9223372036854775808}"#,
        r#"{"int32":1e3,"uint32":"4e2","sint32":-0,"fixed64":12.0,"sfixed32":"-7"}"#,
        r#"{"int32":null,"text":null,"data":null,"truth":null,"color":null,"double":null}"#,
        r#"{"float":"NaN","double":"-Infinity"}"#,
        r#"{"float":"1.5","double":"2e-3"}"#,
        r#"{"data":"-_8","shared":"+/8="}"#,
        r#"{"tiny_unsigned":3,"smallUnsigned":4}"#,
        r#"{"color":"COLOR_DEEP_BLUE","level":-1}"#,
        r#"{"color":2,"level":"LEVEL_UNDER"}"#,
        r#"{"text":"\u00e9\ud83d\ude00\n\u0000"}"#,
        "{ \"truth\" :\ttrue\n}",
    ] {
        let ours: ours::Scalars =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let answer = python.read_json("Scalars", text);
        assert_eq!(answer["hex"], Value::from(hex(&ours.encode())), "{text}: {answer}");
    }
}

/// Texts that both refuse.
#[test]
fn both_refuse_what_is_wrong() {
    let mut python = Judge::python();
    for (message, text) in [
        ("Scalars", r#"{"int32":2147483648}"#),
        ("Scalars", r#"{"uint32":-1}"#),
        ("Scalars", r#"{"int64":"9223372036854775808"}"#),
        ("Scalars", r#"{"int32":1.5}"#),
        ("Scalars", r#"{"int32":"one"}"#),
        ("Scalars", r#"{"int32":" 1"}"#),
        ("Scalars", r#"{"int32":true}"#),
        ("Scalars", r#"{"float":3.5e38}"#),
        ("Scalars", r#"{"double":1e999}"#),
        ("Scalars", r#"{"double":""}"#),
        ("Scalars", r#"{"truth":1}"#),
        ("Scalars", r#"{"truth":"true"}"#),
        ("Scalars", r#"{"text":1}"#),
        ("Scalars", r#"{"level":"LEVEL_NONE"}"#),
        ("Scalars", r#"{"text":"a","text":"b"}"#),
        ("Scalars", r#"{"text":"\ud800"}"#),
        ("Scalars", r#"{} {}"#),
        ("Scalars", r#"{"int32":01}"#),
        ("Lists", r#"{"int32":[null]}"#),
        ("Lists", r#"{"int32":3}"#),
        ("Maps", r#"{"byInt32":{"a":""}}"#),
        ("Maps", r#"{"byTruth":{"TRUE":""}}"#),
        ("Maps", r#"{"byText":{"a":null}}"#),
        ("Choice", r#"{"text":"a","truth":true}"#),
        ("Times", r#"{"at":"2026-01-01","took":"1s"}"#),
        ("Times", r#"{"at":"2026-01-01T00:00:00Z","took":"1"}"#),
        ("Times", r#"{"at":"0000-01-01T00:00:00Z","took":"1s"}"#),
    ] {
        let answer = python.read_json(message, text);
        assert!(answer["error"].is_string(), "Python reads {text}: {answer}");
        let ours = match message {
            "Scalars" => serde_json::from_str::<ours::Scalars>(text).err(),
            "Lists" => serde_json::from_str::<ours::Lists>(text).err(),
            "Maps" => serde_json::from_str::<ours::Maps>(text).err(),
            "Choice" => serde_json::from_str::<ours::Choice>(text).err(),
            _ => serde_json::from_str::<ours::Times>(text).err(),
        };
        assert!(ours.is_some(), "we read {text}");
    }
}
