//! Connections that take their time.

use crate::Seen;
use crate::http1::{connect, status, until_closed};
use crate::server::Process;
use crate::ws::{TEXT, WebSocket};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

/// Whether a limit of `expected` seconds may have taken so long. A slow machine is late, but not by as much
/// as the next longer limit.
fn is_about(took: Duration, expected: u64) -> bool {
    let expected = Duration::from_secs(expected);
    took > expected.mul_f64(0.8) && took < 2 * expected + Duration::from_secs(5)
}

/// The server's answer to these bytes. It must close after about `expected` seconds.
async fn closes(
    server: &Process,
    bytes: &[u8],
    expected: u64,
) -> Result<(String, String), Box<dyn std::error::Error + Send + Sync>> {
    let begun = Instant::now();
    let answer = until_closed(&mut connect(server.address, bytes).await?).await?;
    let took = begun.elapsed();
    if !is_about(took, expected) {
        return Err(format!("closed after {took:.1?}, not {expected} s").into());
    }
    Ok((answer, format!("closed after {took:.1?}")))
}

pub(super) async fn nothing(server: &Process) -> Seen {
    Ok(closes(server, b"", 10).await?.1)
}

pub(super) async fn lone_byte(server: &Process) -> Seen {
    Ok(closes(server, b"P", 10).await?.1)
}

pub(super) async fn idle(server: &Process) -> Seen {
    let (answer, seen) = closes(server, b"GET /wait/0 HTTP/1.1\r\nhost: a\r\n\r\n", 30).await?;
    if status(&answer) == 200 { Ok(seen) } else { Err(format!("answered {answer:?}").into()) }
}

/// A whole request and a part of the next, in one piece.
pub(super) async fn pipelined_head(server: &Process) -> Seen {
    let bytes = b"GET /wait/0 HTTP/1.1\r\nhost: a\r\n\r\nGET /wait/0 HT";
    let (answer, seen) = closes(server, bytes, 10).await?;
    if status(&answer) == 200 { Ok(seen) } else { Err(format!("answered {answer:?}").into()) }
}

/// No TLS where TLS is awaited.
pub(super) async fn no_handshake(server: &Process) -> Seen {
    Ok(closes(server, b"", 10).await?.1)
}

pub(super) async fn ws_silent(server: &Process) -> Seen {
    let mut socket = WebSocket::open(server.address, "/ws").await?;
    let begun = Instant::now();
    let code = socket.closed().await?;
    let text = format!("Close {code} after {:.1?}", begun.elapsed());
    if code == 1008 && is_about(begun.elapsed(), 10) { Ok(text) } else { Err(text.into()) }
}

/// A client that has spoken, and answers no ping: one comes after 20 s, and after 40 s the end.
pub(super) async fn ws_unanswered(server: &Process) -> Seen {
    let mut socket = WebSocket::open(server.address, "/ws").await?;
    socket.send(TEXT, br#"{"jsonrpc":"2.0","id":1,"method":"faults.v1.Faults.Echo","params":{}}"#).await?;
    let begun = Instant::now();
    let pings = socket.pings().await;
    let text = format!("{pings} pings unanswered, closed after {:.1?}", begun.elapsed());
    match (1..=2).contains(&pings) && is_about(begun.elapsed(), 40) {
        true => Ok(text),
        false => Err(text.into()),
    }
}

pub(super) async fn stalled_body(server: &Process) -> Seen {
    let head =
        b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{";
    let begun = Instant::now();
    let mut socket = connect(server.address, head).await?;
    let mut start = [0; 12];
    tokio::time::timeout(Duration::from_secs(20), socket.read_exact(&mut start)).await??;
    let took = begun.elapsed();
    match &start {
        b"HTTP/1.1 504" if took > Duration::from_secs(8) => Ok(format!("504 after {took:.1?}")),
        other => Err(format!("{:?} after {took:.1?}", String::from_utf8_lossy(other)).into()),
    }
}

/// A byte every 2 s is never too slow by itself; the whole body has the time of the call.
pub(super) async fn dripped_body(server: &Process) -> Seen {
    let head =
        b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{";
    let begun = Instant::now();
    let (mut reader, mut writer) = connect(server.address, head).await?.into_split();
    let dripping = async {
        loop {
            tokio::time::sleep(Duration::from_secs(2)).await;
            if writer.write_all(b" ").await.is_err() {
                return std::future::pending().await;
            }
        }
    };
    let mut start = [0; 12];
    tokio::select! {
        read = reader.read_exact(&mut start) => read.map(drop)?,
        () = dripping => {}
        () = tokio::time::sleep(Duration::from_secs(70)) => return Err("no answer".into()),
    }
    let took = begun.elapsed();
    match &start {
        b"HTTP/1.1 504" if is_about(took, 30) => Ok(format!("504 after {took:.1?}")),
        other => Err(format!("{:?} after {took:.1?}", String::from_utf8_lossy(other)).into()),
    }
}

pub(super) async fn takes_nothing(server: &Process) -> Seen {
    let begun = Instant::now();
    let socket = connect(server.address, b"GET /flood/65536 HTTP/1.1\r\nhost: a\r\n\r\n").await?;
    // A read would let the server go on, so only the peer's state is looked at.
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let took = begun.elapsed();
        if socket.take_error()?.is_some() || closed_by_peer(&socket)? {
            return Ok(format!("cut after {took:.1?}"));
        }
        if took > Duration::from_secs(45) {
            return Err("the server keeps the connection".into());
        }
    }
}

/// Whether the server has closed its side (proc(5), `net/tcp`: any state but 01, established). Its end of the stream cannot
/// arrive: it stands behind what is not taken.
fn closed_by_peer(socket: &tokio::net::TcpStream) -> std::io::Result<bool> {
    let port = format!(":{:04X}", socket.local_addr()?.port());
    let table = std::fs::read_to_string("/proc/net/tcp")?;
    // A line: its number, the local address, the remote one, the state.
    let mut lines =
        table.lines().map(|line| line.split_ascii_whitespace().skip(2).take(2).collect::<Vec<_>>());
    let of_server = lines.find(|line| line.first().is_some_and(|remote| remote.ends_with(&port)));
    Ok(of_server.is_none_or(|line| line.get(1) != Some(&"01")))
}

pub(super) async fn age(server: &Process) -> Seen {
    let begun = Instant::now();
    let mut socket = connect(server.address, b"GET /wait/3000 HTTP/1.1\r\nhost: a\r\n\r\n").await?;
    let answer = until_closed(&mut socket).await?;
    if status(&answer) == 200 && answer.contains("connection: close") {
        return Ok(format!(
            "the call of 3 s was answered, `connection: close`, closed after {:.1?}",
            begun.elapsed()
        ));
    }
    Err(format!("answered {answer:?}").into())
}

pub(super) async fn grace(server: &Process) -> Seen {
    let (answer, seen) = closes(server, b"GET /wait/20000 HTTP/1.1\r\nhost: a\r\n\r\n", 2).await?;
    let is_told =
        answer.starts_with("HTTP/1.1 503 ") && answer.contains("the connection has reached its age");
    if is_told { Ok(format!("a call of 20 s: 503, {seen}")) } else { Err(answer.into()) }
}

pub(super) async fn slow_headers(server: &Process) -> Seen {
    slowhttptest(server, &["-H", "-u", &format!("http://{}/wait/0", server.address)]).await
}

pub(super) async fn slow_body(server: &Process) -> Seen {
    let url = format!("http://{}/echo", server.address);
    slowhttptest(server, &["-B", "-f", "application/json", "-s", "8192", "-u", &url]).await
}

/// 200 connections that send a little every 12 s, for 30 s: all of them must be closed by the server, which must be available all
/// the time.
async fn slowhttptest(_: &Process, arguments: &[&str]) -> Seen {
    let common = ["-c", "200", "-r", "100", "-i", "12", "-l", "30", "-p", "3"];
    let output = Command::new("slowhttptest").args(common).args(arguments).output().await?;
    let plain = strip_colours(&String::from_utf8_lossy(&output.stdout));
    // The tool stops as soon as no connection is open. At its own time-out it prints something else.
    let closed = plain.contains("No open connections left");
    let available = plain.lines().filter(|line| line.contains("service available"));
    let (mut yes, mut no) = (0, 0);
    available.for_each(|line| if line.contains("YES") { yes += 1 } else { no += 1 });
    let ended = plain.lines().find(|line| line.contains("Test ended on")).unwrap_or_default().trim();
    match closed && yes > 0 && no == 0 {
        true => Ok(format!("200 of 200 connections closed, available in {yes} of {yes} reports, {ended}")),
        false => Err(format!("available {yes} times, not {no} times: {}", tail(&plain)).into()),
    }
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(12)..].join("; ")
}

fn strip_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        match next {
            '\u{1b}' => drop(rest.by_ref().find(char::is_ascii_alphabetic)),
            other => plain.push(other),
        }
    }
    plain
}
