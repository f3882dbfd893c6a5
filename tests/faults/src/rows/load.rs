//! Many calls and connections at once.

use crate::Seen;
use crate::http1::{ask, connect, status, until_closed};
use crate::server::Process;
use crate::ws::{TEXT, WebSocket};
use futures_util::future::join_all;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;

pub(super) async fn slow_reader(server: &Process) -> Seen {
    let before = server.resident();
    let mut socket = connect(server.address, b"GET /flood/65536 HTTP/1.1\r\nhost: a\r\n\r\n").await?;
    let mut some = vec![0; 64 << 10];
    socket.read_exact(&mut some).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let held = server.peak().saturating_sub(before);
    Ok(format!("64 KiB of 1 GiB taken, then nothing for 3 s; the peak was {held} KiB over before"))
}

/// Subscribes on a multiplexed connection, and returns when the first item has come, or the refusal.
async fn subscribe(socket: &mut WebSocket, id: usize) -> std::io::Result<String> {
    let call = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"faults.v1.Faults.Drip","params":{{}}}}"#);
    socket.send(TEXT, call.as_bytes()).await?;
    let answer = socket.text().await?;
    match answer.contains("\"error\"") {
        true => Ok(answer),
        false => socket.text().await,
    }
}

/// Streams that say nothing more hold no place of a call.
pub(super) async fn idle_streams(server: &Process) -> Seen {
    let mut sockets = Vec::new();
    for _ in 0..16 {
        let mut socket = WebSocket::open(server.address, "/ws").await?;
        for id in 1..=64 {
            let first = subscribe(&mut socket, id).await?;
            if first.contains("\"error\"") {
                return Err(first.into());
            }
        }
        sockets.push(socket);
    }
    Ok(format!("1,024 subscriptions that say nothing; {}", places(server).await?))
}

pub(super) async fn streams_of_a_connection(server: &Process) -> Seen {
    let mut socket = WebSocket::open(server.address, "/ws").await?;
    for id in 1..=256 {
        subscribe(&mut socket, id).await?;
    }
    match subscribe(&mut socket, 257).await? {
        refused if refused.contains("256 open streams") => Ok("the 257th is refused with code 8".to_owned()),
        other => Err(other.into()),
    }
}

pub(super) async fn streams_of_a_server(server: &Process) -> Seen {
    let mut sockets = Vec::new();
    for _ in 0..3 {
        let mut socket = connect(server.address, b"GET /drip HTTP/1.1\r\nhost: a\r\n\r\n").await?;
        socket.read_exact(&mut [0; 12]).await?;
        sockets.push(socket);
    }
    let refused = ask(server.address, "GET /drip", "", b"").await?;
    let call = ask(server.address, "GET /wait/1", "", b"").await?;
    match (status(&refused), refused.contains("retry-after: "), status(&call)) {
        (429, true, 200) => Ok("the fourth gets 429 + Retry-After, a call 200".to_owned()),
        other => Err(format!("{other:?}: {refused:?}").into()),
    }
}

/// A request cut off after each of its bytes, and while it is being answered: the server must lose nothing by it.
pub(super) async fn client_gone(server: &Process) -> Seen {
    let json = b"{\"text\":\"some text\",\"nodes\":[{\"text\":\"x\"}]}";
    let mut rpc = vec![0, 0, 0, 0, 3, 10, 1, b'x'];
    let mut requests = vec![
        format!("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", json.len())
            .into_bytes(),
        format!("POST /faults.v1.Faults/Echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/grpc-web\r\ncontent-length: {}\r\n\r\n", rpc.len())
            .into_bytes(),
        b"GET /flood/1000 HTTP/1.1\r\nhost: a\r\n\r\n".to_vec(),
        b"GET /wait/50 HTTP/1.1\r\nhost: a\r\n\r\n".to_vec(),
    ];
    requests[0].extend(json);
    requests[1].append(&mut rpc);
    let mut cut = 0;
    for request in &requests {
        for end in 0..=request.len() {
            drop(connect(server.address, &request[..end]).await?);
            cut += 1;
        }
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(format!("cut {cut} times; {}", places(server).await?))
}

/// Whether no place among the calls in flight was lost: were a single call still counted, the 1,024 could not all be had.
pub(super) async fn places(server: &Process) -> Seen {
    let waiting = join_all((0..1_024).map(|_| ask(server.address, "GET /wait/3000", "", b""))).await;
    let served =
        waiting.iter().filter(|answer| answer.as_ref().is_ok_and(|answer| status(answer) == 200)).count();
    if served == 1_024 {
        Ok("then all 1,024 places are free".to_owned())
    } else {
        Err(format!("{served} of 1,024 places").into())
    }
}

pub(super) async fn overload(server: &Process) -> Seen {
    // All connect before the first call. A full queue of connections delays SYNs by seconds, and such a call
    // would find free places again.
    let mut open = Vec::with_capacity(1_500);
    for _ in 0..15 {
        for socket in join_all((0..100).map(|_| TcpStream::connect(server.address))).await {
            open.push(socket?);
        }
    }
    let (begun, over) = (Instant::now(), AtomicUsize::new(0));
    let calls = open.into_iter().map(|mut socket| {
        let over = &over;
        async move {
            socket.write_all(b"GET /wait/5000 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await?;
            let answer = until_closed(&mut socket).await?;
            over.fetch_add(1, SeqCst);
            Ok::<_, std::io::Error>((status(&answer), answer.contains("retry-after: "), begun.elapsed()))
        }
    });
    let (answers, others) = tokio::join!(join_all(calls), others_meanwhile(server, &over));
    let answers: Vec<_> = answers.into_iter().collect::<Result<_, _>>()?;
    let served: Vec<_> = answers.iter().filter(|(status, ..)| *status == 200).collect();
    let refused: Vec<_> = answers.iter().filter(|(status, again, _)| *status == 503 && *again).collect();
    let slowest = refused.iter().map(|(.., took)| *took).max().unwrap_or_default();
    let first = served.iter().map(|(.., took)| *took).min().unwrap_or_default();
    let last = served.iter().map(|(.., took)| *took).max().unwrap_or_default();
    // Refused at once: no place was free yet, and no call waited for one.
    if served.len() == 1_024 && refused.len() == 476 && slowest < first {
        let others = others?;
        return Ok(format!(
            "of 1,500 calls of 5 s 1,024 answered by {last:.1?}, 476 got 503 + Retry-After by {slowest:.1?}; {others}"
        ));
    }
    let (served, refusals) = (served.len(), refused.len());
    Err(format!("{served} answered from {first:.1?} on, {refusals} refused by {slowest:.1?}").into())
}

/// The answers to callers on other wires while every place is taken, from the last refusal on.
async fn others_meanwhile(server: &Process, over: &AtomicUsize) -> Seen {
    let mut socket = WebSocket::open(server.address, "/ws").await?;
    while over.load(SeqCst) < 476 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let grpc = super::requests::grpc(server, "Echo", "", 0, &[]).await?;
    socket.send(TEXT, br#"{"jsonrpc":"2.0","id":1,"method":"faults.v1.Faults.Echo","params":{}}"#).await?;
    let ws = socket.text().await?;
    match grpc == "8" && ws.contains(r#""code":8"#) {
        true => Ok("gRPC-Web and WebSocket: 8".to_owned()),
        false => Err(format!("gRPC-Web: {grpc}, WebSocket: {ws}").into()),
    }
}

pub(super) async fn idle_connections(server: &Process) -> Seen {
    let before = server.resident();
    let mut open = Vec::with_capacity(10_000);
    for _ in 0..100 {
        // Each connection has had a request. It may then be idle for 30 s, even on a busy machine.
        let some = join_all((0..100).map(|_| async {
            let mut socket = TcpStream::connect(server.address).await?;
            socket.write_all(b"GET /wait/0 HTTP/1.1\r\nhost: a\r\n\r\n").await?;
            socket.read_exact(&mut [0]).await.map(|_| socket)
        }));
        for socket in some.await {
            open.push(socket?);
        }
    }
    let each = (server.resident().saturating_sub(before) << 10) / open.len() as u64;
    // The kernel accepts one more, and the server does not, until another goes.
    let mut over = connect(server.address, b"GET /wait/0 HTTP/1.1\r\nhost: a\r\n\r\n").await?;
    let mut start = [0; 12];
    if tokio::time::timeout(Duration::from_secs(1), over.read_exact(&mut start)).await.is_ok() {
        return Err("one more was served".into());
    }
    let count = open.len();
    open.truncate(count - 10);
    tokio::time::timeout(Duration::from_secs(10), over.read_exact(&mut start)).await??;
    Ok(format!("{count} connections, {each} bytes each; one more waits until another goes"))
}

/// Calls whose answers nobody reads, on a WebSocket.
pub(super) async fn ws_slow_reader(server: &Process) -> Seen {
    let before = server.resident();
    let mut socket = WebSocket::open(server.address, "/ws").await?;
    for id in 1..=60 {
        let call = format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"faults.v1.Faults.Flood","params":{{"pieces":65536}}}}"#
        );
        socket.send(TEXT, call.as_bytes()).await?;
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let held = server.peak().saturating_sub(before);
    Ok(format!("60 streams of 1 GiB, nothing taken for 3 s; the peak was {held} KiB over before"))
}

pub(super) async fn h2load(server: &Process) -> Seen {
    let url = format!("http://{}/wait/0", server.address);
    let output = Command::new("h2load").args(["-n", "20000", "-c", "10", "-m", "200", &url]).output().await?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said.lines().find(|line| line.starts_with("requests:")).unwrap_or_default();
    if line.contains("20000 succeeded") {
        Ok("20,000 of 20,000 requests, 200 asked for at once on 10 connections".to_owned())
    } else {
        Err(format!("{line:?}").into())
    }
}
