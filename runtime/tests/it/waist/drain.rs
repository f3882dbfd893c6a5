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

/// A client that connected a moment before a restart is answered: it cannot know that it came late.
#[tokio::test]
async fn a_request_that_is_on_its_way_when_the_drain_begins_is_answered() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    let Open { stop, ward, address, .. } = open(Wire::Connect, hurried()).await;
    let mut early = TcpStream::connect(address).await.expect("a connection");
    let mut silent = TcpStream::connect(address).await.expect("a connection");
    // Connections are accepted in their order, so both are.
    ward.ask(note("third")).await.expect("an answer");
    stop.cancel();
    while TcpStream::connect(address).await.is_ok() {}
    let head =
        "POST /ask HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 16\r\n\r\n";
    let request = format!("{head}{{\"text\":\"early\"}}");
    early.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    early.read_to_string(&mut answer).await.expect("an answer, then the end");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // One that says nothing does not hold up the drain.
    assert_eq!(silent.read(&mut [0; 1]).await.expect("the end"), 0);
}
