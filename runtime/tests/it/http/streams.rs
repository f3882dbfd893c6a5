//! Streams over HTTP/1.1: server-sent events, NDJSON and arrays out, NDJSON in.
#![cfg(all(feature = "http", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::http::client::{Answer, send};
use crate::support::http::{library, server};
use crate::support::serve;
use polywire::Limits;
use serde_json::{Value, json as value};

async fn watch(target: &str, accept: &str) -> Answer {
    send(library().await, &format!("GET {target}"), &[&format!("accept: {accept}")], "").await
}

/// The ids in NDJSON lines, with an error as it is.
fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect(line)).map(|item: Value| pick(&item)).collect()
}

fn pick(item: &Value) -> Value {
    item.get("id").or(item.get("error")).unwrap_or_else(|| panic!("{item}")).clone()
}

fn error() -> Value {
    value!({"code": 15, "message": "broke off", "details": []})
}

#[tokio::test]
async fn events_have_one_message_each_and_an_explicit_end() {
    let answer = watch("/watch/2", "text/event-stream").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/event-stream")));
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    let events: Vec<&str> = answer.body.split_terminator("\n\n").collect();
    assert_eq!(events.len(), 3, "{answer:?}");
    for (event, id) in events.iter().zip([1, 2]) {
        let data = event.strip_prefix("data: ").expect("data");
        assert_eq!(data.lines().count(), 1, "a line break in the text is escaped");
        let item: Value = serde_json::from_str(data).expect(data);
        assert_eq!((&item["id"], &item["text"]), (&value!(id), &value!(format!("line {id}\n"))));
    }
    assert_eq!(events[2], "event: end\ndata: {}");
    assert_eq!(watch("/watch/0", "text/event-stream").await.body, "event: end\ndata: {}\n\n");
}

#[tokio::test]
async fn an_error_is_the_last_event() {
    let answer = watch("/watch/2?flag=true", "text/event-stream").await;
    let last = answer.body.trim_end().rsplit("\n\n").next().expect("an event");
    let data = last.strip_prefix("event: error\ndata: ").expect(last);
    assert_eq!(serde_json::from_str::<Value>(data).expect(data), error());
    assert!(!answer.body.contains("event: end"));
}

#[tokio::test]
async fn lines_are_the_default_and_an_error_is_the_last() {
    for (accept, content_type) in [
        ("*/*", "application/x-ndjson"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/jsonl", "application/jsonl"),
    ] {
        let answer = watch("/watch/3", accept).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(content_type)));
        assert_eq!(lines(&answer.body), [1, 2, 3]);
    }
    let answer = watch("/watch/1?flag=true", "*/*").await;
    assert_eq!(lines(&answer.body), [value!(1), error()]);
    assert_eq!(watch("/watch/0", "*/*").await.body, "");
}

#[tokio::test]
async fn an_array_is_json_whatever_happens() {
    for (target, expected) in [
        ("/watch/3", vec![value!(1), value!(2), value!(3)]),
        ("/watch/0", vec![]),
        ("/watch/2?flag=true", vec![value!(1), value!(2), error()]),
    ] {
        let answer = watch(target, "application/json").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
        let Value::Array(items) = answer.json() else { panic!("{answer:?}") };
        assert_eq!(items.iter().map(pick).collect::<Vec<_>>(), expected, "{target}");
    }
    // No item has been sent yet, so the error is the answer.
    let answer = watch("/watch/0?flag=true", "application/json").await;
    assert_eq!((answer.status, answer.json()), (500, error()));
}

#[tokio::test]
async fn a_stream_that_is_refused_has_its_own_status() {
    for accept in ["text/event-stream", "*/*", "application/json"] {
        let answer = watch("/watch/3?limit=0", accept).await;
        assert_eq!((answer.status, answer.message().as_str()), (403, "not for you"), "{accept}");
    }
    assert_eq!(watch("/watch/x", "text/event-stream").await.status, 400);
}

#[tokio::test]
async fn a_large_stream_arrives_whole_and_its_headers_first() {
    let answer = watch("/watch/20000?text=set", "*/*").await;
    assert_eq!(answer.header("x-lead"), Some("set"));
    assert_eq!(lines(&answer.body), (1..=20_000).collect::<Vec<_>>());
}

#[tokio::test]
async fn response_body_is_one_field_of_each_item() {
    assert_eq!(watch("/watch/2/texts", "*/*").await.body, "\"line 1\\n\"\n\"line 2\\n\"\n");
}

#[tokio::test]
async fn a_clients_stream_is_lines() {
    let address = library().await;
    let ndjson = ["content-type: application/x-ndjson"];
    for (body, id, count) in [
        ("{\"id\":1}\n{\"id\":2}\n", 3, "2"),
        ("{\"id\":1}\r\n\n  \n{\"id\":2}", 3, "2"),
        ("", 0, "0"),
        ("\n\n", 0, "0"),
    ] {
        let answer = send(address, "POST /sum", &ndjson, body).await;
        assert_eq!(
            (answer.status, &answer.json()["id"], &answer.json()["count"]),
            (200, &value!(id), &value!(count))
        );
    }
    let answer = send(address, "POST /test.v1.Library/Sum", &ndjson, "{\"id\":4}").await;
    assert_eq!(answer.json()["id"], 4);
    assert_eq!(send(address, "POST /sum", &[], "").await.status, 200);
}

#[tokio::test]
async fn a_clients_stream_that_cannot_be_read_is_refused() {
    let address = library().await;
    let ndjson = ["content-type: application/x-ndjson"];
    let answer = send(address, "POST /sum", &ndjson, "{\"id\":1}\n{\"id\":\"x\"}\n").await;
    assert_eq!(answer.status, 400);
    assert!(answer.message().contains("field `id`: invalid value"), "{answer:?}");
    let answer = send(address, "POST /sum", &["content-type: application/json"], "{}").await;
    assert_eq!(
        answer.message(),
        "content type `application/json` is not supported here; send application/x-ndjson"
    );
    assert_eq!(answer.status, 415);

    let limits = Limits { json_size: 16, ..Limits::default() };
    let address = serve(server().limits(limits)).await;
    let many = "{\"id\":1}\n".repeat(1_000);
    assert_eq!(send(address, "POST /sum", &ndjson, &many).await.json()["count"], "1000");
    let long = format!("{{\"id\":1}}\n{{\"text\":\"{}\"}}\n", "x".repeat(16));
    let answer = send(address, "POST /sum", &ndjson, &long).await;
    assert_eq!(answer.message(), "a line of the body is longer than 16 bytes, the limit");
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn both_directions_stream() {
    let address = library().await;
    let body = "{\"text\":\"a\"}\n{\"text\":\"b\"}\n";
    let answer = send(address, "POST /chat", &["content-type: application/x-ndjson"], body).await;
    let texts: Vec<Value> = answer
        .body
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect(line)["text"].clone())
        .collect();
    assert_eq!(texts, ["Echo: a", "Echo: b"]);
}
