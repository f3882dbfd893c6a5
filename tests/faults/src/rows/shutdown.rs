//! SIGTERM under load, twenty times: what the server began to answer arrives whole.

use crate::http1::{connect, status, until_closed};
use crate::server::Process;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

const RESTARTS: usize = 20;
const CLIENTS: usize = 32;

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
            // Never taken: it was waiting in the listener's queue.
            Ok(answer) if answer.is_empty() => break,
            _ => tally.truncated += 1,
        }
    }
    tally
}

async fn restart() -> io::Result<(u64, Tally)> {
    let server = Process::start(r#"{"drain_delay":"200ms"}"#).await?;
    let clients: Vec<_> = (0..CLIENTS).map(|_| tokio::spawn(client(server.address))).collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.terminate().await?;
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
