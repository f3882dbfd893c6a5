//! A client that goes while its handler waits, in every way, at every await that a handler can have. The
//! await is for an item, for a timer, or for the reader of its items.

use super::frames::envelope;
use super::load::places;
use crate::Seen;
use crate::http1::ask;
use crate::http2::{DATA, END_HEADERS, END_STREAM, HEADERS, Http2, RST_STREAM, frame, grpc};
use crate::server::Process;
use crate::ws::{CLOSE, TEXT, WebSocket};
use std::io;
use std::time::{Duration, Instant};

/// The awaits of `Steps` in src/bin/server.rs, by number. Odd ones wait for an item, even ones for a timer as
/// long as that item says, the last for room in the window of the reader.
const AWAITS: i64 = 8;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Wire {
    Grpc,
    Endpoint,
    Multiplexed,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    /// RST_STREAM, a Close, `$/cancelRequest`.
    Cancel,
    /// The end of the connection.
    Closed,
    /// A reset of the connection: what a crash or a firewall does.
    Reset,
    /// The end of the items, and of nothing else.
    HalfClose,
}

enum Client {
    Grpc(Http2),
    Endpoint(WebSocket),
    Multiplexed(WebSocket),
}

impl Client {
    async fn open(server: &Process, wire: Wire) -> io::Result<Self> {
        Ok(match wire {
            Wire::Grpc => {
                let mut connection = Http2::connect(server.address, &[]).await?;
                connection.send(&frame(HEADERS, END_HEADERS, 1, &grpc("Steps"))).await;
                Self::Grpc(connection)
            }
            Wire::Endpoint => Self::Endpoint(WebSocket::open(server.address, "/steps").await?),
            Wire::Multiplexed => {
                let mut socket = WebSocket::open(server.address, "/ws").await?;
                let call = br#"{"jsonrpc":"2.0","id":1,"method":"faults.v1.Faults.Steps"}"#;
                socket.send(TEXT, call).await?;
                Self::Multiplexed(socket)
            }
        })
    }

    /// An item that lets the next timer run for so many milliseconds.
    async fn item(&mut self, millis: u32) -> io::Result<()> {
        match self {
            Self::Grpc(connection) => {
                // Field 3, a varint of three bytes.
                let varint = [millis as u8 | 0x80, (millis >> 7) as u8 | 0x80, (millis >> 14) as u8];
                let item = envelope(&[&[24][..], &varint].concat());
                connection.send(&frame(DATA, 0, 1, &item)).await;
                Ok(())
            }
            Self::Endpoint(socket) => socket.send(TEXT, format!("{{\"number\":{millis}}}").as_bytes()).await,
            Self::Multiplexed(socket) => {
                let item = format!(
                    r#"{{"jsonrpc":"2.0","method":"$/stream/item","params":{{"id":1,"item":{{"number":{millis}}}}}}}"#
                );
                socket.send(TEXT, item.as_bytes()).await
            }
        }
    }

    /// Goes; what is left must be kept open until the server has noticed.
    async fn go(self, way: Way) -> io::Result<Option<Self>> {
        let rpc = |name: &str| format!(r#"{{"jsonrpc":"2.0","method":"$/{name}","params":{{"id":1}}}}"#);
        match (self, way) {
            (_, Way::Closed) => Ok(None),
            (Self::Grpc(connection), Way::Reset) => connection.reset().map(|()| None),
            (Self::Endpoint(socket) | Self::Multiplexed(socket), Way::Reset) => {
                socket.0.set_zero_linger().map(|()| None)
            }
            (Self::Grpc(mut connection), way) => {
                let last = match way {
                    Way::HalfClose => frame(DATA, END_STREAM, 1, &[]),
                    _ => frame(RST_STREAM, 0, 1, &8u32.to_be_bytes()),
                };
                connection.send(&last).await;
                Ok(Some(Self::Grpc(connection)))
            }
            (Self::Endpoint(mut socket), way) => {
                match way {
                    Way::HalfClose => socket.send(TEXT, b"").await?,
                    // Going away: 1000 would only end the items.
                    _ => socket.send(CLOSE, &1001u16.to_be_bytes()).await?,
                }
                Ok(Some(Self::Endpoint(socket)))
            }
            (Self::Multiplexed(mut socket), way) => {
                let name = if way == Way::HalfClose { "stream/end" } else { "cancelRequest" };
                socket.send(TEXT, rpc(name).as_bytes()).await?;
                Ok(Some(Self::Multiplexed(socket)))
            }
        }
    }
}

/// The server's report on its `Steps`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Probe {
    /// The await that was reached last.
    at: i64,
    /// Guards that live.
    alive: i64,
    /// Handlers that came to their end, and those that were dropped before.
    ended: i64,
    dropped: i64,
}

async fn probe(server: &Process) -> Result<Probe, Box<dyn std::error::Error + Send + Sync>> {
    let answer = ask(server.address, "GET /probe", "", b"").await?;
    let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
    let json: serde_json::Value = serde_json::from_str(body)?;
    let number = |name: &str| json[name].as_str().and_then(|text| text.parse().ok()).unwrap_or_default();
    Ok(Probe { at: number("at"), alive: number("alive"), ended: number("ended"), dropped: number("dropped") })
}

/// Waits until the probe says so.
async fn until(server: &Process, what: &str, is: impl Fn(&Probe) -> bool) -> Seen {
    let begun = Instant::now();
    loop {
        let seen = probe(server).await?;
        if is(&seen) {
            return Ok(String::new());
        }
        if begun.elapsed() > Duration::from_secs(10) {
            return Err(format!("{what}: {seen:?}").into());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// One client that goes at one await.
async fn gone(server: &Process, wire: Wire, way: Way, at: i64) -> Seen {
    let before = probe(server).await?;
    let what = format!("{wire:?}, {way:?}, await {at}");
    let mut client = Client::open(server, wire).await?;
    // The last timer outlasts the client, unless the handler has to come to its end: then it is short.
    let last = if way == Way::HalfClose { 100 } else { 60_000 };
    for item in 1..=at / 2 {
        client.item(if item * 2 == at && at < AWAITS { last } else { 0 }).await?;
    }
    until(server, &format!("{what}: not reached"), |probe| (probe.at, probe.alive) == (at, 1)).await?;
    let rest = client.go(way).await?;
    until(server, &format!("{what}: not gone"), |probe| probe.alive == 0).await?;
    let after = probe(server).await?;
    let (ended, dropped) = (after.ended - before.ended, after.dropped - before.dropped);
    drop(rest);
    let expected = if way == Way::HalfClose { (1, 0) } else { (0, 1) };
    match (ended, dropped) == expected {
        true => Ok(String::new()),
        false => Err(format!("{what}: {ended} ended, {dropped} dropped").into()),
    }
}

pub(super) async fn client_gone(server: &Process) -> Seen {
    let mut times = 0;
    for wire in [Wire::Grpc, Wire::Endpoint, Wire::Multiplexed] {
        for way in [Way::Cancel, Way::Closed, Way::Reset, Way::HalfClose] {
            for at in 1..=AWAITS {
                // A handler whose items nobody takes goes on when the client's items end.
                if (way, at) != (Way::HalfClose, AWAITS) {
                    gone(server, wire, way, at).await?;
                    times += 1;
                }
            }
        }
    }
    let places = places(server).await?;
    Ok(format!(
        "{times} times at {AWAITS} awaits (cancel, close, reset: dropped; half-close: to the end); {places}"
    ))
}
