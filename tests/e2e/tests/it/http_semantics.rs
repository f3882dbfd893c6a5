//! Promises to callers over the HTTP/JSON routes, as a stock client sees them. They hold over HTTP/1.1 and
//! HTTP/2, of our own listener and of a foreign axum server. semantics.rs has what typed clients see on the
//! other wires.
#![allow(clippy::expect_used)]

mod http_client;

use http_client::{Client, Form, Version, lines, no_body};
use hyper::StatusCode;
use polywire::Limits;
use polywire_e2e::probe::{Probe, ProbeServiceServer, until_guards, until_held_up};
use polywire_e2e::wires::Host;
use serde_json::{Value, json};
use std::time::Duration;

macro_rules! everywhere {
    ($($case:ident)*) => {
        everywhere! { @ own_http1 Own One $($case)* }
        everywhere! { @ own_http2 Own Two $($case)* }
        everywhere! { @ axum_http1 Axum One $($case)* }
        everywhere! { @ axum_http2 Axum Two $($case)* }
    };
    (@ $module:ident $host:ident $version:ident $($case:ident)*) => {
        mod $module {
            $(#[tokio::test]
            async fn $case() {
                super::$case(super::Host::$host, super::Version::$version).await;
            })*
        }
    };
}

everywhere! {
    a_caller_who_goes_stops_the_call
    a_caller_who_goes_ends_the_stream
    a_caller_who_goes_breaks_its_upload_off
    a_panic_says_nothing
    a_panic_in_a_stream_comes_after_its_items
    a_panic_over_a_stream_of_requests
    a_reader_that_takes_nothing_holds_up_the_source
    metadata_arrives_to_the_byte
    metadata_that_is_not_what_its_key_says
    the_servers_own_deadline
    the_servers_own_patience_with_a_stream
}

async fn open(host: Host, version: Version) -> Client {
    open_with(host, version, Limits::default()).await
}

async fn open_with(host: Host, version: Version, limits: Limits) -> Client {
    let address = host.serve(ProbeServiceServer::new(Probe::default()), limits).await;
    Client::connect(&address, version).await
}

fn short() -> Limits {
    let short = Duration::from_millis(150);
    Limits::default().unary_timeout(short).stream_idle_timeout(Some(short))
}

fn tick(number: u32) -> Value {
    json!({ "number": number })
}

fn internal() -> Value {
    json!({"code": 13, "message": "internal error", "details": []})
}

async fn the_servers_own_deadline(host: Host, version: Version) {
    let mut client = open_with(host, version, short()).await;
    let (status, body) = client.json("GET", "/hang", no_body()).await;
    assert_eq!((status, &body["code"]), (StatusCode::GATEWAY_TIMEOUT, &json!(4)), "{body}");
    until_guards(&client.probe, 0, 1).await;
}

async fn the_servers_own_patience_with_a_stream(host: Host, version: Version) {
    let mut client = open_with(host, version, short()).await;
    for (form, times) in Form::ALL.into_iter().zip(1..) {
        let (items, error) = client.stream("GET", "/drip", form, no_body()).await;
        assert_eq!((items, &error["code"]), (vec![tick(1)], &json!(4)), "{form:?}: {error}");
        until_guards(&client.probe, 0, times).await;
    }
}

async fn a_caller_who_goes_stops_the_call(host: Host, version: Version) {
    let mut client = open(host, version).await;
    let answer = client.send("GET", "/hang", "*/*", no_body());
    tokio::select! {
        answer = answer => panic!("{answer:?}"),
        () = until_guards(&client.probe, 1, 0) => {}
    }
    client.left().await;
    until_guards(&client.probe, 0, 1).await;
}

async fn a_caller_who_goes_ends_the_stream(host: Host, version: Version) {
    for form in Form::ALL {
        let mut client = open(host, version).await;
        let mut answer = client.send("GET", "/drip", form.accept(), no_body()).await.expect("an answer");
        assert!(http_client::piece(&mut answer).await.contains(r#"{"number":1}"#), "{form:?}");
        until_guards(&client.probe, 1, 0).await;
        drop(answer);
        client.left().await;
        until_guards(&client.probe, 0, 1).await;
    }
}

async fn a_caller_who_goes_breaks_its_upload_off(host: Host, version: Version) {
    let mut client = open(host, version).await;
    let (sender, body) = lines();
    let answer = client.send("POST", "/swallow", "*/*", body);
    sender.send(tick(1)).await.expect("a reader");
    tokio::select! {
        answer = answer => panic!("{answer:?}"),
        () = until_guards(&client.probe, 1, 0) => {}
    }
    client.left().await;
    until_guards(&client.probe, 0, 1).await;

    let mut client = open(host, version).await;
    let (sender, body) = lines();
    sender.send(tick(7)).await.expect("a reader");
    let accept = Form::Lines.accept();
    let mut answer = client.send("POST", "/exchange", accept, body).await.expect("an answer");
    assert_eq!(http_client::piece(&mut answer).await, "{\"number\":7}\n");
    until_guards(&client.probe, 1, 0).await;
    // HTTP/2 as well: a stream is reset once both of its directions are given up. hyper does not give up the
    // upload.
    client.close();
    until_guards(&client.probe, 0, 1).await;
}

const PLACES: [&str; 2] = ["PLACE_AT_ONCE", "PLACE_AFTER_AN_AWAIT"];

async fn a_panic_says_nothing(host: Host, version: Version) {
    let mut client = open(host, version).await;
    for place in PLACES {
        // The same connection still works.
        let answer = client.json("GET", &format!("/panic/{place}"), no_body()).await;
        assert_eq!(answer, (StatusCode::INTERNAL_SERVER_ERROR, internal()));
    }
    until_guards(&client.probe, 0, 0).await;
}

async fn a_panic_in_a_stream_comes_after_its_items(host: Host, version: Version) {
    let mut client = open(host, version).await;
    for (place, after) in PLACES.into_iter().flat_map(|place| [(place, 0), (place, 3)]) {
        for form in Form::ALL {
            let path = format!("/panic/{place}/{after}");
            let (items, error) = client.stream("GET", &path, form, no_body()).await;
            let expected: Vec<Value> = (1..=after).map(tick).collect();
            assert_eq!((items, error), (expected, internal()), "{form:?} {path}");
        }
    }
}

async fn a_panic_over_a_stream_of_requests(host: Host, version: Version) {
    let mut client = open(host, version).await;
    let one = || {
        let (sender, body) = lines();
        sender.try_send(tick(1)).expect("room");
        body
    };
    let answer = client.json("POST", "/panic-reading", one()).await;
    assert_eq!(answer, (StatusCode::INTERNAL_SERVER_ERROR, internal()));
    for form in Form::ALL {
        let answer = client.stream("POST", "/panic-exchanging", form, one()).await;
        assert_eq!(answer, (Vec::new(), internal()), "{form:?}");
    }
}

async fn a_reader_that_takes_nothing_holds_up_the_source(host: Host, version: Version) {
    for form in [Form::Events, Form::Lines] {
        let mut client = open(host, version).await;
        let mut answer = client.send("GET", "/pour", form.accept(), no_body()).await.expect("an answer");
        let mut number = http_client::piece(&mut answer).await.matches("number").count();
        let made = until_held_up(&client.probe).await as usize;
        // When the client reads on, the source goes on.
        while number <= made {
            number += http_client::piece(&mut answer).await.matches("number").count();
        }
        drop(answer);
        client.left().await;
        until_guards(&client.probe, 0, 1).await;
    }
}

async fn metadata_arrives_to_the_byte(host: Host, version: Version) {
    let mut client = open(host, version).await;
    client.headers = vec![
        ("x-several", b"one".to_vec()),
        ("x-several", b"two, with a comma; \"quotes\"".to_vec()),
        ("x-empty", Vec::new()),
        // Bytes 0 and 255. Then the same value, different only in padding, and two values in one.
        ("x-bytes-bin", b"AP8".to_vec()),
        ("x-bytes-bin", b"AP8=,dGV4dA".to_vec()),
    ];
    let keys = json!({"keys": ["x-several", "x-empty", "x-bytes-bin", "x-absent"], "ending": "ENDING_WELL"});
    let (head, body) = client.answer("POST", "/metadata", keys.clone().into()).await;
    assert_eq!(head.status, StatusCode::OK, "{body}");
    assert_eq!(body[0]["texts"], json!(["one", "two, with a comma; \"quotes\""]));
    assert_eq!(body[1]["texts"], json!([""]));
    assert_eq!(body[2]["bytes"], json!(["AP8=", "AP8=", "dGV4dA=="]));
    assert_eq!(body[3], json!({"key": "x-absent", "texts": [], "bytes": []}));
    // The metadata is in the head twice: as headers, and as the values that other wires put into trailers.
    let twice = ["one", "two, with a comma; \"quotes\""].repeat(2);
    assert_eq!(head.headers.get_all("x-several").iter().collect::<Vec<_>>(), twice);
    let twice = ["AP8", "AP8", "dGV4dA"].repeat(2);
    assert_eq!(head.headers.get_all("x-bytes-bin").iter().collect::<Vec<_>>(), twice);

    let keys = json!({"keys": ["x-several"], "ending": "ENDING_BADLY"});
    let (head, body) = client.answer("POST", "/metadata", keys.into()).await;
    assert_eq!((head.status, &body["code"]), (StatusCode::CONFLICT, &json!(10)));
    assert_eq!(head.headers.get_all("x-several").iter().count(), 4, "{:?}", head.headers);
}

/// Passed over, and no failure of the call.
async fn metadata_that_is_not_what_its_key_says(host: Host, version: Version) {
    let mut client = open(host, version).await;
    client.headers = vec![
        ("x-bytes-bin", b"*".to_vec()),
        ("x-bytes-bin", b"A".to_vec()),
        ("x-bytes-bin", b"dGV4dA".to_vec()),
        ("x-latin", vec![0xe9]),
        ("x-latin", b"plain".to_vec()),
    ];
    let keys = json!({"keys": ["x-bytes-bin", "x-latin"], "ending": "ENDING_WELL"});
    let (head, body) = client.answer("POST", "/metadata", keys.into()).await;
    assert_eq!(head.status, StatusCode::OK, "{body}");
    assert_eq!(body[0]["bytes"], json!(["dGV4dA=="]), "{body}");
    assert_eq!(body[1]["texts"], json!(["plain"]), "{body}");
}
