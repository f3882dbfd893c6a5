//! Requests as bytes, over HTTP/1.1.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than every default that a row waits for.
const PATIENCE: Duration = Duration::from_secs(45);

/// All text until the server closed.
pub(crate) async fn until_closed(socket: &mut TcpStream) -> io::Result<String> {
    let mut bytes = Vec::new();
    match timeout(PATIENCE, socket.read_to_end(&mut bytes)).await {
        Err(_) => Err(io::Error::other("the server keeps the connection")),
        Ok(_) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

pub(crate) async fn connect(address: SocketAddr, bytes: &[u8]) -> io::Result<TcpStream> {
    let mut socket = TcpStream::connect(address).await?;
    // A server that has counted enough resets may close. Its answer counts.
    let _ = socket.write_all(bytes).await;
    Ok(socket)
}

/// The whole answer to a request on a connection of its own.
pub(crate) async fn ask(address: SocketAddr, line: &str, headers: &str, body: &[u8]) -> io::Result<String> {
    let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let mut bytes =
        format!("{line} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{length}{headers}\r\n").into_bytes();
    bytes.extend_from_slice(body);
    until_closed(&mut connect(address, &bytes).await?).await
}

pub(crate) fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default()
}
