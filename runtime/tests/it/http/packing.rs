//! Packed bodies of HTTP/JSON, as bytes: accepted and refused requests, and the answers.
#![cfg(all(feature = "http", feature = "gzip", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::http::{library, server};
use crate::support::serve;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::GzEncoder;
use polywire::{Compression, Limits, Server};
use std::io::{Read, Write};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn packing() -> Server {
    server().compression([Compression::Gzip, Compression::Deflate])
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain).expect("packed");
    encoder.finish().expect("packed")
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn has(&self, line: &str) -> bool {
        self.head.lines().any(|header| header.eq_ignore_ascii_case(line))
    }

    fn unzipped(&self) -> String {
        let mut text = String::new();
        GzDecoder::new(&self.body[..]).read_to_string(&mut text).expect("gzip");
        text
    }
}

/// Makes one request, and joins the chunks of the answer.
async fn ask(address: SocketAddr, line: &str, headers: &str, body: &[u8]) -> Answer {
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    let head = format!(
        "{line} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    socket.write_all(&[head.as_bytes(), body].concat()).await.expect("sent");
    let mut bytes = Vec::new();
    let _ = socket.read_to_end(&mut bytes).await;
    let at = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8(bytes[..at].to_vec()).expect("a head");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
    let mut rest = &bytes[at + 4..];
    let mut body = Vec::new();
    if !head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        body.extend(rest);
        rest = &[];
    }
    while let Some(at) = rest.windows(2).position(|window| window == b"\r\n") {
        let size =
            std::str::from_utf8(&rest[..at]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        match size.expect("a size") {
            0 => break,
            size => {
                body.extend(&rest[at + 2..at + 2 + size]);
                rest = &rest[at + 2 + size + 2..];
            }
        }
    }
    Answer { status, head, body }
}

fn echo(text: &str) -> String {
    format!("{{\"text\":\"{text}\"}}")
}

const JSON: &str = "content-type: application/json\r\n";
const GZIP: &str = "content-type: application/json\r\ncontent-encoding: gzip\r\n";

#[tokio::test]
async fn a_packed_request_is_read() {
    let address = serve(packing()).await;
    for name in ["gzip", "GZIP", "x-gzip"] {
        let headers = format!("{JSON}content-encoding: {name}\r\n");
        let answer = ask(address, "POST /echo", &headers, &gzip(echo("packed").as_bytes())).await;
        let body = String::from_utf8_lossy(&answer.body);
        assert!(answer.status == 200 && body.contains("\"text\":\"packed\""), "{name}: {body}");
    }
    // The body of a rule with variables, too.
    let answer = ask(address, "PUT /echo/7", GZIP, &gzip(b"{\"text\":\"packed\"}")).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
}

#[tokio::test]
async fn what_is_not_taken_is_415_and_says_what_is() {
    let address = serve(packing()).await;
    let answer = ask(address, "POST /echo", &format!("{JSON}content-encoding: br\r\n"), b"x").await;
    assert!(answer.status == 415 && answer.has("accept-encoding: gzip, deflate"), "{}", answer.head);
    assert!(
        String::from_utf8_lossy(&answer.body).contains("content encoding `br` is not accepted"),
        "{}",
        answer.head
    );
    // Two codings, in one line or in two, are refused: only a single one is accepted.
    for lines in
        ["content-encoding: gzip, gzip\r\n", "content-encoding: identity\r\ncontent-encoding: br\r\n"]
    {
        let answer = ask(address, "POST /echo", &format!("{JSON}{lines}"), b"{}").await;
        assert_eq!(answer.status, 415, "{lines}");
    }
    let plain = format!("{JSON}content-encoding: Identity, identity\r\n");
    assert_eq!(ask(address, "POST /echo", &plain, b"{}").await.status, 200);
    let lines = "content-type: application/x-ndjson\r\ncontent-encoding: gzip\r\n";
    assert_eq!(ask(address, "POST /sum", lines, &gzip(b"{}\n")).await.status, 415);
    let plain = library().await;
    let answer = ask(plain, "POST /echo", GZIP, &gzip(b"{}")).await;
    assert!(
        answer.status == 415 && answer.has("accept-encoding: identity"),
        "nothing is taken unasked: {}",
        answer.head
    );
    assert!(String::from_utf8_lossy(&answer.body).contains("content encoding `gzip`"), "{}", answer.head);
}

#[tokio::test]
async fn what_is_unpacked_has_the_limit_and_must_be_sound() {
    let address = serve(packing().limits(Limits::default().json_size(10_000))).await;
    let fits = ask(address, "POST /echo", GZIP, &gzip(echo(&"x".repeat(9_000)).as_bytes())).await;
    assert_eq!(fits.status, 200);
    let bomb = gzip(echo(&"x".repeat(2 << 20)).as_bytes());
    // A second layer does not get past the limit: only one is unpacked.
    let answer = ask(address, "POST /echo", GZIP, &gzip(&bomb)).await;
    assert_eq!(answer.status, 400);
    let bomb = gzip(echo(&"x".repeat(9 << 20)).as_bytes());
    let answer = ask(address, "POST /echo", GZIP, &bomb).await;
    let body = String::from_utf8_lossy(&answer.body);
    assert!(bomb.len() < 10_000 && answer.status == 413 && body.contains("10000 bytes"), "{body}");
    for broken in [&b"plain"[..], &gzip(b"{}")[..8]] {
        let answer = ask(address, "POST /echo", GZIP, broken).await;
        let body = String::from_utf8_lossy(&answer.body);
        assert!(answer.status == 400 && body.contains("is not valid gzip"), "{body}");
    }
}

#[tokio::test]
async fn an_answer_is_packed_as_it_is_accepted() {
    let address = serve(packing()).await;
    let body = echo(&"x".repeat(5_000));
    let accept = |value: &str| format!("{JSON}accept-encoding: {value}\r\n");
    let answer = ask(address, "POST /echo", &accept("br, gzip;q=0.5"), body.as_bytes()).await;
    assert!(answer.has("content-encoding: gzip") && answer.has("vary: accept-encoding"), "{}", answer.head);
    assert!(answer.body.len() < 500 && answer.has(&format!("content-length: {}", answer.body.len())));
    assert!(answer.unzipped().contains(&"x".repeat(5_000)));
    let answer = ask(address, "POST /echo", &accept("gzip;q=0.1, deflate"), body.as_bytes()).await;
    let mut text = String::new();
    ZlibDecoder::new(&answer.body[..]).read_to_string(&mut text).expect("deflate");
    assert!(answer.has("content-encoding: deflate") && text.contains("xxx"));
    for plain in ["identity", "gzip;q=0", "br", "identity;q=1, gzip;q=0.5"] {
        let answer = ask(address, "POST /echo", &accept(plain), body.as_bytes()).await;
        let is_plain = !answer.head.contains("content-encoding") && answer.body.starts_with(b"{");
        assert!(is_plain && answer.has("vary: accept-encoding"), "{plain}: {}", answer.head);
    }
    let small = ask(address, "POST /echo", &accept("gzip"), echo("x").as_bytes()).await;
    assert!(!small.head.contains("content-encoding"), "{}", small.head);
    let unasked = ask(library().await, "POST /echo", &accept("gzip"), body.as_bytes()).await;
    assert!(!unasked.head.contains("content-encoding") && !unasked.head.contains("vary"), "{}", unasked.head);
}

#[tokio::test]
async fn a_stream_is_packed_but_for_events() {
    let address = serve(packing()).await;
    let headers = |accept: &str| format!("accept: {accept}\r\naccept-encoding: gzip\r\n");
    for (accept, expected) in [("application/x-ndjson", "\n"), ("application/json", "]")] {
        let answer = ask(address, "GET /watch/3", &headers(accept), b"").await;
        assert!(answer.has("content-encoding: gzip"), "{}", answer.head);
        let text = answer.unzipped();
        assert!(text.contains("\"line 3\\n\"") && text.ends_with(expected), "{text}");
    }
    let answer = ask(address, "GET /watch/3", &headers("text/event-stream"), b"").await;
    assert!(!answer.head.contains("content-encoding") && answer.body.starts_with(b"data: "));
}
