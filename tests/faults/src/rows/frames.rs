//! HTTP/2 as nobody should speak it.

use crate::Seen;
use crate::http2::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, Http2, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE,
    field, frame, grpc,
};
use crate::server::Process;
use std::time::{Duration, Instant};

const NO_ERROR: u32 = 0;
const FLOW_CONTROL_ERROR: u32 = 3;
const ENHANCE_YOUR_CALM: u32 = 11;
/// `431` as HPACK writes it (RFC 7541, appendix B).
const HUFFMAN_431: [u8; 3] = [0x69, 0x90, 0xff];

/// Streams of a client: odd numbers.
fn streams() -> impl Iterator<Item = u32> {
    (0..).map(|index| index * 2 + 1)
}

fn envelope(message: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend((message.len() as u32).to_be_bytes());
    bytes.extend(message);
    bytes
}

/// `field 1 = value`.
fn number(value: u64) -> Vec<u8> {
    let (mut bytes, mut rest) = (vec![8], value);
    while rest >= 128 {
        bytes.push(rest as u8 | 128);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

fn call(stream: u32, method: &str, message: &[u8]) -> Vec<u8> {
    let mut bytes = frame(HEADERS, END_HEADERS, stream, &grpc(method));
    bytes.extend(frame(DATA, END_STREAM, stream, &envelope(message)));
    bytes
}

pub(super) async fn settings(server: &Process) -> Seen {
    let mut connection = Http2::connect(server.address, &[]).await?;
    while let Some(frame) = connection.next().await {
        if frame.kind != SETTINGS || frame.payload.is_empty() {
            continue;
        }
        let value = |id: u16| {
            let entry = frame.payload.chunks_exact(6).find(|entry| entry[..2] == id.to_be_bytes())?;
            Some(u32::from_be_bytes([entry[2], entry[3], entry[4], entry[5]]))
        };
        let (streams, window, headers) = (value(3), value(4).unwrap_or(65_535), value(6));
        let seen = format!("{streams:?} streams, window {window}, header list {headers:?}");
        return if (streams, window, headers) == (Some(100), 65_536, Some(16_384)) {
            Ok(seen)
        } else {
            Err(seen.into())
        };
    }
    Err("no SETTINGS came".into())
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

/// Sends pieces until the server has had enough: how many, and with which error it said so.
async fn flood(
    server: &Process,
    most: usize,
    mut piece: impl FnMut(usize) -> Vec<u8>,
) -> Result<(usize, Option<u32>), std::io::Error> {
    let mut connection = Http2::connect(server.address, &[]).await?;
    let mut sent = 0;
    while sent < most && connection.send(&piece(sent)).await {
        sent += 1;
    }
    Ok((sent, connection.goaway().await))
}

fn calmed((sent, code): (usize, Option<u32>), most: usize) -> Seen {
    match code {
        Some(ENHANCE_YOUR_CALM) => Ok("GOAWAY ENHANCE_YOUR_CALM".to_owned()),
        // h2 takes what still comes for streams that it has forgotten as a fault of its own kind.
        Some(code) if code != NO_ERROR && sent < most => Ok(format!("GOAWAY {code}, closed after {sent}")),
        // The reset that follows the GOAWAY may overtake it.
        None if sent < most => Ok("connection closed".to_owned()),
        other => Err(format!("GOAWAY {other:?} after {sent}").into()),
    }
}

pub(super) async fn rapid_reset(server: &Process) -> Seen {
    let most = 20_000;
    let seen = flood(server, most, |index| {
        let stream = index as u32 * 2 + 1;
        let mut bytes = call(stream, "Wait", &number(20_000));
        bytes.extend(frame(RST_STREAM, 0, stream, &8u32.to_be_bytes()));
        bytes
    });
    calmed(seen.await?, most)
}

pub(super) async fn made_you_reset(server: &Process) -> Seen {
    let most = 20_000;
    let seen = flood(server, most, |index| {
        let stream = index as u32 * 2 + 1;
        let mut bytes = call(stream, "Wait", &number(20_000));
        // An increment of 0 is a stream error (RFC 9113, section 6.9): the server resets.
        bytes.extend(frame(WINDOW_UPDATE, 0, stream, &0u32.to_be_bytes()));
        bytes
    });
    calmed(seen.await?, most)
}

pub(super) async fn continuation_flood(server: &Process) -> Seen {
    let most = 20_000;
    let part = field("x-filler", &"x".repeat(16_000));
    let seen = flood(server, most, |index| match index {
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
            // 431 is no status of the static table: a literal, in Huffman's code or not.
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

/// Frames that each ask for an answer, from a peer that reads none: the server must stop reading, or close.
async fn unread(server: &Process, one: Vec<u8>) -> Seen {
    let mut connection = Http2::connect(server.address, &[]).await?;
    let chunk = one.repeat(1_000);
    let mut sent = 0;
    while sent < 2_000
        && matches!(tokio::time::timeout(Duration::from_secs(2), connection.send(&chunk)).await, Ok(true))
    {
        sent += 1;
    }
    Ok(if sent < 2_000 { format!("held back after {sent},000") } else { "2,000,000 sent".to_owned() })
}

pub(super) async fn settings_flood(server: &Process) -> Seen {
    unread(server, frame(SETTINGS, 0, 0, &[])).await
}

pub(super) async fn ping_flood(server: &Process) -> Seen {
    unread(server, frame(PING, 0, 0, &[0; 8])).await
}

pub(super) async fn one_byte_data(server: &Process) -> Seen {
    let mut connection = Http2::connect(server.address, &[]).await?;
    let byte = frame(DATA, 0, 1, &[0]);
    connection.send(&frame(HEADERS, END_HEADERS, 1, &grpc("Ignore"))).await;
    // All that the window of a stream lets through.
    let sent = connection.send(&byte.repeat(65_000)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    if sent { Ok("65,000 frames on one stream".to_owned()) } else { Ok("connection closed".to_owned()) }
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

/// A window of 0 for every stream, on each of 100 a long answer: nothing may pile up.
pub(super) async fn no_window(server: &Process) -> Seen {
    let mut connection = Http2::connect(server.address, &[0, 4, 0, 0, 0, 0]).await?;
    for stream in streams().take(100) {
        connection.send(&call(stream, "Flood", &number(65_536))).await;
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    Ok("100 streams of 1 GiB each wait".to_owned())
}

pub(super) async fn slow_reader(server: &Process) -> Seen {
    let mut connection = Http2::connect(server.address, &[]).await?;
    connection.send(&call(1, "Flood", &number(65_536))).await;
    let (begun, mut bytes) = (Instant::now(), 0);
    // It takes the first window and gives no more.
    while begun.elapsed() < Duration::from_secs(3) {
        match tokio::time::timeout(Duration::from_secs(1), connection.next()).await {
            Ok(Some(frame)) if frame.kind == DATA => bytes += frame.payload.len(),
            Ok(None) => return Err("closed".into()),
            _ => {}
        }
    }
    let held = server.peak().saturating_sub(server.resident());
    if bytes > 65_535 {
        return Err(format!("{bytes} bytes came in a window of 65,535").into());
    }
    Ok(format!("{bytes} bytes came; beside that the peak was {held} KiB over now"))
}

pub(super) async fn unanswered_ping(server: &Process) -> Seen {
    let begun = Instant::now();
    let mut connection = Http2::connect(server.address, &[]).await?;
    let (mut pings, mut code) = (0, None);
    while let Some(frame) = connection.next().await {
        match frame.kind {
            PING => pings += 1,
            crate::http2::GOAWAY => code = frame.payload.get(7).copied(),
            _ => {}
        }
    }
    let took = begun.elapsed();
    if pings > 0 && took < Duration::from_secs(20) {
        return Ok(format!("{pings} PING unanswered, GOAWAY {code:?}, closed after {took:.1?}"));
    }
    Err(format!("{pings} PINGs, {took:.1?}, code {:?}", code.map(u32::from).unwrap_or(NO_ERROR)).into())
}
