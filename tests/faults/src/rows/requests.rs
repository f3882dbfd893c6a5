//! Requests that ask for too much, or are different from what they seem.

use crate::Seen;
use crate::http1::{ask, connect, status, until_closed};
use crate::server::Process;
use crate::ws::{TEXT, UPGRADE, WebSocket};
use std::io;

pub(super) const JSON: &str = "content-type: application/json\r\n";

/// Fails unless every answer has the status that belongs to it.
fn all(answers: &[(&str, u16, u16)]) -> Seen {
    let wrong: Vec<String> = answers
        .iter()
        .filter(|(_, status, expected)| status != expected)
        .map(|(what, status, expected)| format!("{what}: {status}, not {expected}"))
        .collect();
    if !wrong.is_empty() {
        return Err(wrong.join("; ").into());
    }
    Ok(answers.iter().map(|(what, status, _)| format!("{what}: {status}")).collect::<Vec<_>>().join(", "))
}

async fn get(server: &Process, path: &str, headers: &str) -> io::Result<u16> {
    Ok(status(&ask(server.address, &format!("GET {path}"), headers, b"").await?))
}

async fn echo(server: &Process, body: &str) -> io::Result<u16> {
    Ok(status(&ask(server.address, "POST /echo", JSON, body.as_bytes()).await?))
}

pub(super) async fn heads(server: &Process) -> Seen {
    // Two more are always there.
    let headers = |count: usize| (2..count).map(|index| format!("x-{index}: 1\r\n")).collect::<String>();
    let (many, over) = (headers(202), headers(101));
    let sized = |size: usize| format!("x: {}\r\n", "x".repeat(size));
    let large = sized(70 << 10);
    let mut seen = Vec::new();
    for (what, headers) in [("202 headers", &many), ("101", &over), ("a header of 70 KiB", &large)] {
        let answer = get(server, "/wait/0", headers).await?;
        // The answer is 431, or a close without an answer when more was under way.
        if answer != 431 && answer != 0 {
            return Err(format!("{what}: {answer}").into());
        }
        seen.push(format!("{what}: {}", if answer == 0 { "closed".to_owned() } else { answer.to_string() }));
    }
    seen.push(all(&[
        ("100 headers", get(server, "/wait/0", &headers(100)).await?, 200),
        ("one of 60 KiB", get(server, "/wait/0", &sized(60 << 10)).await?, 200),
    ])?);
    Ok(seen.join(", "))
}

pub(super) async fn paths(server: &Process) -> Seen {
    all(&[
        ("a%20b", get(server, "/names/a%20b", "").await?, 200),
        ("%2500", get(server, "/names/a%2500", "").await?, 200),
        ("%00", get(server, "/names/a%00b", "").await?, 400),
        ("%2e%2e", get(server, "/names/%2e%2e", "").await?, 400),
        ("..", get(server, "/names/..", "").await?, 400),
        ("%2F", get(server, "/names/a%2Fb", "").await?, 400),
        ("%zz", get(server, "/names/a%zz", "").await?, 400),
        ("%ff", get(server, "/names/%ff", "").await?, 400),
    ])
}

/// A gRPC-Web call, whose status is in the body.
pub(super) async fn grpc(
    server: &Process,
    method: &str,
    headers: &str,
    flags: u8,
    message: &[u8],
) -> io::Result<String> {
    let mut body = vec![flags];
    body.extend((message.len() as u32).to_be_bytes());
    body.extend(message);
    let headers = format!("content-type: application/grpc-web\r\n{headers}");
    let answer = ask(server.address, &format!("POST /faults.v1.Faults/{method}"), &headers, &body).await?;
    let status = answer.split("grpc-status:").nth(1).unwrap_or("none").trim_start();
    Ok(status.chars().take_while(char::is_ascii_digit).collect())
}

pub(super) async fn amplification(server: &Process) -> Seen {
    // Field 2, length 0: an empty submessage in two bytes.
    let message = [0x12, 0].repeat((4 << 20) / 2 - 8);
    match grpc(server, "Echo", "", 0, &message).await?.as_str() {
        "3" => Ok("4 MiB of empty submessages: invalid_argument".to_owned()),
        other => Err(format!("grpc-status {other}").into()),
    }
}

pub(super) async fn budget(server: &Process) -> Seen {
    // Each holds 3.9 MiB and does not end: 65 of them use up the budget, and the next is refused.
    let size = 3_900 << 10;
    let mut head = format!(
        "POST /faults.v1.Faults/Echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/proto\r\ncontent-length: {size}\r\n\r\n"
    )
    .into_bytes();
    head.resize(head.len() + size - 1, 0);
    let mut held = Vec::new();
    for _ in 0..75 {
        held.push(connect(server.address, &head).await?);
    }
    let body = format!("{{\"text\":\"{}\"}}", "x".repeat(900 << 10));
    let answer = ask(server.address, "POST /echo", JSON, body.as_bytes()).await?;
    let small = echo(server, "{\"text\":\"x\"}").await?;
    let mut refused = 0;
    for socket in &held {
        let mut start = [0; 12];
        if matches!(socket.try_read(&mut start), Ok(12)) {
            refused += 1;
        }
    }
    if refused == 0 || small != 200 {
        return Err(format!("{refused} of 75 were refused, a small one got {small}").into());
    }
    Ok(format!(
        "of 75 bodies of 3.9 MiB that do not end {refused} were refused, one of 900 KiB got {}, a small one 200",
        status(&answer)
    ))
}

pub(super) async fn nesting(server: &Process) -> Seen {
    let deep = |levels: usize| format!("{}{{}}{}", "{\"nodes\":[".repeat(levels), "]}".repeat(levels));
    // Protobuf: each level is a length around the inner one. From 127 bytes on, the length takes more bytes.
    let mut message = Vec::new();
    for _ in 0..10_000 {
        let mut outer = vec![0x12];
        let mut len = message.len();
        while len >= 128 {
            outer.push(len as u8 | 128);
            len >>= 7;
        }
        outer.push(len as u8);
        outer.extend(&message);
        message = outer;
    }
    let json = all(&[
        ("JSON of 64 levels", echo(server, &deep(63)).await?, 200),
        ("of 66", echo(server, &deep(65)).await?, 400),
        ("of 80,000", echo(server, &deep(80_000)).await?, 400),
        (
            "80,000 unknown arrays",
            echo(server, &format!("{{\"x\":{}{}}}", "[".repeat(80_000), "]".repeat(80_000))).await?,
            200,
        ),
    ])?;
    match grpc(server, "Echo", "", 0, &message).await?.as_str() {
        "3" => Ok(format!("{json}, protobuf of 10,000: invalid_argument")),
        other => Err(format!("grpc-status {other}").into()),
    }
}

pub(super) async fn sizes(server: &Process) -> Seen {
    let head = |path: &str, content: &str, size: usize| {
        format!(
            "POST {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: {content}\r\ncontent-length: {size}\r\n\r\n"
        )
    };
    let mut json =
        connect(server.address, head("/echo", "application/json", (1 << 20) + 1).as_bytes()).await?;
    let connect_head = head("/faults.v1.Faults/Echo", "application/proto", (4 << 20) + 1);
    let mut proto = connect(server.address, connect_head.as_bytes()).await?;
    let answers = (status(&until_closed(&mut json).await?), status(&until_closed(&mut proto).await?));
    let mut huge = vec![0; 5];
    huge[1..].copy_from_slice(&0xffff_ffff_u32.to_be_bytes());
    let grpc_web = "content-type: application/grpc-web\r\n";
    let answer = ask(server.address, "POST /faults.v1.Faults/Echo", grpc_web, &huge).await?;
    if !answer.contains("grpc-status:8") && !answer.contains("grpc-status: 8") {
        return Err(format!("a length of 4 GiB: {answer:?}").into());
    }
    let seen = all(&[("JSON of 1 MiB + 1", answers.0, 413), ("Connect of 4 MiB + 1", answers.1, 429)])?;
    Ok(format!("{seen}, an envelope of 4 GiB: resource_exhausted"))
}

/// The default. What comes in is smaller: JSON that goes out has every field.
pub(super) async fn large_reply(server: &Process) -> Seen {
    let echo = async |text: usize| {
        let nodes = "{},".repeat(48_999);
        let body = format!("{{\"text\":\"{}\",\"nodes\":[{nodes}{{}}]}}", "x".repeat(text));
        let connect = format!("{JSON}connect-protocol-version: 1\r\n");
        ask(server.address, "POST /faults.v1.Faults/Echo", &connect, body.as_bytes()).await
    };
    let (fits, over) = (echo(0).await?, echo(2 << 20).await?);
    let seen = all(&[("fits", status(&fits), 200), ("2 MiB more", status(&over), 429)])?;
    match fits.len() > 2 << 20 && over.contains("resource_exhausted") {
        true => Ok(format!("an answer of {} bytes {seen}: resource_exhausted", fits.len())),
        false => Err(format!("{} bytes: {seen}", fits.len()).into()),
    }
}

pub(super) async fn replies(server: &Process) -> Seen {
    // Field 1, a text of 80,000 bytes.
    let message = [&[10, 0x80, 0xf1, 4][..], &[b'x'; 80_000]].concat();
    match grpc(server, "Echo", "", 0, &message).await?.as_str() {
        "8" => Ok("an answer of 80 KB: resource_exhausted".to_owned()),
        other => Err(format!("grpc-status {other}").into()),
    }
}

pub(super) async fn ws_sizes(server: &Process) -> Seen {
    let mut frame = WebSocket::open(server.address, "/ws").await?;
    frame.begin(TEXT, true, (256 << 10) + 1, b"{").await?;
    let mut message = WebSocket::open(server.address, "/ws").await?;
    let fragment = vec![b'x'; 128 << 10];
    for (at, opcode) in [TEXT, 0, 0, 0, 0, 0, 0, 0, 0].into_iter().enumerate() {
        // The ninth fragment passes 1 MiB. The server may have closed by then.
        let sent = message.begin(opcode, false, fragment.len() as u64, &fragment).await;
        sent.or_else(|error| if at == 8 { Ok(()) } else { Err(error) })?;
    }
    let codes = (frame.closed().await?, message.closed().await?);
    match codes {
        (1009, 1009) => Ok("a frame of 256 KiB + 1, a message over 1 MiB in frames: Close 1009".to_owned()),
        other => Err(format!("{other:?}").into()),
    }
}

pub(super) async fn ws_calls(server: &Process) -> Seen {
    let mut socket = WebSocket::open(server.address, "/ws").await?;
    for id in 1..=65 {
        let call = format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"faults.v1.Faults.Wait","params":{{"ms":2000}}}}"#
        );
        socket.send(TEXT, call.as_bytes()).await?;
    }
    let (mut refused, mut served) = (Vec::new(), 0);
    while refused.len() + served < 65 {
        let text = socket.text().await?;
        match text.contains("\"error\"") {
            true => refused.push(text),
            false => served += 1,
        }
    }
    match &refused[..] {
        [one] if one.contains("calls in flight") => {
            Ok("of 65 calls on a connection 1 was refused".to_owned())
        }
        other => Err(format!("refused: {other:?}").into()),
    }
}

pub(super) async fn bomb(server: &Process) -> Seen {
    let gzip = "content-encoding: gzip\r\n";
    let json = ask(server.address, "POST /echo", &format!("{JSON}{gzip}"), &[0x1f, 0x8b]).await?;
    let packed = grpc(server, "Echo", "grpc-encoding: gzip\r\n", 1, &[0x1f, 0x8b]).await?;
    if packed != "12" {
        return Err(format!("gRPC: grpc-status {packed}").into());
    }
    Ok(format!(
        "{}, gRPC: unimplemented: request compression is off",
        all(&[("HTTP/JSON", status(&json), 415)])?
    ))
}

pub(super) async fn json(server: &Process) -> Seen {
    // The answer must repeat the number: not rounded, not null.
    for (body, kept) in [
        ("{\"number\":9007199254740993}", "\"number\":\"9007199254740993\""),
        ("{\"number\":\"-9223372036854775808\"}", "\"number\":\"-9223372036854775808\""),
        ("{\"ratio\":\"NaN\"}", "\"ratio\":\"NaN\""),
        ("{\"ratio\":\"-Infinity\"}", "\"ratio\":\"-Infinity\""),
    ] {
        let answer = ask(server.address, "POST /echo", JSON, body.as_bytes()).await?;
        if status(&answer) != 200 || !answer.contains(kept) {
            return Err(format!("{body}: {answer:?}").into());
        }
    }
    let seen = all(&[
        ("2^53", echo(server, "{\"number\":9007199254740992}").await?, 200),
        ("over 2^63", echo(server, "{\"number\":\"9223372036854775808\"}").await?, 400),
        ("1.5", echo(server, "{\"number\":1.5}").await?, 400),
        ("1e999", echo(server, "{\"ratio\":1e999}").await?, 400),
        ("a bare NaN", echo(server, "{\"ratio\":NaN}").await?, 400),
        ("twice the same key", echo(server, "{\"text\":\"a\",\"text\":\"b\"}").await?, 400),
        ("in a map", echo(server, "{\"labels\":{\"a\":1,\"a\":2}}").await?, 400),
        ("unknown field", echo(server, "{\"x\":1}").await?, 200),
    ])?;
    Ok(format!("2^53 + 1, -2^63, \"NaN\", \"-Infinity\" come back; {seen}"))
}

pub(super) async fn origins(server: &Process) -> Seen {
    let upgrade = |origin: &str| format!("{UPGRADE}{origin}");
    let handshake = async |host: &str, origin: &str| -> io::Result<u16> {
        let request = format!("GET /ws HTTP/1.1\r\nhost: {host}\r\n{}\r\n", upgrade(origin));
        let mut socket = connect(server.address, request.as_bytes()).await?;
        let mut start = [0; 12];
        tokio::io::AsyncReadExt::read_exact(&mut socket, &mut start).await?;
        Ok(status(&String::from_utf8_lossy(&start)))
    };
    let seen = all(&[
        ("no origin", handshake("a", "").await?, 101),
        ("the same", handshake("localhost", "origin: http://localhost\r\n").await?, 101),
        ("a name that was pointed here", handshake("a", "origin: http://a\r\n").await?, 421),
        ("another", handshake("a", "origin: http://evil.example\r\n").await?, 403),
    ])?;
    let answer = ask(server.address, "GET /wait/0", "origin: http://evil.example\r\n", b"").await?;
    if answer.to_ascii_lowercase().contains("access-control-allow") {
        return Err("CORS is open".into());
    }
    Ok(format!("WebSocket of {seen}; no CORS headers"))
}

pub(super) async fn panic(server: &Process) -> Seen {
    let answer = ask(server.address, "GET /panic", "", b"").await?;
    let stream = ask(server.address, "GET /panic/midway", "accept: application/x-ndjson\r\n", b"").await?;
    let web = "content-type: application/grpc-web\r\n";
    let web = ask(server.address, "POST /faults.v1.Faults/Panic", web, &[0; 5]).await?;
    let mut socket = WebSocket::open(server.address, "/ws").await?;
    socket.send(TEXT, br#"{"jsonrpc":"2.0","id":1,"method":"faults.v1.Faults.Panic"}"#).await?;
    let ws = socket.text().await?;
    let said = [&answer, &stream, &web, &ws];
    if said.iter().any(|said| said.contains("secret") || !said.contains("internal error")) {
        return Err(format!("{said:?}").into());
    }
    let after_an_item = stream.find("\"number\"").zip(stream.find("{\"error\":{\"code\":13"));
    let held = [
        after_an_item.is_some_and(|(item, error)| item < error),
        web.contains("grpc-status:13") || web.contains("grpc-status: 13"),
        ws.contains(r#""code":13"#),
    ];
    if held.contains(&false) {
        return Err(format!("{held:?} of {said:?}").into());
    }
    let log = server.log()?;
    let (panics, traces) = (log.matches("a secret").count(), log.matches("stack backtrace:").count());
    if (panics, traces) != (4, 4) {
        return Err(format!("the log has {panics} panics and {traces} backtraces").into());
    }
    let seen =
        all(&[("a panic", status(&answer), 500), ("the next call", get(server, "/wait/0", "").await?, 200)])?;
    Ok(format!("{seen}; in a stream, gRPC-Web, WebSocket: 13; 4 backtraces in the log"))
}
