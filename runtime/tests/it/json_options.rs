//! JSON by a caller's own rules: defaults left out, unknown names refused or ignored.

use polywire::{JsonDefaults, JsonOptions, JsonUnknown, Message};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Default, Message)]
struct Shelf {
    id: i64,
    genre: Genre,
    wanted: Option<Genre>,
    genres: Vec<Genre>,
    rooms: BTreeMap<String, Genre>,
    inner: Option<Box<Shelf>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Message)]
enum Genre {
    #[default]
    #[field(0)]
    Unspecified,
    #[field(1)]
    Fiction,
}

fn unknown(unknown: JsonUnknown) -> JsonOptions {
    JsonOptions { unknown, ..JsonOptions::default() }
}

#[test]
fn defaults_are_left_out_when_asked_in_messages_inside_too() {
    let omit = JsonOptions { defaults: JsonDefaults::Omitted, ..JsonOptions::default() };
    let shelf = Shelf {
        id: 7,
        wanted: Some(Genre::Unspecified),
        inner: Some(Box::default()),
        rooms: BTreeMap::from([(String::new(), Genre::Unspecified)]),
        ..Shelf::default()
    };
    let text = omit.write(&shelf).expect("JSON");
    let expected = r#"{"id":"7","wanted":"GENRE_UNSPECIFIED","rooms":{"":"GENRE_UNSPECIFIED"},"inner":{}}"#;
    assert_eq!(text, expected);
    assert_eq!(omit.read::<Shelf>(&text).expect("back"), shelf);
    let canonical = JsonOptions::default().write(&Shelf::default()).expect("JSON");
    assert_eq!(canonical, r#"{"id":"0","genre":"GENRE_UNSPECIFIED","genres":[],"rooms":{}}"#);
}

#[test]
fn unknown_values_are_passed_over_when_asked() {
    let text = r#"{"genre":"NEW","wanted":"NEW","genres":["NEW","GENRE_FICTION"],"rooms":{"a":"NEW","b":"GENRE_FICTION"},"new":1}"#;
    let shelf = unknown(JsonUnknown::FieldsAndValues).read::<Shelf>(text).expect("a shelf");
    let rooms = BTreeMap::from([("b".to_owned(), Genre::Fiction)]);
    assert_eq!(shelf, Shelf { genres: vec![Genre::Fiction], rooms, ..Shelf::default() });
    let error = JsonOptions::default().read::<Shelf>(text).expect_err("they are refused otherwise");
    assert_eq!(error.field(), "genre", "{error}");
}

#[test]
fn unknown_fields_are_refused_when_asked_and_the_rule_ends_with_the_call() {
    let text = r#"{"inner":{"new":1}}"#;
    let error = unknown(JsonUnknown::Refused).read::<Shelf>(text).expect_err("it is refused");
    assert!(error.to_string().contains("Shelf has no such field"), "{error}");
    assert!(JsonOptions::default().read::<Shelf>(text).is_ok());
}
