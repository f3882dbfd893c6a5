//! Calls and streams that take too long: the caller's answer on each wire, and its time.

use super::requests::{JSON, grpc};
use crate::Seen;
use crate::http1::{ask, status};
use crate::server::Process;
use crate::ws::{TEXT, WebSocket};
use std::io;
use std::time::{Duration, Instant};

/// Whether the answer to `GET /wait/60000` is 504, and when it came.
async fn waits(server: &Process, headers: &str) -> io::Result<Duration> {
    let begun = Instant::now();
    let answer = ask(server.address, "GET /wait/60000", headers, b"").await?;
    match status(&answer) {
        504 if answer.contains("\"code\":4") => Ok(begun.elapsed()),
        _ => Err(io::Error::other(format!("{headers:?}: {answer:?}"))),
    }
}

/// The same, over gRPC-Web.
async fn waits_grpc(server: &Process) -> io::Result<Duration> {
    let begun = Instant::now();
    // Field 1: 60,000.
    match grpc(server, "Wait", "", 0, &[8, 0xe0, 0xd4, 3]).await?.as_str() {
        "4" => Ok(begun.elapsed()),
        other => Err(io::Error::other(format!("grpc-status {other}"))),
    }
}

/// The same, over the multiplexed WebSocket. Its pings go unanswered, for which it has 40 s.
async fn waits_ws(server: &Process) -> io::Result<Duration> {
    let mut socket = WebSocket::open(server.address, "/ws").await?;
    let begun = Instant::now();
    let call = |id: &str, method: &str, params: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"faults.v1.Faults.{method}","params":{params}}}"#)
    };
    socket.send(TEXT, call("1", "Wait", r#"{"ms":60000}"#).as_bytes()).await?;
    let answer = socket.text().await?;
    match answer.contains(r#""id":1"#) && answer.contains(r#""code":4"#) {
        true => Ok(begun.elapsed()),
        false => Err(io::Error::other(answer)),
    }
}

pub(super) async fn unary(server: &Process) -> Seen {
    let (own, asked, more, grpc, ws) = futures_util::try_join!(
        waits(server, ""),
        waits(server, "request-timeout: 1\r\n"),
        waits(server, "request-timeout: 3600\r\n"),
        waits_grpc(server),
        waits_ws(server),
    )?;
    let seen = format!(
        "HTTP 504 after {own:.1?} (asked for 1 s: {asked:.1?}, for 1 h: {more:.1?}), gRPC-Web 4 after {grpc:.1?}, WebSocket 4 after {ws:.1?}"
    );
    let least = Duration::from_secs(28);
    match asked < least && [own, more, grpc, ws].iter().all(|took| *took > least) {
        true => Ok(seen),
        false => Err(seen.into()),
    }
}

pub(super) async fn stream_idle(server: &Process) -> Seen {
    let events = ask(server.address, "GET /drip", "accept: text/event-stream\r\n", b"").await?;
    let lines = ask(server.address, "GET /drip", "accept: application/x-ndjson\r\n", b"").await?;
    let grpc = grpc(server, "Drip", "", 0, &[]).await?;
    let connect = ask(
        server.address,
        "POST /faults.v1.Faults/Drip",
        "content-type: application/connect+json\r\n",
        b"\0\0\0\0\x02{}",
    )
    .await?;
    let mut endpoint = WebSocket::open(server.address, "/drip").await?;
    let close = endpoint.closed().await?;
    let held = [
        ("events", events.contains("event: error\ndata: {\"code\":4")),
        ("NDJSON", lines.contains("{\"error\":{\"code\":4")),
        ("gRPC-Web", grpc == "4"),
        ("Connect", connect.contains("deadline_exceeded")),
        ("WebSocket", close == 4004),
    ];
    match held.iter().find(|(_, held)| !held) {
        None => Ok(format!("deadline_exceeded after an item: {}", held.map(|(wire, _)| wire).join(", "))),
        Some((wire, _)) => Err(format!("{wire}: {events:?} {lines:?} {grpc} {connect:?} {close}").into()),
    }
}

/// Half of a message, over wires that each read bodies in their own way.
pub(super) async fn stalled_bodies(server: &Process) -> Seen {
    let half = |content: &str, body: &'static [u8]| {
        let headers = format!("content-type: {content}\r\ncontent-length: 99\r\n");
        async move {
            let begun = Instant::now();
            let request = format!(
                "POST /faults.v1.Faults/Echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}\r\n"
            );
            let bytes = [request.as_bytes(), body].concat();
            let mut socket = crate::http1::connect(server.address, &bytes).await?;
            Ok::<_, io::Error>((crate::http1::until_closed(&mut socket).await?, begun.elapsed()))
        }
    };
    let ((web, web_took), (connect, connect_took), (json, json_took)) = futures_util::try_join!(
        half("application/grpc-web", b"\0\0\0\0\x09x"),
        half("application/proto", b"x"),
        half(JSON.trim_start_matches("content-type: ").trim_end(), b"{"),
    )?;
    let seen = format!(
        "gRPC-Web after {web_took:.1?}, Connect after {connect_took:.1?}, JSON after {json_took:.1?}"
    );
    let said = web.contains("grpc-status:4") || web.contains("grpc-status: 4");
    let late = [web_took, connect_took, json_took].iter().all(|took| *took > Duration::from_secs(8));
    match said && connect.contains("deadline_exceeded") && status(&json) == 504 && late {
        true => Ok(format!("deadline_exceeded: {seen}")),
        false => Err(format!("{seen}: {web:?} {connect:?} {json:?}").into()),
    }
}
