//! Streams that are reset, by the client or because of it: rapid reset (CVE-2023-44487) and MadeYouReset
//! (CVE-2025-8671).

use super::frames::{call, number, streams};
use crate::Seen;
use crate::http2::{
    DATA, END_HEADERS, GOAWAY, HEADERS, Http2, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE, field, frame, grpc,
};
use crate::server::Process;
use std::io;

const ENHANCE_YOUR_CALM: u32 = 11;
const CANCEL: [u8; 4] = 8u32.to_be_bytes();

/// Sends pieces until the server has had enough: how many, and with which error it said so.
pub(super) async fn flood(
    server: &Process,
    most: usize,
    mut piece: impl FnMut(usize) -> Vec<u8>,
) -> io::Result<(usize, Option<u32>)> {
    let mut connection = Http2::connect(server.address, &[]).await?;
    let mut sent = 0;
    while sent < most && connection.send(&piece(sent)).await {
        sent += 1;
    }
    Ok((sent, connection.goaway().await))
}

fn opened_and_reset(stream: u32) -> Vec<u8> {
    let mut bytes = call(stream, "Wait", &number(20_000));
    bytes.extend(frame(RST_STREAM, 0, stream, &CANCEL));
    bytes
}

/// Streams that are reset before the server can have accepted them, since they come in one piece: whether the connection lives
/// on, or why it ends.
async fn burst(server: &Process, count: usize) -> io::Result<Option<u32>> {
    let mut connection = Http2::connect(server.address, &[]).await?;
    while connection.next().await.is_some_and(|frame| frame.kind != SETTINGS || !frame.payload.is_empty()) {}
    let mut bytes: Vec<u8> = streams().take(count).flat_map(opened_and_reset).collect();
    bytes.extend(frame(PING, 0, 0, b"are you?"));
    connection.send(&bytes).await;
    loop {
        match connection.next().await {
            Some(frame) if frame.kind == PING => return Ok(None),
            Some(frame) if frame.kind == GOAWAY => return Ok(frame.code()),
            Some(_) => {}
            None => return Err(io::Error::other("closed without a word")),
        }
    }
}

pub(super) async fn rapid_reset(server: &Process) -> Seen {
    let (within, beyond) = (burst(server, 20).await?, burst(server, 21).await?);
    if (within, beyond) != (None, Some(ENHANCE_YOUR_CALM)) {
        return Err(format!("20 at once: {within:?}, 21: {beyond:?}").into());
    }
    let most = 20_000;
    let (sent, code) = flood(server, most, |index| opened_and_reset(index as u32 * 2 + 1)).await?;
    match code {
        // The reset that follows the GOAWAY may overtake it.
        Some(ENHANCE_YOUR_CALM) | None if sent < most => {
            Ok("20 at once: taken, 21: GOAWAY ENHANCE_YOUR_CALM; 20,000: closed".to_owned())
        }
        other => Err(format!("GOAWAY {other:?} after {sent}").into()),
    }
}

/// Opens streams that the server must reset, one after the other: how many it does, and with which error it ends.
async fn until_calmed(server: &Process, open: fn(u32) -> Vec<u8>) -> io::Result<(usize, Option<u32>)> {
    let mut connection = Http2::connect(server.address, &[]).await?;
    for (resets, stream) in streams().take(1_000).enumerate() {
        connection.send(&open(stream)).await;
        loop {
            match connection.next().await {
                Some(frame) if frame.kind == RST_STREAM => break,
                Some(frame) if frame.kind == GOAWAY => return Ok((resets, frame.code())),
                Some(_) => {}
                None => return Ok((resets, None)),
            }
        }
    }
    Ok((1_000, None))
}

fn head(stream: u32, more: &[u8]) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, &[&grpc("Wait")[..], more].concat())
}

/// A body longer than its length (RFC 9113, section 8.1.1).
fn too_long(stream: u32) -> Vec<u8> {
    [head(stream, &field("content-length", "1")), frame(DATA, 0, stream, &[0, 0])].concat()
}

/// Trailers that do not end the stream (section 8.1).
fn endless(stream: u32) -> Vec<u8> {
    [head(stream, &[]), frame(HEADERS, END_HEADERS, stream, &field("x-a", "b"))].concat()
}

/// A window beyond 2^31 - 1 (section 6.9.1).
fn too_wide(stream: u32) -> Vec<u8> {
    [head(stream, &[]), frame(WINDOW_UPDATE, 0, stream, &0x7fff_ffffu32.to_be_bytes())].concat()
}

pub(super) async fn made_you_reset(server: &Process) -> Seen {
    let mut seen = Vec::new();
    for (what, open) in [
        ("a body over its length", too_long as fn(u32) -> Vec<u8>),
        ("trailers without an end", endless),
        ("a window over 2^31 - 1", too_wide),
    ] {
        let (resets, code) = until_calmed(server, open).await?;
        if (resets, code) != (128, Some(ENHANCE_YOUR_CALM)) {
            return Err(format!("{what}: {resets} streams reset, then GOAWAY {code:?}").into());
        }
        seen.push(what);
    }
    // h2 takes an increment of 0 for a fault of the whole connection, as RFC 9113 allows (section 5.4.1).
    let zero = |stream| [head(stream, &[]), frame(WINDOW_UPDATE, 0, stream, &[0; 4])].concat();
    let (resets, code) = until_calmed(server, zero).await?;
    Ok(format!(
        "{}: each 128 streams reset, then GOAWAY ENHANCE_YOUR_CALM; an increment of 0: GOAWAY {code:?} after {resets}",
        seen.join(", ")
    ))
}
