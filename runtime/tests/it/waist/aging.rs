//! Calls that run beyond their connection's age and grace end with a status, on every wire that has an age.

use super::{Open, Ward, Wire, note, open};
use crate::support::http::client::raw;
use futures_util::{SinkExt, StreamExt, stream};
use http::Request;
use http_body_util::Empty;
use hyper_util::rt::{TokioExecutor, TokioIo};
use polywire::{Limits, Status, Streaming};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

const AGE: Duration = Duration::from_millis(300);
const WIRES: [Wire; 4] = [Wire::Grpc, Wire::GrpcWeb, Wire::Connect, Wire::Rpc];

fn aging() -> Limits {
    Limits::default().connection_age(AGE).connection_grace(AGE / 3).ws_age(Some(AGE))
}

fn aged() -> Status {
    Status::unavailable("the connection has reached its age; call again over a new one")
}

#[tokio::test]
async fn streams_end_with_unavailable() {
    for wire in WIRES {
        let Open { ward, nurse, .. } = open(wire, aging()).await;
        let mut stream = ward.watch().await.expect("a stream");
        assert_eq!(stream.next().await, Ok(Some(note("first"))), "{wire:?}");
        assert_eq!(stream.next().await, Err(aged()), "{wire:?}");
        nurse.lives(0).await;
        // This call goes over another connection.
        assert_eq!(ward.ask(note("after")).await, Ok(note("after")), "{wire:?}");
    }
}

#[tokio::test]
async fn so_do_calls_and_streams_of_requests() {
    for wire in WIRES {
        for is_stream in [false, true] {
            let Open { ward, nurse, .. } = open(wire, aging()).await;
            let answer = match is_stream {
                false => ward.hang(note("")).await,
                true => ward.gather(Streaming::new(stream::pending())).await,
            };
            assert_eq!(answer, Err(aged()), "{wire:?}, {is_stream}");
            nurse.lives(0).await;
        }
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
        let Open { address, .. } = open(Wire::Connect, aging()).await;
        let request = format!("GET /watch HTTP/1.1\r\nhost: a\r\naccept: {accept}\r\n\r\n");
        let answer = raw(address, request.as_bytes()).await;
        assert!(answer.body.contains("first") && answer.body.contains(last), "{accept}: {answer:?}");
    }
}

/// The status is the call's own Close, as for every other failure.
#[tokio::test]
async fn so_has_a_call_with_a_websocket_of_its_own() {
    let Open { address, nurse, .. } = open(Wire::Rpc, aging()).await;
    let io = TcpStream::connect(address).await.expect("a connection");
    let (mut socket, _) =
        tokio_tungstenite::client_async(format!("ws://{address}/hang"), io).await.expect("a WebSocket");
    socket.send(Message::text("{}")).await.expect("sent");
    let Some(Ok(Message::Close(Some(close)))) = socket.next().await else { panic!("no Close") };
    assert_eq!(u16::from(close.code), 4014, "{close:?}");
    nurse.lives(0).await;
}

/// The peer answers PING, and never opens the window of its stream. It can be sent nothing, and yet its
/// handler ends.
#[tokio::test]
async fn a_peer_that_opens_no_window_holds_its_handler_no_longer() {
    let Open { address, nurse, .. } = open(Wire::Grpc, aging()).await;
    let io = TokioIo::new(TcpStream::connect(address).await.expect("a connection"));
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.expect("a handshake");
    tokio::spawn(connection);
    let request = Request::get(format!("http://{address}/flood")).body(Empty::<bytes::Bytes>::new());
    let unread = sender.send_request(request.expect("a request")).await.expect("a head");
    nurse.lives(1).await;
    nurse.lives(0).await;
    drop(unread);
}

/// The answer to a request whose rest does not come before the end of the connection, or of the drain.
async fn unfinished(is_drain: bool, head: &str) -> String {
    let hurried = Limits::default().drain_delay(Duration::ZERO).drain_timeout(AGE);
    let Open { address, stop, .. } = open(Wire::Connect, if is_drain { hurried } else { aging() }).await;
    let request = format!("{head}\r\nhost: a\r\ncontent-length: 100\r\n\r\n{{");
    let answer = tokio::spawn(async move { raw(address, request.as_bytes()).await });
    if is_drain {
        tokio::time::sleep(AGE / 3).await;
        stop.cancel();
    }
    let answer = answer.await.expect("no panic");
    format!("{}\n{}", answer.status, answer.body)
}

#[tokio::test]
async fn bodies_that_are_still_read_are_answered() {
    let json = "content-type: application/json";
    let heads = [
        (format!("POST /ask HTTP/1.1\r\n{json}"), "503"),
        (format!("POST /ward.v1.Ward/Ask HTTP/1.1\r\nconnect-protocol-version: 1\r\n{json}"), "503"),
        (
            "POST /ward.v1.Ward/Ask HTTP/1.1\r\ncontent-type: application/grpc-web".to_owned(),
            "grpc-status: 14",
        ),
        ("POST /gather HTTP/1.1\r\ncontent-type: application/x-ndjson".to_owned(), "503"),
    ];
    for (is_drain, why) in [(false, "reached its age"), (true, "shutting down")] {
        let answers = heads.iter().map(|(head, expected)| async move {
            let said = unfinished(is_drain, head).await;
            assert!(said.contains(expected) && said.contains(why), "{head}: {said}");
        });
        futures_util::future::join_all(answers).await;
    }
}
