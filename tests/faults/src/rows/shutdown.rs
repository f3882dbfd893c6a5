//! The end of a server: its steps, and their order. Under load, twenty times: every answer that began arrives
//! whole.

use crate::Seen;
use crate::http1::{ask, connect, status, until_closed};
use crate::http2::Http2;
use crate::server::Process;
use crate::ws::WebSocket;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const RESTARTS: usize = 20;
const CLIENTS: usize = 32;

/// Whether the server's health says that it serves (`grpc.health.v1`): of the answer, field 1 is 1, or else 2.
async fn is_serving(server: &Process) -> io::Result<bool> {
    let head = "content-type: application/proto\r\n";
    let answer = ask(server.address, "POST /grpc.health.v1.Health/Check", head, b"").await?;
    Ok(answer.ends_with("\u{8}\u{1}"))
}

/// SIGTERM and the defaults: health first, everything else goes on; 5 s later GOAWAY and Close 1001; calls come to their end.
pub(super) async fn sequence(server: &Process) -> Seen {
    let mut http2 = Http2::connect(server.address, &[]).await?;
    let mut ws = WebSocket::open(server.address, "/ws").await?;
    let call = |ms: u64| format!("GET /wait/{ms} HTTP/1.1\r\nhost: a\r\n\r\n");
    let mut running = connect(server.address, call(8_000).as_bytes()).await?;
    // Keeps the server up to the end of the row.
    let _last = connect(server.address, call(12_000).as_bytes()).await?;
    let served = is_serving(server).await?;
    let begun = Instant::now();
    server.signal("TERM").await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let still = ask(server.address, "GET /wait/0", "", b"").await?;
    let serving = (served, is_serving(server).await?);
    let goaway = async { (http2.goaway().await, begun.elapsed()) };
    let close = async { (ws.closed().await, begun.elapsed()) };
    let ((goaway, at), (close, _)) = futures_util::future::join(goaway, close).await;
    let refused = tokio::net::TcpStream::connect(server.address).await.is_err();
    let answer = until_closed(&mut running).await?;
    let seen = format!(
        "health: serving {serving:?}, a new call meanwhile: {}; after {at:.1?} GOAWAY {goaway:?}, Close {close:?}, refuses connections: {refused}; a call of 8 s: {}",
        status(&still),
        status(&answer)
    );
    let is_late = at >= Duration::from_secs(4);
    let held = serving == (true, false) && status(&still) == 200 && is_late && refused;
    match held && goaway == Some(0) && matches!(close, Ok(1001)) && status(&answer) == 200 {
        true => Ok(seen),
        false => Err(seen.into()),
    }
}

/// Ctrl-C waits for the calls alone. It skips the delay, which is longer here than the row. A second one ends
/// the calls, with 503.
pub(super) async fn interrupt(server: &Process) -> Seen {
    let mut http2 = Http2::connect(server.address, &[]).await?;
    let call = |ms: u64| format!("GET /wait/{ms} HTTP/1.1\r\nhost: a\r\n\r\n");
    let mut short = connect(server.address, call(1_500).as_bytes()).await?;
    let mut long = connect(server.address, call(25_000).as_bytes()).await?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let begun = Instant::now();
    server.signal("INT").await?;
    let goaway = (http2.goaway().await, begun.elapsed());
    let answer = until_closed(&mut short).await?;
    server.signal("INT").await?;
    let cut = until_closed(&mut long).await?;
    let end = begun.elapsed();
    let seen = format!(
        "GOAWAY {:?} after {:.1?}, of a delay of 10 min; a call of 1.5 s: {}; again: a call of 25 s was 503, over after {end:.1?}",
        goaway.0,
        goaway.1,
        status(&answer)
    );
    ended(server).await;
    match goaway.0 == Some(0) && status(&answer) == 200 && status(&cut) == 503 {
        true => Ok(seen),
        false => Err(format!("{seen}: {cut:?}").into()),
    }
}

/// The process needs a moment to end; whether it did is what the row's memory says.
async fn ended(server: &Process) {
    for _ in 0..300 {
        if server.peak() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Calls without an end get `unavailable` 30 s after the 5 s, and the process ends.
pub(super) async fn endless(server: &Process) -> Seen {
    let call = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n");
    let mut running = connect(server.address, call("/wait/300000").as_bytes()).await?;
    let mut stream = connect(server.address, call("/drip").as_bytes()).await?;
    let mut endpoint = WebSocket::open(server.address, "/drip").await?;
    endpoint.text().await?;
    let begun = Instant::now();
    server.signal("TERM").await?;
    let until = async |socket| Ok::<_, io::Error>((until_closed(socket).await?, begun.elapsed()));
    let close = async { Ok::<_, io::Error>((endpoint.closed().await?, begun.elapsed())) };
    let ((answer, cut), (items, streamed), (code, closed)) =
        futures_util::try_join!(until(&mut running), until(&mut stream), close)?;
    let seen = format!(
        "a call of 5 min was 503 after {cut:.1?}, a stream had its last error after {streamed:.1?}, Close {code} after {closed:.1?}"
    );
    ended(server).await;
    let late = cut >= Duration::from_secs(28) && closed >= Duration::from_secs(4);
    let told = status(&answer) == 503 && items.contains("\"code\":14");
    match told && late && code == 1001 {
        true => Ok(seen),
        false => Err(format!("{seen}: {answer:?}, {items:?}").into()),
    }
}

#[derive(Default)]
struct Tally {
    whole: u64,
    truncated: u64,
}

/// Calls on a connection each, until none is accepted any more.
async fn client(address: SocketAddr) -> Tally {
    let mut tally = Tally::default();
    while let Ok(mut socket) =
        connect(address, b"GET /wait/20 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await
    {
        match until_closed(&mut socket).await {
            Ok(answer) if status(&answer) == 200 && answer.ends_with("\"20\"") => tally.whole += 1,
            // Never accepted: the connection was in the listener's queue.
            Ok(answer) if answer.is_empty() => break,
            _ => tally.truncated += 1,
        }
    }
    tally
}

async fn restart() -> io::Result<(u64, Tally)> {
    let server = Process::start(&[("LIMITS", r#"{"drain_delay":"200ms"}"#)]).await?;
    let clients: Vec<_> = (0..CLIENTS).map(|_| tokio::spawn(client(server.address))).collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.signal("TERM").await?;
    let answered = server.answered().await?;
    let mut all = Tally::default();
    for client in clients {
        let tally = client.await.map_err(io::Error::other)?;
        all.whole += tally.whole;
        all.truncated += tally.truncated;
    }
    Ok((answered, all))
}

/// Prints its row; whether it held.
pub(crate) async fn under_load() -> bool {
    let (mut answered, mut whole, mut truncated, mut failed) = (0, 0, 0, Vec::new());
    for _ in 0..RESTARTS {
        match restart().await {
            Ok((of_server, tally)) => {
                answered += of_server;
                whole += tally.whole;
                truncated += tally.truncated;
            }
            Err(error) => failed.push(error.to_string()),
        }
    }
    let held = failed.is_empty() && answered > 0 && answered == whole && truncated == 0;
    let seen = format!(
        "{RESTARTS} restarts: {answered} calls handled, {whole} answers whole, {truncated} truncated {}",
        failed.join("; ")
    );
    println!(
        "{:<6} | {:<34} | {:<12} | {seen} |",
        if held { "ok" } else { "FAILED" },
        "shutdown: SIGTERM under load",
        "raw bytes"
    );
    held
}
