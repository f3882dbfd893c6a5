//! A WebSocket by hand (RFC 6455): short frames, under a mask of zeros.

use crate::http1;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The headers that ask for one.
pub(crate) const UPGRADE: &str = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

pub(crate) const TEXT: u8 = 1;
pub(crate) const CLOSE: u8 = 8;
const PING: u8 = 9;

pub(crate) struct WebSocket(pub(crate) TcpStream);

impl WebSocket {
    pub(crate) async fn open(address: SocketAddr, path: &str) -> io::Result<Self> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\n{UPGRADE}\r\n");
        let mut socket = http1::connect(address, request.as_bytes()).await?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.read_u8().await?);
        }
        match head.starts_with(b"HTTP/1.1 101") {
            true => Ok(Self(socket)),
            false => Err(io::Error::other(String::from_utf8_lossy(&head).into_owned())),
        }
    }

    /// Sends a frame of at most 125 bytes.
    pub(crate) async fn send(&mut self, opcode: u8, payload: &[u8]) -> io::Result<()> {
        let mut bytes = vec![0x80 | opcode, 0x80 | payload.len() as u8, 0, 0, 0, 0];
        bytes.extend(payload);
        self.0.write_all(&bytes).await
    }

    /// Sends as much of a frame as there is of it: one of `len` bytes, the last of its message or not.
    pub(crate) async fn begin(
        &mut self,
        opcode: u8,
        is_last: bool,
        len: u64,
        payload: &[u8],
    ) -> io::Result<()> {
        let mut bytes = vec![u8::from(is_last) << 7 | opcode, 0x80 | 127];
        bytes.extend(len.to_be_bytes());
        bytes.extend([0; 4]);
        bytes.extend(payload);
        self.0.write_all(&bytes).await
    }

    /// The next frame: what it is, and what is in it.
    async fn frame(&mut self) -> io::Result<(u8, Vec<u8>)> {
        let reading = async {
            let opcode = self.0.read_u8().await? & 15;
            let len = match self.0.read_u8().await? & 127 {
                126 => u64::from(self.0.read_u16().await?),
                127 => self.0.read_u64().await?,
                len => len.into(),
            };
            let mut payload = vec![0; len as usize];
            self.0.read_exact(&mut payload).await?;
            Ok((opcode, payload))
        };
        timeout(Duration::from_secs(60), reading).await.map_err(io::Error::other)?
    }

    /// The next text.
    pub(crate) async fn text(&mut self) -> io::Result<String> {
        loop {
            match self.frame().await? {
                (TEXT, payload) => return String::from_utf8(payload).map_err(io::Error::other),
                (CLOSE, payload) => return Err(io::Error::other(format!("closed: {payload:?}"))),
                _ => {}
            }
        }
    }

    /// The code of the Close that must come.
    pub(crate) async fn closed(&mut self) -> io::Result<u16> {
        loop {
            if let (CLOSE, payload) = self.frame().await?
                && let [high, low, ..] = payload[..]
            {
                return Ok(u16::from_be_bytes([high, low]));
            }
        }
    }

    /// How many pings come, none of which is answered, until the connection ends.
    pub(crate) async fn pings(&mut self) -> usize {
        let mut pings = 0;
        while let Ok((opcode, _)) = self.frame().await {
            pings += usize::from(opcode == PING);
        }
        pings
    }
}
