//! Limits of a WebSocket connection, and malformed input: raw bytes and stock clients against short limits.
#![cfg(all(feature = "ws", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::until;
use crate::support::ws::client::{open, open_with, rpc};
use crate::support::ws::{Served, reaches, serve_desk, serve_desk_with};
use futures_util::SinkExt;
use polywire::Limits;
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

#[tokio::test]
async fn a_message_of_many_fragments_is_cut_off_at_the_limit() {
    let served = serve_desk().await;
    for path in ["/ws", "/chat"] {
        let mut client = open(&served, path).await;
        let fragment = vec![b'x'; 64 << 10];
        let mut opcode = Data::Text;
        let mut sent = 0;
        // 60 MiB in frames within the limit. The server must not wait for the last one.
        while sent < 60 << 20 {
            let frame = Frame::message(fragment.clone(), OpCode::Data(opcode), false);
            if client.socket.send(Message::Frame(frame)).await.is_err() {
                break;
            }
            opcode = Data::Continue;
            sent += fragment.len();
        }
        assert!(sent < 20 << 20, "{path}: the server took {sent} bytes of one message");
    }
    let mut client = rpc(&served).await;
    assert_eq!(client.call("Echo", json!({"id": 7})).await["result"]["id"], 7);
}

#[tokio::test]
async fn a_large_message_in_small_frames_is_taken_and_one_in_a_large_frame_refused() {
    let served = serve_desk().await;
    let text = json!({"text": "x".repeat(900_000)}).to_string().into_bytes();
    let mut client = open(&served, "/chat").await;
    let mut chunks = text.chunks(200 << 10).peekable();
    let mut opcode = Data::Text;
    while let Some(chunk) = chunks.next() {
        let frame = Frame::message(chunk.to_vec(), OpCode::Data(opcode), chunks.peek().is_none());
        client.send(Message::Frame(frame)).await;
        opcode = Data::Continue;
    }
    assert_eq!(client.hear().await["text"].as_str().map(str::len), Some(900_006));

    let mut client = open(&served, "/chat").await;
    client.send(String::from_utf8(text).expect("text")).await;
    assert_eq!(client.closed().await.0, 1009);
}

#[tokio::test]
async fn an_answer_over_the_limit_fails_its_call_alone() {
    let limits = Limits { ws_message_size: 1_000, ..Limits::default() };
    let served = serve_desk_with(limits).await;
    let long = "x".repeat(1_000);
    let mut client = open_with(&served, "/ws", &[("x-long", &long)]).await.expect("open");
    let error = client.call("Context", json!({})).await["error"].clone();
    assert_eq!((&error["code"], &error["data"]["code"]), (&json!(-32008), &json!(8)), "{error}");
    let answer = client.call("Echo", json!({"text": "x".repeat(800)})).await;
    assert_eq!(answer["result"]["text"].as_str().map(str::len), Some(800));

    let mut client = open(&served, &format!("/notes/7?text={long}")).await;
    assert_eq!(client.closed().await.0, 4008);
}

#[tokio::test]
async fn a_connection_carries_so_many_calls_and_no_more() {
    let served = serve_desk_with(Limits { ws_calls: 3, ..Limits::default() }).await;
    let mut client = rpc(&served).await;
    for _ in 0..3 {
        client.request("Wait", json!({"id": 1})).await;
    }
    let refused = client.call("Wait", json!({"id": 1})).await;
    assert_eq!((&refused["error"]["code"], &refused["error"]["data"]["code"]), (&json!(-32008), &json!(8)));
    served.hands.open(1);
    client.hear().await;
    assert_eq!(client.call("Echo", json!({"id": 7})).await["result"]["id"], 7);
}

#[tokio::test]
async fn who_says_nothing_at_first_is_sent_away() {
    let served =
        serve_desk_with(Limits { ws_first_message: Duration::from_millis(50), ..Limits::default() }).await;
    for path in ["/ws", "/echo", "/sum"] {
        assert_eq!(open(&served, path).await.closed().await.0, 1008, "{path}");
    }
    let mut client = rpc(&served).await;
    client.request("Wait", json!({"id": 1})).await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    served.hands.open(1);
    assert_eq!(client.hear().await["result"]["id"], 1, "one call is enough");
}

/// Such a limit is seldom written, but elsewhere it is the way to switch a limit off.
#[tokio::test]
async fn a_limit_beyond_the_clock_is_none() {
    let limits = Limits::default()
        .ws_first_message(Duration::MAX)
        .ws_ping_interval(Duration::MAX)
        .ws_idle_timeout(Duration::MAX)
        .ws_age(Some(Duration::MAX))
        .connection_grace(Duration::MAX);
    let served = serve_desk_with(limits).await;
    let mut client = rpc(&served).await;
    assert_eq!(client.call("Echo", json!({"id": 1})).await["result"]["id"], 1);
    let mut client = open(&served, "/notes/7").await;
    assert_eq!(client.hear().await["id"], 7);
}

/// A peer is checked no later than its idle timeout, however rare its pings are.
#[tokio::test]
async fn a_quiet_peer_that_answers_is_kept_though_pings_are_rare() {
    let limits = Limits::default()
        .ws_ping_interval(Duration::from_secs(3_600))
        .ws_idle_timeout(Duration::from_millis(400));
    let served = serve_desk_with(limits).await;
    let mut client = rpc(&served).await;
    assert_eq!(client.call("Echo", json!({"id": 1})).await["result"]["id"], 1);
    // While it listens, tungstenite answers pings.
    let heard = tokio::time::timeout(Duration::from_millis(1_500), client.message()).await;
    assert!(heard.is_err(), "{heard:?}");
    assert_eq!(client.call("Echo", json!({"id": 2})).await["result"]["id"], 2);
}

#[tokio::test]
async fn a_silent_peer_is_dropped_though_pings_are_rare() {
    let limits = Limits::default()
        .ws_ping_interval(Duration::from_secs(3_600))
        .ws_idle_timeout(Duration::from_millis(200))
        .ws_first_message(Duration::from_secs(3_600));
    let served = serve_desk_with(limits).await;
    for path in ["/ws", "/chat"] {
        let mut socket = handshake(&served, path).await;
        let mut rest = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut rest)).await;
        assert!(read.is_ok(), "{path}: still open");
    }
}

#[tokio::test]
async fn a_connection_ends_at_its_age_and_its_calls_do_first() {
    let limits = Limits::default().ws_age(Some(Duration::from_millis(600)));
    let served = serve_desk_with(limits.connection_grace(Duration::from_secs(20))).await;
    let mut client = rpc(&served).await;
    let id = client.request("Wait", json!({"id": 1})).await;
    reaches(&served.hands.begun, 1).await;
    client.subscribe("Watch", json!({}), json!({})).await;
    client.hear().await;
    let end = client.hear().await;
    assert_eq!(end["params"]["error"]["data"]["code"], 14, "{end}");
    assert_eq!(client.call("Echo", json!({})).await["error"]["data"]["code"], 14);
    served.hands.open(1);
    let answer = client.hear().await;
    assert_eq!((&answer["id"], &answer["result"]["id"]), (&json!(id), &json!(1)), "{answer}");
    let (code, reason) = client.closed().await;
    assert!(code == 1001 && reason.contains("age"), "{code} {reason}");
    let mut client = open(&served, "/watch").await;
    client.say(json!({})).await;
    client.hear().await;
    assert_eq!(client.closed().await.0, 1001);
}

#[tokio::test]
async fn what_is_no_call_does_not_count_as_the_first() {
    let served =
        serve_desk_with(Limits { ws_first_message: Duration::from_millis(400), ..Limits::default() }).await;
    for said in [
        json!({"jsonrpc": "2.0", "method": "$/x"}),
        json!({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1}}),
        json!({"jsonrpc": "2.0", "id": 1, "result": {}}),
        json!({"jsonrpc": "2.0", "method": "desk.v1.Desk.Nope"}),
        json!([{"jsonrpc": "2.0", "method": "$/x"}]),
    ] {
        let mut client = rpc(&served).await;
        client.say(said.clone()).await;
        assert_eq!(client.closed().await.0, 1008, "{said}");
    }
}

#[tokio::test]
async fn a_silent_peer_is_pinged_and_dropped_and_one_that_answers_stays() {
    let (ping, idle) = (Duration::from_millis(50), Duration::from_millis(250));
    let served =
        serve_desk_with(Limits { ws_ping_interval: ping, ws_idle_timeout: idle, ..Limits::default() }).await;
    // This client reads nothing, so it answers no ping. Only its socket shows the end.
    let mut silent = handshake(&served, "/chat").await;
    let mut rest = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(20), silent.read_to_end(&mut rest)).await;
    assert!(end.is_ok(), "the server drops it");
    assert!(rest.starts_with(&[0x89, 0]), "a ping came first: {rest:?}");

    let mut alive = open(&served, "/chat").await;
    let answers = async {
        // Reading answers the pings.
        alive.message().await
    };
    assert!(tokio::time::timeout(idle * 4, answers).await.is_err(), "it is still there");
    alive.say(json!({"text": "x"})).await;
    assert_eq!(alive.hear().await["text"], "Echo: x");
}

/// A socket on which a handshake was made by hand.
async fn handshake(served: &Served, path: &str) -> TcpStream {
    let mut socket = TcpStream::connect(served.address).await.expect("a connection");
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.expect("sent");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.expect("a head"));
    }
    let head = String::from_utf8(head).expect("text").to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{head}");
    socket
}

/// A frame of a client, masked with zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match u16::try_from(payload.len()) {
        Ok(short @ 0..126) => bytes.push(0x80 | short as u8),
        Ok(length) => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
        Err(_) => {
            bytes.push(0x80 | 127);
            bytes.extend((payload.len() as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// The code of the Close that the server sends. After it only the end of the connection may come.
async fn close_code(mut socket: TcpStream) -> Option<u16> {
    let mut bytes = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut bytes)).await;
    drop(end.expect("the server ends the connection"));
    match bytes.as_slice() {
        [0x88, length, high, low, ..] if *length >= 2 => Some(u16::from_be_bytes([*high, *low])),
        _ => None,
    }
}

#[tokio::test]
async fn broken_frames_close_the_connection_and_nothing_else() {
    let served = serve_desk().await;
    for (name, bytes, code) in [
        ("not masked", vec![0x81, 1, b'x'], Some(1002)),
        ("a reserved bit", frame(0xc1, b"x"), Some(1002)),
        ("an unknown opcode", frame(0x83, b"x"), Some(1002)),
        ("an unknown control opcode", frame(0x8b, b""), Some(1002)),
        ("a continuation of nothing", frame(0x80, b"x"), Some(1002)),
        ("a message inside a message", [frame(0x01, b"x"), frame(0x81, b"y")].concat(), Some(1002)),
        ("a long ping", frame(0x89, &[0; 126]), Some(1002)),
        ("a ping in parts", frame(0x09, b""), Some(1002)),
        ("text that is not UTF-8", frame(0x81, &[0xff]), Some(1007)),
        (
            "a frame of 2^63 bytes",
            [&[0x81, 0xff][..], &(1u64 << 63).to_be_bytes(), &[0; 4]].concat(),
            Some(1009),
        ),
        ("a close with half a code", frame(0x88, &[3]), Some(1002)),
        ("a close with a reserved code", frame(0x88, &1005u16.to_be_bytes()), Some(1002)),
        ("a close", frame(0x88, &1000u16.to_be_bytes()), Some(1000)),
    ] {
        for path in ["/ws", "/chat"] {
            let mut socket = handshake(&served, path).await;
            socket.write_all(&bytes).await.expect("sent");
            assert_eq!(close_code(socket).await, code, "{name} on {path}");
        }
    }
    for bytes in [&[][..], &[0x81], &[0x81, 0xff, 0], &frame(0x01, b"half")] {
        let mut socket = handshake(&served, "/ws").await;
        socket.write_all(bytes).await.expect("sent");
        socket.shutdown().await.expect("half closed");
        close_code(socket).await;
    }
    let mut client = rpc(&served).await;
    assert_eq!(client.call("Echo", json!({"id": 7})).await["result"]["id"], 7);
}

#[tokio::test]
async fn the_other_kind_of_message_is_not_spoken() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    client.send(Message::Binary(b"{}".as_slice().into())).await;
    assert_eq!(client.closed().await.0, 1003);
    let protocol = [("sec-websocket-protocol", "polywire.v1+proto")];
    let mut client = open_with(&served, "/ws", &protocol).await.expect("open");
    client.send("{}").await;
    assert_eq!(client.closed().await.0, 1003);
}

#[tokio::test]
async fn messages_that_are_not_whole_share_the_budget() {
    let served = serve_desk_with(Limits::default().decode_budget(300 << 10)).await;
    for path in ["/ws", "/chat"] {
        let mut first = open(&served, path).await;
        let part = Frame::message(vec![b'x'; 200 << 10], OpCode::Data(Data::Text), false);
        first.send(Message::Frame(part)).await;
        let text = json!({"text": "x".repeat(200 << 10)}).to_string();
        let echo = async || {
            let mut second = open(&served, "/echo").await;
            second.send(text.clone()).await;
            match second.message().await {
                Some(Message::Close(Some(close))) => u16::from(close.code),
                _ => second.closed().await.0,
            }
        };
        loop {
            match echo().await {
                // The second message was faster.
                1000 => {}
                // The budget ran out while the message came, or when it was there.
                1013 | 4008 => break,
                other => panic!("{path}: {other}"),
            }
        }
        let mut small = open(&served, "/echo").await;
        small.send(json!({"id": 7}).to_string()).await;
        assert_eq!(small.hear().await["id"], 7);
        drop(first);
        while echo().await != 1000 {}
    }
}

#[tokio::test]
async fn malformed_json_and_protobuf_never_end_the_connection() {
    let served = serve_desk().await;
    let sound = br#"{"jsonrpc":"2.0","id":1,"method":"desk.v1.Desk.Count","params":{"upto":1},"timeoutMs":5,"metadata":{"a":["b"]}}"#;
    let mut client = rpc(&served).await;
    let mut sent = 0;
    for end in 0..sound.len() {
        client.send(String::from_utf8_lossy(&sound[..end]).into_owned()).await;
        for byte in [b'"', b'{', b'[', b'\\', b'0', b'e', 0xc3] {
            let mut broken = sound.to_vec();
            broken[end] = byte;
            client.send(String::from_utf8_lossy(&broken).into_owned()).await;
            sent += 1;
        }
        // Answers must be read, or the server takes no more.
        client.request("Echo", json!({"id": 7, "text": end.to_string()})).await;
        while client.hear().await["result"]["text"] != *end.to_string() {}
    }
    assert!(sent > 500);
    let deep = "[".repeat(100_000);
    client.send(deep).await;
    client
        .send(format!(
            r#"{{"jsonrpc":"2.0","id":"deep","method":"desk.v1.Desk.Echo","params":{}}}"#,
            "{\"a\":".repeat(50_000)
        ))
        .await;
    client.request("Echo", json!({"text": "last"})).await;
    while client.hear().await["result"]["text"] != "last" {}

    let protocol = [("sec-websocket-protocol", "polywire.v1+proto")];
    let mut client = open_with(&served, "/ws", &protocol).await.expect("open");
    let sound =
        [&[8, 1, 16, 1, 26, 17][..], b"desk.v1.Desk/Echo", &[34, 2, 8, 7, 50, 6, 10, 1, b'a', 18, 1, b'b']]
            .concat();
    for end in 0..sound.len() {
        client.send(Message::Binary(sound[..end].to_vec().into())).await;
        for bit in 0..8 {
            let mut flipped = sound.clone();
            flipped[end] ^= 1 << bit;
            client.send(Message::Binary(flipped.into())).await;
        }
    }
    // No call before had id 100.
    let last = [&[8, 1, 16, 100, 26, 17][..], b"desk.v1.Desk/Echo", &[34, 2, 8, 7]].concat();
    client.send(Message::Binary(last.into())).await;
    let answer = loop {
        match client.message().await.expect("an answer") {
            Message::Binary(answer) if answer.starts_with(&[8, 2, 16, 100]) => break answer,
            Message::Binary(_) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(&answer[..], [8, 2, 16, 100, 34, 2, 8, 7], "RESULT of 100: a note with id 7");
}

#[tokio::test]
async fn there_is_a_place_for_so_many_connections() {
    let served = serve_desk_with(Limits { connections: 2, ..Limits::default() }).await;
    let first = open(&served, "/chat").await;
    let _second = open(&served, "/chat").await;
    let refused = open_with(&served, "/chat", &[]).await.expect_err("no place");
    assert_eq!((refused.0, &refused.1["code"]), (503, &json!(14)));
    drop(first);
    until("the place that was left is given again", async || open_with(&served, "/chat", &[]).await.is_ok())
        .await;
}
