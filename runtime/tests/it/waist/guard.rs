//! A panic fails only its own call, and a client that has gone holds no place.

use super::{Open, TRIP, Ward, Wire, note, open, tripping};
use crate::support::http::client::send;
use polywire::{Limits, Status};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn a_panic_of_an_interceptor_is_its_calls_failure() {
    for wire in Wire::ALL {
        let Open { ward, .. } = open(wire, Limits::default()).await;
        for trip in ["at once", "later", "at the end"] {
            let neighbour = tokio::spawn({
                let ward = ward.clone();
                async move { ward.ask(note("beside")).await }
            });
            let status = tripping(trip).scope(ward.ask(note(""))).await.expect_err("a panic");
            assert_eq!(status, Status::internal("internal error"), "{wire:?}, {trip}");
            assert_eq!(neighbour.await.expect("no panic"), Ok(note("beside")), "{wire:?}, {trip}");
            assert_eq!(ward.ask(note("after")).await, Ok(note("after")), "{wire:?}, {trip}");
        }
    }
}

#[tokio::test]
async fn so_is_one_before_a_stream() {
    for wire in Wire::ALL {
        let Open { ward, .. } = open(wire, Limits::default()).await;
        for trip in ["at once", "later"] {
            let status = match tripping(trip).scope(ward.watch()).await {
                Ok(mut stream) => stream.next().await.expect_err("a panic"),
                Err(status) => status,
            };
            assert_eq!(status, Status::internal("internal error"), "{wire:?}, {trip}");
            assert_eq!(ward.ask(note("after")).await, Ok(note("after")), "{wire:?}, {trip}");
        }
    }
}

/// The interceptor hears of a stream that its client dropped, and does so within a drop.
#[tokio::test]
async fn so_is_one_at_the_end_of_a_dropped_stream() {
    for wire in Wire::ALL {
        let Open { ward, nurse, .. } = open(wire, Limits::default()).await;
        let mut beside = ward.watch().await.expect("a stream");
        assert_eq!(beside.next().await, Ok(Some(note("first"))), "{wire:?}");
        let mut stream = tripping("at the end").scope(ward.watch()).await.expect("a stream");
        assert_eq!(stream.next().await, Ok(Some(note("first"))), "{wire:?}");
        nurse.lives(2).await;
        drop(stream);
        nurse.lives(1).await;
        assert_eq!(ward.ask(note("after")).await, Ok(note("after")), "{wire:?}");
        assert!(
            futures_util::poll!(Box::pin(beside.next()).as_mut()).is_pending(),
            "{wire:?}: its neighbour lives"
        );
    }
}

#[tokio::test]
async fn pipelined_requests_behind_a_panic_are_answered() {
    let Open { address, .. } = open(Wire::Connect, Limits::default()).await;
    for trip in ["at once", "later", "at the end"] {
        let head = "POST /ask HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 2\r\n";
        let good = format!("{head}\r\n{{}}");
        let bad = format!("{head}{TRIP}: {trip}\r\n\r\n{{}}");
        let last = format!("{head}connection: close\r\n\r\n{{}}");
        let mut socket = TcpStream::connect(address).await.expect("a connection");
        socket.write_all(format!("{good}{bad}{good}{last}").as_bytes()).await.expect("sent");
        let mut answers = String::new();
        socket.read_to_string(&mut answers).await.expect("answers");
        let answered = [answers.matches(" 200 OK").count(), answers.matches(" 500 Internal").count()];
        assert_eq!(answered, [3, 1], "{trip}: {answers}");
        assert!(!answers.contains("secret"), "{answers}");
    }
}

/// Four calls of the default kind, which may change something, and none came further than an
/// interceptor.
#[tokio::test]
async fn who_has_gone_holds_no_place() {
    let limits =
        || Limits { calls_in_flight: 4, ..Limits::default().unary_timeout(Duration::from_secs(3_600)) };
    for wire in [Wire::Grpc, Wire::GrpcWeb, Wire::Connect, Wire::Rpc] {
        let Open { ward, address, .. } = open(wire, limits()).await;
        let calls: Vec<_> = (0..4)
            .map(|_| {
                let ward = ward.clone();
                tokio::spawn(async move { tripping("never").scope(ward.ask(note(""))).await })
            })
            .collect();
        let json = ["content-type: application/json"];
        while send(address, "POST /ask", &json, "{}").await.status == 200 {}
        // Each connection closes with its client.
        drop(ward);
        calls.iter().for_each(tokio::task::JoinHandle::abort);
        while send(address, "POST /ask", &json, "{}").await.status != 200 {}
    }
}

/// The server reads the bytes behind a request only after its answer, and the close comes behind these bytes.
#[tokio::test]
async fn so_with_who_began_another_request_behind_a_stream() {
    let Open { nurse, address, .. } = open(Wire::Connect, Limits::default()).await;
    for accept in ["text/event-stream", "application/x-ndjson", "application/json"] {
        for next in ["", "GET /watch HTTP/1.1\r\nho", "GET /watch HTTP/1.1\r\nhost: a\r\n\r\n"] {
            let mut socket = TcpStream::connect(address).await.expect("a connection");
            let request = format!("GET /watch HTTP/1.1\r\nhost: a\r\naccept: {accept}\r\n\r\n{next}");
            socket.write_all(request.as_bytes()).await.expect("sent");
            assert_eq!(socket.read_u8().await.expect("an answer"), b'H');
            nurse.lives(1).await;
            drop(socket);
            nurse.lives(0).await;
        }
    }
}

#[tokio::test]
async fn so_with_connections_that_close_in_mid_call() {
    let limits = Limits { calls_in_flight: 4, ..Limits::default().unary_timeout(Duration::from_secs(3_600)) };
    let Open { address, .. } = open(Wire::Connect, limits).await;
    let json = ["content-type: application/json"];
    for path in ["/ask", "/ward.v1.Ward/Ask"] {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 2\r\n{TRIP}: never\r\n\r\n{{}}"
        );
        let mut sockets = Vec::new();
        for _ in 0..4 {
            let mut socket = TcpStream::connect(address).await.expect("a connection");
            socket.write_all(request.as_bytes()).await.expect("sent");
            sockets.push(socket);
        }
        while send(address, "POST /ask", &json, "{}").await.status == 200 {}
        drop(sockets);
        while send(address, "POST /ask", &json, "{}").await.status != 200 {}
    }
}
