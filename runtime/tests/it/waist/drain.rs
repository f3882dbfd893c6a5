//! Calls that still run at the end of the drain end with a status, on every wire.

use super::{Open, Ward, Wire, note, open};
use crate::support::http::client::raw;
use polywire::{Code, Limits};
use std::time::Duration;

fn hurried() -> Limits {
    Limits::default().drain_delay(Duration::ZERO).drain_timeout(Duration::from_millis(100))
}

#[tokio::test]
async fn streams_end_with_unavailable() {
    for wire in Wire::ALL.into_iter().filter(|wire| *wire != Wire::Local) {
        let Open { stop, ward, .. } = open(wire, hurried()).await;
        let mut stream = ward.watch().await.expect("a stream");
        assert_eq!(stream.next().await, Ok(Some(note("first"))), "{wire:?}");
        stop.cancel();
        let status = stream.next().await.expect_err("the end");
        assert_eq!(
            (status.code(), status.message()),
            (Code::Unavailable, "the server is shutting down"),
            "{wire:?}"
        );
    }
}

#[tokio::test]
async fn so_do_unary_calls() {
    for wire in Wire::ALL.into_iter().filter(|wire| *wire != Wire::Local) {
        let Open { stop, ward, nurse, .. } = open(wire, hurried()).await;
        let call = tokio::spawn(async move { ward.hang(note("")).await });
        nurse.lives(1).await;
        stop.cancel();
        let status = call.await.expect("no panic").expect_err("the end");
        assert_eq!(
            (status.code(), status.message()),
            (Code::Unavailable, "the server is shutting down"),
            "{wire:?}"
        );
    }
}

#[tokio::test]
async fn bodies_of_http_streams_have_a_last_word() {
    let formats = [
        ("text/event-stream", "event: error\ndata: {\"code\":14,"),
        ("application/x-ndjson", "\n{\"error\":{\"code\":14,"),
        ("application/json", "{\"error\":{\"code\":14,"),
    ];
    for (accept, last) in formats {
        let Open { stop, nurse, address, .. } = open(Wire::Connect, hurried()).await;
        let request = format!("GET /watch HTTP/1.1\r\nhost: a\r\naccept: {accept}\r\n\r\n");
        let answer = tokio::spawn(async move { raw(address, request.as_bytes()).await });
        nurse.lives(1).await;
        stop.cancel();
        let answer = answer.await.expect("no panic");
        assert!(answer.body.contains("first") && answer.body.contains(last), "{accept}: {answer:?}");
    }
}
