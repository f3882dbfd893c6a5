//! HTTP/2 that is legal, and costs the server more than the client: the server's answer, and the effect on
//! other clients.

use super::frames::{call, number, streams};
use crate::Seen;
use crate::http1::{ask, status};
use crate::http2::{DATA, END_HEADERS, HEADERS, Http2, PING, SETTINGS, WINDOW_UPDATE, frame, grpc};
use crate::server::Process;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

type Error = Box<dyn std::error::Error + Send + Sync>;

const ENHANCE_YOUR_CALM: u32 = 11;
/// How long another client waits.
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs a flood, and calls of another client one after the other as long as it lasts. Returns the result of
/// the flood, and a text about the others and the processor.
async fn beside<T>(
    server: &Process,
    flood: impl Future<Output = Result<T, Error>>,
) -> Result<(T, String), Error> {
    let (over, busy, begun) = (AtomicBool::new(false), server.busy(), Instant::now());
    let flooding = async {
        let seen = flood.await;
        over.store(true, SeqCst);
        seen
    };
    let calling = async {
        let (mut calls, mut slowest) = (0, Duration::ZERO);
        while !over.load(SeqCst) {
            let begun = Instant::now();
            let answer = tokio::time::timeout(PATIENCE, ask(server.address, "GET /wait/0", "", b"")).await;
            if !matches!(&answer, Ok(Ok(answer)) if status(answer) == 200) {
                return Err(Error::from(format!("another client got {answer:?}")));
            }
            (calls, slowest) = (calls + 1, slowest.max(begun.elapsed()));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok((calls, slowest))
    };
    let (seen, others) = futures_util::future::join(flooding, calling).await;
    let (seen, (calls, slowest)) = (seen?, others?);
    let (cpu, took) = (server.busy().saturating_sub(busy), begun.elapsed());
    let said = format!(
        "{calls} calls of another client answered, the slowest in {slowest:.0?}; {cpu:.1?} of CPU in {took:.1?}"
    );
    Ok((seen, said))
}

/// Frames that each ask for an answer, from a peer that reads none: the server must stop reading, or close.
/// Then the same from a peer that reads.
async fn answered(server: &Process, one: Vec<u8>) -> Seen {
    let chunk = one.repeat(1_000);
    let unread = async {
        let mut connection = Http2::connect(server.address, &[]).await?;
        let mut sent = 0;
        while sent < 2_000
            && matches!(tokio::time::timeout(Duration::from_secs(2), connection.send(&chunk)).await, Ok(true))
        {
            sent += 1;
        }
        Ok(sent)
    };
    let (sent, _) = beside(server, unread).await?;
    if sent == 2_000 {
        return Err("2,000,000 were taken from a peer that reads no answer".into());
    }
    let read = async { Ok(Http2::connect(server.address, &[]).await?.pour(&chunk, PATIENCE).await) };
    let (poured, said) = beside(server, read).await?;
    Ok(format!("answers unread: held back after {sent},000; read: {poured},000 taken, {said}"))
}

pub(super) async fn settings(server: &Process) -> Seen {
    answered(server, frame(SETTINGS, 0, 0, &[])).await
}

pub(super) async fn ping(server: &Process) -> Seen {
    answered(server, frame(PING, 0, 0, &[0; 8])).await
}

/// DATA of a byte, and of none, on streams whose handlers read nothing: what a window does not count, h2 does.
pub(super) async fn small_data(server: &Process) -> Seen {
    const MOST: usize = 600;
    let mut seen = Vec::new();
    for (what, payload) in [("of a byte", &[0][..]), ("without one", &[])] {
        let hundred = frame(DATA, 0, 1, payload).repeat(100);
        let head = frame(HEADERS, END_HEADERS, 1, &grpc("Ignore"));
        let flood = async {
            let piece = |at| if at == 0 { head.clone() } else { hundred.clone() };
            Ok(super::resets::flood(server, MOST, piece).await?)
        };
        let ((sent, code), said) = beside(server, flood).await?;
        match code {
            // The reset that follows the GOAWAY may overtake it.
            Some(ENHANCE_YOUR_CALM) => seen.push(format!("{what}: GOAWAY ENHANCE_YOUR_CALM, {said}")),
            None if sent < MOST => seen.push(format!("{what}: closed, {said}")),
            other => return Err(format!("{what}: GOAWAY {other:?} after {sent}00 frames").into()),
        }
    }
    Ok(seen.join("; "))
}

/// A window of 0 for every stream, on each of 100 a long answer: nothing may pile up. Then one byte at a time.
pub(super) async fn windows(server: &Process) -> Seen {
    let shut = async {
        let mut connection = Http2::connect(server.address, &[0, 4, 0, 0, 0, 0]).await?;
        for stream in streams().take(100) {
            connection.send(&call(stream, "Flood", &number(65_536))).await;
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
        Ok(connection)
    };
    let (connection, _) = beside(server, shut).await?;
    drop(connection);
    let narrow = async {
        let mut connection = Http2::connect(server.address, &[0, 4, 0, 0, 0, 1]).await?;
        connection.send(&call(1, "Flood", &number(65_536))).await;
        let wider = frame(WINDOW_UPDATE, 0, 1, &1u32.to_be_bytes()).repeat(100);
        Ok(connection.pour(&wider, PATIENCE).await)
    };
    let (granted, said) = beside(server, narrow).await?;
    Ok(format!("0 on 100 streams of 1 GiB each for 3 s; 1 byte at a time, {granted}00 times, {said}"))
}
