//! The header of the PROXY protocol, versions 1 and 2, that a proxy sends before the bytes of its client
//! (haproxy.org/download/3.0/doc/proxy-protocol.txt). It names the client's address.
//!
//! Nothing after the header is read. So it may stand before TLS, and the connection goes on as if it had not been there.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::io::{AsyncRead, AsyncReadExt};

/// The signature of version 2. It has the length of the part of version 1 that is always there.
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";
/// The longest line of version 1, its end included.
const LINE: usize = 107;
/// The most bytes after the head of version 2: addresses, and what proxies add to them. The protocol asks for 520 at least.
const MOST: usize = 2_048;

/// The client that a header names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Client {
    /// The proxy itself (a check of its own), or a client without an address of IP.
    Proxy,
    At(SocketAddr),
}

/// Reads the header.
///
/// # Errors
/// When the connection ends before the header does, or begins with something else.
pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Client> {
    let mut start = [0; 12];
    stream.read_exact(&mut start).await?;
    match &start {
        SIGNATURE => read_v2(stream).await,
        start if start.starts_with(b"PROXY ") => read_v1(stream, start).await,
        _ => Err(wrong("the connection begins with no PROXY header")),
    }
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

async fn read_v1(stream: &mut (impl AsyncRead + Unpin), start: &[u8]) -> io::Result<Client> {
    let mut line = start.to_vec();
    // Its length is not known before its end, and what follows is not ours to read.
    while !line.ends_with(b"\r\n") {
        if line.len() == LINE {
            return Err(wrong("the PROXY line is longer than 107 bytes"));
        }
        line.push(stream.read_u8().await?);
    }
    v1(&line[..line.len() - 2]).ok_or_else(|| wrong("the PROXY line is malformed"))
}

/// `PROXY TCP4 192.0.2.1 192.0.2.2 56324 443`, or `PROXY UNKNOWN` with anything behind it.
fn v1(line: &[u8]) -> Option<Client> {
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split(' ').skip(1);
    let read: fn(&str) -> Option<IpAddr> = match words.next()? {
        "UNKNOWN" => return Some(Client::Proxy),
        "TCP4" => |text| text.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
        "TCP6" => |text| text.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        _ => return None,
    };
    let (source, _destination) = (read(words.next()?)?, read(words.next()?)?);
    let (port, _destination) = (port(words.next()?)?, port(words.next()?)?);
    words.next().is_none().then_some(Client::At(SocketAddr::new(source, port)))
}

/// A port in decimal, without a sign or leading zeros.
fn port(text: &str) -> Option<u16> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if is_plain { text.parse().ok() } else { None }
}

async fn read_v2(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Client> {
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    let [command, family, high, low] = head;
    let len = usize::from(u16::from_be_bytes([high, low]));
    if len > MOST {
        return Err(wrong("the PROXY header is longer than 2,064 bytes"));
    }
    let mut rest = vec![0; len];
    stream.read_exact(&mut rest).await?;
    v2(command, family, &rest).ok_or_else(|| wrong("the PROXY header is malformed"))
}

fn v2(command: u8, family: u8, rest: &[u8]) -> Option<Client> {
    match command {
        // LOCAL: the proxy speaks for itself, whatever follows.
        0x20 => return Some(Client::Proxy),
        0x21 => {}
        _ => return None,
    }
    let (source, port) = match family >> 4 {
        1 => (IpAddr::from(*rest.first_chunk::<4>()?), rest.get(8..12)?),
        2 => (IpAddr::from(*rest.first_chunk::<16>()?), rest.get(32..36)?),
        // No address, or a Unix socket's.
        0 | 3 => return Some(Client::Proxy),
        _ => return None,
    };
    // A stream; a datagram is not what comes here.
    (family & 0xf == 1).then(|| Client::At(SocketAddr::new(source, u16::from_be_bytes([port[0], port[1]]))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The client, and the bytes that are left.
    async fn told(bytes: &[u8]) -> io::Result<(Client, Vec<u8>)> {
        let mut stream = bytes;
        let client = read(&mut stream).await?;
        Ok((client, stream.to_vec()))
    }

    fn at(address: &str) -> Client {
        Client::At(address.parse().expect("an address"))
    }

    fn header(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let len = u16::try_from(rest.len()).expect("short").to_be_bytes();
        [&SIGNATURE[..], &[command, family], &len, rest].concat()
    }

    #[tokio::test]
    async fn the_line_names_the_client_and_nothing_behind_it_is_read() {
        for (line, client) in [
            ("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443", at("192.0.2.1:56324")),
            ("PROXY TCP6 2001:db8::1 2001:db8::2 1 65535", at("[2001:db8::1]:1")),
            ("PROXY UNKNOWN", Client::Proxy),
            ("PROXY UNKNOWN ffff::1 ffff::2 65535 65535", Client::Proxy),
        ] {
            let got = told(format!("{line}\r\nGET /").as_bytes()).await.expect(line);
            assert_eq!(got, (client, b"GET /".to_vec()), "{line}");
        }
    }

    #[tokio::test]
    async fn another_line_is_refused() {
        let long = format!("PROXY UNKNOWN {}", "x".repeat(200));
        for line in [
            "GET / HTTP/1.1",
            "PROXY TCP4 192.0.2.1 198.51.100.7 56324",
            "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443 1",
            "PROXY TCP4 192.0.2.1 198.51.100.7 056324 443",
            "PROXY TCP4 192.0.2.1 198.51.100.7 +1 443",
            "PROXY TCP4 192.0.2.1 198.51.100.7 65536 443",
            "PROXY TCP4 2001:db8::1 2001:db8::2 1 2",
            "PROXY TCP6 192.0.2.1 198.51.100.7 1 2",
            "PROXY TCP4  192.0.2.1 198.51.100.7 1 2",
            "PROXY UDP4 192.0.2.1 198.51.100.7 1 2",
            "proxy TCP4 192.0.2.1 198.51.100.7 1 2",
            &long,
        ] {
            let error = told(format!("{line}\r\nGET /").as_bytes()).await.expect_err(line);
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{line}");
        }
        // It never ends.
        assert_eq!(told(b"PROXY TCP4 1").await.expect_err("cut").kind(), io::ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn the_binary_header_names_the_client_and_nothing_behind_it_is_read() {
        let v4 = [[192, 0, 2, 1], [198, 51, 100, 7], [0xdc, 0x04, 0x01, 0xbb]].concat();
        let v6 = [&[0x20, 1, 0xd, 0xb8][..], &[0; 11], &[1], &[0; 16], &[0, 1, 0, 2]].concat();
        let with_more = [&v4[..], &[0x20, 0, 3, 1, 2, 3]].concat();
        for (header, client) in [
            (header(0x21, 0x11, &v4), at("192.0.2.1:56324")),
            (header(0x21, 0x11, &with_more), at("192.0.2.1:56324")),
            (header(0x21, 0x21, &v6), at("[2001:db8::1]:1")),
            (header(0x20, 0x00, &[]), Client::Proxy),
            (header(0x20, 0x11, &v4), Client::Proxy),
            (header(0x21, 0x31, &[0; 216]), Client::Proxy),
            (header(0x21, 0x00, &[]), Client::Proxy),
        ] {
            let got = told(&[&header[..], b"rest"].concat()).await.expect("sound");
            assert_eq!(got, (client, b"rest".to_vec()), "{header:?}");
        }
    }

    #[tokio::test]
    async fn another_binary_header_is_refused_and_a_long_one_is_not_held() {
        let v4 = [0; 12];
        for wrong in [
            header(0x11, 0x11, &v4),
            header(0x22, 0x11, &v4),
            header(0x21, 0x12, &v4),
            header(0x21, 0x41, &v4),
            header(0x21, 0x11, &v4[..11]),
            header(0x21, 0x21, &v4),
            header(0x21, 0x11, &[0; MOST + 1]),
            // Its length is a claim: none of it is there.
            [&SIGNATURE[..], &[0x21, 0x11, 0xff, 0xff]].concat(),
        ] {
            let error = told(&wrong).await.expect_err("wrong");
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{wrong:?}");
        }
    }

    #[test]
    fn no_bytes_make_it_panic() {
        for command in 0..=255 {
            for family in 0..=255 {
                for len in [0, 1, 11, 12, 35, 36, 216] {
                    let _ = v2(command, family, &vec![0xff; len]);
                }
            }
        }
    }
}
