//! A peer that takes nothing holds no handler. Deadlines and cancels end its calls on every wire, and later
//! it is dropped.

use super::{Open, Ward, Wire, open};
use futures_util::SinkExt;
use http::Request;
use http_body_util::Empty;
use hyper_util::rt::{TokioExecutor, TokioIo};
use polywire::{Context, Limits};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

const SOON: Duration = Duration::from_millis(200);

/// Limits that drop a peer soon, on every wire.
fn impatient() -> Limits {
    Limits { ws_idle_timeout: SOON, ..Limits::default() }
        .idle_timeout(SOON)
        .keepalive_interval(SOON)
        .keepalive_timeout(SOON)
        .ws_ping_interval(SOON / 2)
}

#[tokio::test]
async fn its_streams_end_at_their_deadlines() {
    for wire in Wire::ALL {
        let Open { ward, nurse, .. } = open(wire, Limits::default()).await;
        let unread = Context::new().with_timeout(SOON).scope(ward.flood()).await.expect("a stream");
        nurse.lives(1).await;
        nurse.lives(0).await;
        drop(unread);
    }
}

#[tokio::test]
async fn its_cancels_end_its_streams() {
    for wire in Wire::ALL {
        let Open { ward, nurse, .. } = open(wire, Limits::default()).await;
        let unread = ward.flood().await.expect("a stream");
        nurse.lives(1).await;
        // Every buffer on the way is full by then.
        tokio::time::sleep(SOON).await;
        drop(unread);
        nurse.lives(0).await;
    }
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.expect("a connection")
}

#[tokio::test]
async fn streams_over_http_1_end_at_their_deadlines_though_nobody_reads() {
    let Open { nurse, address, .. } = open(Wire::Connect, Limits::default()).await;
    for accept in ["text/event-stream", "application/x-ndjson", "application/json"] {
        let mut socket = connect(address).await;
        let head =
            format!("GET /flood HTTP/1.1\r\nhost: a\r\naccept: {accept}\r\nrequest-timeout: 0.2\r\n\r\n");
        socket.write_all(head.as_bytes()).await.expect("sent");
        nurse.lives(1).await;
        nurse.lives(0).await;
        drop(socket);
    }
}

#[tokio::test]
async fn it_is_dropped_over_http_1() {
    let Open { nurse, address, .. } = open(Wire::Connect, impatient()).await;
    let mut socket = connect(address).await;
    socket.write_all(b"GET /flood HTTP/1.1\r\nhost: a\r\n\r\n").await.expect("sent");
    nurse.lives(1).await;
    nurse.lives(0).await;
    drop(socket);
}

/// The client reads the head of the answer, and then nothing: its thread stands still, and answers no PING.
#[tokio::test]
async fn it_is_dropped_over_http_2() {
    let Open { nurse, address, .. } = open(Wire::Grpc, impatient()).await;
    let (release, released) = std::sync::mpsc::channel::<()>();
    let frozen = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let answer = runtime.block_on(async {
            let io = TokioIo::new(connect(address).await);
            let (mut sender, connection) =
                hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.expect("a handshake");
            tokio::spawn(connection);
            let request = Request::get(format!("http://{address}/flood")).body(Empty::<bytes::Bytes>::new());
            sender.send_request(request.expect("a request")).await.expect("a head")
        });
        // An error means the end of the test.
        let _ = released.recv();
        drop(answer);
    });
    nurse.lives(1).await;
    nurse.lives(0).await;
    drop(release);
    frozen.join().expect("no panic");
}

#[tokio::test]
async fn it_is_dropped_over_both_kinds_of_websocket() {
    for path in ["/ws", "/flood"] {
        let Open { nurse, address, .. } = open(Wire::Rpc, impatient()).await;
        let url = format!("ws://{address}{path}");
        let (mut socket, _) =
            tokio_tungstenite::client_async(url, connect(address).await).await.expect("a WebSocket");
        let call = r#"{"jsonrpc":"2.0","id":1,"method":"ward.v1.Ward.Flood","params":{}}"#;
        if path == "/ws" {
            socket.send(Message::text(call)).await.expect("sent");
        }
        nurse.lives(1).await;
        nurse.lives(0).await;
        drop(socket);
    }
}
