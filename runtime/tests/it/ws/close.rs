//! The Close of a failed call on a method's own endpoint, frame by frame. It has room for 123 bytes beside
//! its code; a longer status follows the rules in `transport/ws.rs`.
#![cfg(all(feature = "ws", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::ws::{Desk, DeskClient, note, serve_desk};
use polywire::{Code, Codec, Endpoint};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Room in a Close frame beside its code, in bytes.
const ROOM: usize = 123;

/// Calls `refuse` in bytes, and reads the only frame of the answer: the code and the reason of a Close.
async fn refuse(address: SocketAddr, message: &str, detail: i32) -> (u16, String) {
    let mut io = TcpStream::connect(address).await.expect("a connection");
    let head = format!(
        "GET /refuse HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    io.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(io.read_u8().await.expect("the head of an answer"));
    }
    assert!(answer.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&answer));

    let request = json!({"message": message, "detail": detail}).to_string();
    io.write_all(&text(request.as_bytes())).await.expect("sent");
    let first = io.read_u8().await.expect("a frame");
    assert_eq!(first, 0x88, "a Close in one frame");
    let length = usize::from(io.read_u8().await.expect("a length"));
    assert!((2..=ROOM + 2).contains(&length), "{length}: not masked, no longer than a control frame may be");
    let code = io.read_u16().await.expect("a code");
    let mut reason = vec![0; length - 2];
    io.read_exact(&mut reason).await.expect("a reason");
    (code, String::from_utf8(reason).expect("UTF-8"))
}

/// A text frame of a client, masked with zeros.
fn text(payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x81];
    match u8::try_from(payload.len()) {
        Ok(short @ ..126) => frame.push(0x80 | short),
        _ => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(payload.len()).expect("a short test").to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

fn read(reason: &str) -> Value {
    serde_json::from_str(reason).expect(reason)
}

#[tokio::test]
async fn a_status_that_has_room_is_there_as_a_whole() {
    let served = serve_desk().await;
    let (code, reason) = refuse(served.address, "sold out", 3).await;
    let detail = json!({"@type": "type.googleapis.com/desk.v1.Note", "id": 1, "text": "ddd"});
    assert_eq!(code, 4009);
    assert_eq!(read(&reason), json!({"code": 9, "message": "sold out", "details": [detail]}));
    // An empty list says that there were no details.
    let (_, reason) = refuse(served.address, "sold out", 0).await;
    assert_eq!(read(&reason), json!({"code": 9, "message": "sold out", "details": []}));
}

#[tokio::test]
async fn details_go_first_all_of_them_and_their_absence_tells() {
    let served = serve_desk().await;
    let (code, reason) = refuse(served.address, "sold out", 100).await;
    assert_eq!((code, read(&reason)), (4009, json!({"code": 9, "message": "sold out"})));
    // The last length that fits, and the first that does not.
    let whole = |detail| refuse(served.address, "", detail);
    let most = i32::try_from(ROOM - whole(1).await.1.len() + 1).expect("a few");
    assert_eq!(whole(most).await.1.len(), ROOM);
    assert_eq!(read(&whole(most + 1).await.1), json!({"code": 9, "message": ""}));
}

#[tokio::test]
async fn then_the_message_is_cut_between_characters_as_late_as_can_be() {
    let served = serve_desk().await;
    let long = [
        "x".repeat(1_000),
        // Characters of two bytes, of four, and such that JSON escapes to two and to six bytes.
        "\u{e9}".repeat(200),
        "\u{1f980}".repeat(60),
        "\"\n".repeat(100),
        "\u{1}".repeat(100),
        format!("{}\u{1f980}", "x".repeat(97)),
    ];
    for message in long {
        let (code, reason) = refuse(served.address, &message, 100).await;
        assert_eq!(code, 4009);
        let status = read(&reason);
        assert_eq!((status.get("details"), &status["code"]), (None, &json!(9)), "{reason}");
        let kept =
            status["message"].as_str().and_then(|text| text.strip_suffix('\u{2026}')).expect("an ellipsis");
        let next = message.strip_prefix(kept).and_then(|rest| rest.chars().next()).expect("a beginning");
        let next = json!(next.to_string()).to_string().len() - 2;
        assert!(reason.len() <= ROOM && reason.len() + next > ROOM, "{} bytes: {reason}", reason.len());
    }
}

#[tokio::test]
async fn our_own_client_has_all_of_it() {
    let served = serve_desk().await;
    let message = "x".repeat(1_000);
    for codec in [Codec::Json, Codec::Proto] {
        let endpoint = Endpoint::new(served.url()).codec(codec);
        let client = DeskClient::connect(endpoint).await.expect("a connection");
        let status = client.refuse(message.clone(), 1_000).await.expect_err("as asked");
        assert_eq!((status.code(), status.message()), (Code::FailedPrecondition, message.as_str()));
        let [detail] = status.details() else { panic!("{} details", status.details().len()) };
        assert_eq!(detail.decode("desk.v1.Note"), Some(Ok(note(1, &"d".repeat(1_000)))));
    }
}
