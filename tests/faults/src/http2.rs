//! HTTP/2 by hand (RFC 9113), so that tests can break its rules: any frames, and headers as literals.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

/// Longer than every default that a row waits for.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Http2(TcpStream);

#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    /// The error code of a GOAWAY.
    pub(crate) fn code(&self) -> Option<u32> {
        self.payload.get(4..8)?.try_into().ok().map(u32::from_be_bytes)
    }
}

pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// A field as a literal that is not indexed (RFC 7541, section 6.2.2).
pub(crate) fn field(name: &str, value: &str) -> Vec<u8> {
    let mut bytes = vec![0];
    for text in [name, value] {
        match u8::try_from(text.len()).ok().filter(|len| *len < 127) {
            Some(len) => bytes.push(len),
            None => {
                let mut rest = text.len() - 127;
                bytes.push(127);
                while rest >= 128 {
                    bytes.push(rest as u8 | 128);
                    rest >>= 7;
                }
                bytes.push(rest as u8);
            }
        }
        bytes.extend(text.as_bytes());
    }
    bytes
}

/// The head of a gRPC call.
pub(crate) fn grpc(method: &str) -> Vec<u8> {
    let path = format!("/faults.v1.Faults/{method}");
    let fields = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path.as_str()),
        (":authority", "a"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ];
    fields.iter().flat_map(|(name, value)| field(name, value)).collect()
}

impl Http2 {
    /// A connection on which these settings were sent.
    pub(crate) async fn connect(address: SocketAddr, settings: &[u8]) -> io::Result<Self> {
        let mut socket = TcpStream::connect(address).await?;
        socket.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await?;
        socket.write_all(&frame(SETTINGS, 0, 0, settings)).await?;
        Ok(Self(socket))
    }

    /// Sends; false once the server no longer listens.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> bool {
        matches!(timeout(Duration::from_secs(20), self.0.write_all(bytes)).await, Ok(Ok(())))
    }

    /// The next frame; `None` when the connection is over.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        timeout(PATIENCE, self.0.read_exact(&mut head)).await.ok()?.ok()?;
        let len = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; len as usize];
        self.0.read_exact(&mut payload).await.ok()?;
        Some(Frame { kind: head[3], payload })
    }

    /// The error code of the GOAWAY that must come.
    pub(crate) async fn goaway(&mut self) -> Option<u32> {
        loop {
            let frame = self.next().await?;
            if frame.kind == GOAWAY {
                return frame.code();
            }
        }
    }

    /// Sends the same again and again, and reads whatever comes, for so long: how often.
    pub(crate) async fn pour(self, piece: &[u8], time: Duration) -> u64 {
        let (mut reader, mut writer) = self.0.into_split();
        let reading = tokio::spawn(async move { tokio::io::copy(&mut reader, &mut tokio::io::sink()).await });
        let (begun, mut sent) = (Instant::now(), 0);
        while begun.elapsed() < time && matches!(timeout(time, writer.write_all(piece)).await, Ok(Ok(()))) {
            sent += 1;
        }
        reading.abort();
        sent
    }

    /// Ends the connection as a crash would: with a reset.
    pub(crate) fn reset(self) -> io::Result<()> {
        self.0.set_zero_linger()
    }
}
