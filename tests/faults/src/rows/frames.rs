//! HTTP/2 as no client should speak it.

use crate::Seen;
use crate::http2::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, Http2, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE,
    field, frame, grpc,
};
use crate::server::Process;
use std::time::{Duration, Instant};

const FLOW_CONTROL_ERROR: u32 = 3;
/// `431` as HPACK writes it (RFC 7541, appendix B).
const HUFFMAN_431: [u8; 3] = [0x69, 0x90, 0xff];

/// Streams of a client: odd numbers.
pub(super) fn streams() -> impl Iterator<Item = u32> {
    (0..).map(|index| index * 2 + 1)
}

pub(super) fn envelope(message: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend((message.len() as u32).to_be_bytes());
    bytes.extend(message);
    bytes
}

/// `field 1 = value`.
pub(super) fn number(value: u64) -> Vec<u8> {
    let (mut bytes, mut rest) = (vec![8], value);
    while rest >= 128 {
        bytes.push(rest as u8 | 128);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

pub(super) fn call(stream: u32, method: &str, message: &[u8]) -> Vec<u8> {
    let mut bytes = frame(HEADERS, END_HEADERS, stream, &grpc(method));
    bytes.extend(frame(DATA, END_STREAM, stream, &envelope(message)));
    bytes
}

pub(super) async fn settings(server: &Process) -> Seen {
    let mut connection = Http2::connect(server.address, &[]).await?;
    let (mut settings, mut window) = (None, 65_535);
    while settings.is_none() || window == 65_535 {
        let frame = connection.next().await.ok_or("closed")?;
        match (frame.kind, &frame.payload[..]) {
            (SETTINGS, payload @ [_, ..]) => settings = Some(payload.to_vec()),
            // No stream is open, so this is the connection's window.
            (WINDOW_UPDATE, &[a, b, c, d]) => window += u32::from_be_bytes([a, b, c, d]),
            _ => {}
        }
    }
    let settings = settings.unwrap_or_default();
    let value = |id: u16| {
        let entry = settings.chunks_exact(6).find(|entry| entry[..2] == id.to_be_bytes())?;
        Some(u32::from_be_bytes([entry[2], entry[3], entry[4], entry[5]]))
    };
    let values = (value(3), value(4), value(6));
    let seen = format!("streams, window, header list: {values:?}; window of the connection: {window}");
    match values == (Some(100), Some(65_536), Some(16_384)) && window == 1 << 20 {
        true => Ok(seen),
        false => Err(seen.into()),
    }
}

pub(super) async fn too_many_streams(server: &Process) -> Seen {
    let mut connection = Http2::connect(server.address, &[]).await?;
    for stream in streams().take(150) {
        connection.send(&call(stream, "Wait", &number(5_000))).await;
    }
    let mut refused = 0;
    while refused < 50 {
        match connection.next().await {
            Some(frame) if frame.kind == RST_STREAM => refused += 1,
            Some(_) => {}
            None => break,
        }
    }
    if refused == 50 {
        Ok("of 150 streams 50 were refused".to_owned())
    } else {
        Err(format!("{refused} refused").into())
    }
}

pub(super) async fn continuation_flood(server: &Process) -> Seen {
    let most = 20_000;
    let part = field("x-filler", &"x".repeat(16_000));
    let seen = super::resets::flood(server, most, |index| match index {
        0 => frame(HEADERS, 0, 1, &grpc("Wait")),
        _ => frame(CONTINUATION, 0, 1, &part),
    });
    let (sent, code) = seen.await?;
    if sent < most || code.is_some() {
        Ok(format!("ended, GOAWAY {code:?}"))
    } else {
        Err("320 MB were read".into())
    }
}

pub(super) async fn large_header(server: &Process) -> Seen {
    let mut connection = Http2::connect(server.address, &[]).await?;
    let mut head = grpc("Wait");
    head.extend(field("x-filler", &"x".repeat(8 << 10)));
    head.extend(field("x-filler", &"x".repeat(7 << 10)));
    head.extend(field("x-filler", &"x".repeat(2 << 10)));
    let (first, rest) = head.split_at(16_000);
    connection.send(&frame(HEADERS, END_STREAM, 1, first)).await;
    connection.send(&frame(CONTINUATION, END_HEADERS, 1, rest)).await;
    while let Some(frame) = connection.next().await {
        match frame.kind {
            // The static table has no status 431: it comes as a literal, with or without Huffman's code.
            HEADERS if frame.payload.windows(3).any(|bytes| bytes == b"431" || bytes == HUFFMAN_431) => {
                return Ok("431".to_owned());
            }
            HEADERS => return Err("an answer other than 431".into()),
            RST_STREAM => return Ok("the stream was reset".to_owned()),
            crate::http2::GOAWAY => return Err("the whole connection was ended".into()),
            _ => {}
        }
    }
    Err("the whole connection was closed".into())
}

pub(super) async fn window_overflow(server: &Process) -> Seen {
    let mut connection = Http2::connect(server.address, &[]).await?;
    for _ in 0..2 {
        connection.send(&frame(WINDOW_UPDATE, 0, 0, &0x7fff_ffffu32.to_be_bytes())).await;
    }
    match connection.goaway().await {
        Some(FLOW_CONTROL_ERROR) => Ok("GOAWAY FLOW_CONTROL_ERROR".to_owned()),
        other => Err(format!("GOAWAY {other:?}").into()),
    }
}

pub(super) async fn slow_reader(server: &Process) -> Seen {
    let before = server.resident();
    let mut connection = Http2::connect(server.address, &[]).await?;
    connection.send(&call(1, "Flood", &number(65_536))).await;
    let (begun, mut bytes) = (Instant::now(), 0);
    // The client takes the first window and gives no more.
    while begun.elapsed() < Duration::from_secs(3) {
        match tokio::time::timeout(Duration::from_secs(1), connection.next()).await {
            Ok(Some(frame)) if frame.kind == DATA => bytes += frame.payload.len(),
            Ok(None) => return Err("closed".into()),
            _ => {}
        }
    }
    let held = server.peak().saturating_sub(before);
    if bytes > 65_535 {
        return Err(format!("{bytes} bytes came in a window of 65,535").into());
    }
    Ok(format!("{bytes} bytes came; the peak was {held} KiB over before"))
}

/// How many PINGs come until the connection ends, none of which is answered; what ends it, and when.
async fn unanswered(connection: &mut Http2) -> (usize, Option<u32>, Duration) {
    let begun = Instant::now();
    let (mut pings, mut code) = (0, None);
    while let Some(frame) = connection.next().await {
        match frame.kind {
            PING => pings += 1,
            crate::http2::GOAWAY => code = frame.code(),
            _ => {}
        }
    }
    (pings, code, begun.elapsed())
}

/// 30 s to the PING, 20 s to the end. A server that then kept the connection would be waited for until 90 s have gone.
fn is_after_a_ping(pings: usize, took: Duration) -> bool {
    pings == 1 && (Duration::from_secs(45)..Duration::from_secs(75)).contains(&took)
}

pub(super) async fn unanswered_ping(server: &Process) -> Seen {
    let (pings, code, took) = unanswered(&mut Http2::connect(server.address, &[]).await?).await;
    let seen = format!("{pings} PING unanswered, GOAWAY {code:?}, closed after {took:.1?}");
    if is_after_a_ping(pings, took) { Ok(seen) } else { Err(seen.into()) }
}

/// A head that does not end, in which no PING can be answered (RFC 9113, section 6.10).
pub(super) async fn half_a_head(server: &Process) -> Seen {
    let mut connection = Http2::connect(server.address, &[]).await?;
    connection.send(&frame(HEADERS, 0, 1, &grpc("Wait"))).await;
    let (pings, code, took) = unanswered(&mut connection).await;
    let seen = format!("{pings} PING, GOAWAY {code:?}, closed after {took:.1?}");
    if is_after_a_ping(pings, took) { Ok(seen) } else { Err(seen.into()) }
}
