//! Bodies that are too large, too deep or endless, and heads that HTTP calls malformed, as raw bytes.
#![cfg(all(feature = "http", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::http::client::{json, raw};
use crate::support::http::{library, server};
use crate::support::serve;
use polywire::Limits;

fn small() -> polywire::Server {
    server().limits(Limits { json_size: 64, ..Limits::default() })
}

#[tokio::test]
async fn a_body_whose_length_is_too_large_is_413_before_it_is_read() {
    let address = serve(small()).await;
    // No byte of the body is sent, so the answer cannot have waited for it.
    let answer = raw(
        address,
        b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 65\r\n\r\n",
    )
    .await;
    assert_eq!((answer.status, answer.json()["code"].as_u64()), (413, Some(8)));
    assert_eq!(answer.message(), "the body is larger than 64 bytes, the limit");
    let fits = format!("{{\"text\":\"{}\"}}", "x".repeat(64 - 11));
    assert_eq!(json(address, "POST /echo", &fits).await.status, 200);
}

#[tokio::test]
async fn a_chunked_body_is_413_as_soon_as_it_passes_the_limit() {
    let address = serve(small()).await;
    let mut request =
        b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..3 {
        request.extend_from_slice(b"20\r\n                                \r\n");
    }
    // The last chunk never comes.
    assert_eq!(raw(address, &request).await.status, 413);
}

#[tokio::test]
async fn the_default_limit_is_a_mebibyte() {
    let address = library().await;
    let body = |size: usize| format!("{{\"text\":\"{}\"}}", "x".repeat(size - 11));
    assert_eq!(json(address, "POST /echo", &body(1 << 20)).await.status, 200);
    assert_eq!(json(address, "POST /echo", &body((1 << 20) + 1)).await.status, 413);
}

#[tokio::test]
async fn depth_and_number_of_elements_are_bounded() {
    let address = library().await;
    let deep = format!("{{\"unknown\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(
        json(address, "POST /echo", &deep).await.status,
        200,
        "unknown fields are passed over, not built"
    );
    let many = format!("{{\"numbers\":[{}0]}}", "0,".repeat(100_000));
    let answer = json(address, "POST /echo", &many).await;
    assert_eq!(answer.status, 400);
    assert!(answer.message().contains("holds more than 100000 elements"), "{}", answer.message());
    // The same when the body is merged with a path variable.
    let answer = json(address, "PUT /echo/7", &many).await;
    assert!(answer.message().contains("holds more than 100000 elements"), "{}", answer.message());
    let members = format!("{{{}\"x\":0}}", "\"x\":0,".repeat(100_000));
    let answer = json(address, "PUT /echo/7", &members).await;
    assert!(answer.message().contains("holds more than 100000 elements"), "{}", answer.message());
}

/// The status of a request with this head, on a connection of its own.
async fn status_of(address: std::net::SocketAddr, head: &[u8]) -> u16 {
    raw(address, head).await.status
}

#[tokio::test]
async fn a_request_says_once_which_host_it_is_for() {
    let address = library().await;
    let url = format!("http://{address}/echo/7");
    for (head, expected) in [
        ("GET /echo/7 HTTP/1.1\r\nconnection: close", 400),
        ("GET /echo/7 HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close", 400),
        ("GET /echo/7 HTTP/1.1\r\nhost: a\r\nhost: a\r\nconnection: close", 400),
        ("GET /echo/7 HTTP/1.1\r\nhost: a b\r\nconnection: close", 400),
        ("GET /echo/7 HTTP/1.1\r\nhost: a/b\r\nconnection: close", 400),
        ("GET /echo/7 HTTP/1.1\r\nhost: u@a\r\nconnection: close", 400),
        ("GET /echo/7 HTTP/1.1\r\nhost: a:b\r\nconnection: close", 400),
        ("GET /echo/7 HTTP/1.1\r\nhost: a:99999\r\nconnection: close", 400),
        ("GET /echo/7 HTTP/1.1\r\nhost: [::1\r\nconnection: close", 400),
        ("GET /echo/7 HTTP/1.1\r\nhost: a, b\r\nconnection: close", 400),
        ("GET http://u@a/echo/7 HTTP/1.1\r\nhost: a\r\nconnection: close", 400),
        ("OPTIONS * HTTP/1.1\r\nconnection: close", 400),
        ("GET /echo/7 HTTP/1.0\r\nhost: a\r\nhost: b", 400),
        ("GET /echo/7 HTTP/1.0", 200),
        ("GET /echo/7 HTTP/1.0\r\nhost: a", 200),
        ("GET /echo/7 HTTP/1.1\r\nhost:\r\nconnection: close", 200),
        ("GET /echo/7 HTTP/1.1\r\nhost: [::1]:80\r\nconnection: close", 200),
        ("GET /echo/7 HTTP/1.1\r\nHost: a.example:8080\r\nconnection: close", 200),
        // The target goes before the header, which must be there all the same.
        (&format!("GET {url} HTTP/1.1\r\nhost: other\r\nconnection: close"), 200),
        (&format!("GET {url} HTTP/1.1\r\nconnection: close"), 400),
    ] {
        assert_eq!(status_of(address, format!("{head}\r\n\r\n").as_bytes()).await, expected, "{head}");
    }
    assert_eq!(
        status_of(address, b"GET /echo/7 HTTP/1.1\r\nhost: \xe9\r\nconnection: close\r\n\r\n").await,
        400
    );
    let answer = raw(address, b"GET /echo/7 HTTP/1.1\r\n\r\n").await;
    // The connection ended, or `raw` would wait. The answer gives the reason.
    assert_eq!(answer.header("connection"), Some("close"));
    assert_eq!(answer.message(), "header `Host`: missing (RFC 9112, section 3.2)");
}

#[tokio::test]
async fn chunks_that_are_malformed_are_400_and_end_the_connection() {
    let address = serve(server()).await;
    for chunk in [
        "+2\r\n{}",
        "0x2\r\n{}",
        "0_2\r\n{}",
        " 2\r\n{}",
        "2\n{}",
        "2\r\n{}X",
        "2;a\n{}",
        "fffffffffffffffff\r\n{}",
    ] {
        let head = "POST /echo HTTP/1.1\r\nhost: a\r\n";
        let request = format!(
            "{head}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{chunk}\r\n0\r\n\r\n"
        );
        // The connection ended, or `raw` would wait.
        let answer = raw(address, request.as_bytes()).await;
        assert_eq!(
            (answer.status, answer.message().as_str()),
            (400, "the chunks of the body are malformed"),
            "{chunk:?}"
        );
    }
}

#[tokio::test]
async fn a_transfer_coding_that_is_not_spoken_is_refused() {
    let address = library().await;
    let chunked = "2\r\n{}\r\n0\r\n\r\n";
    for (fields, expected) in [
        ("transfer-encoding: chunked", 200),
        ("Transfer-Encoding: CHUNKED", 200),
        ("transfer-encoding: , chunked", 200),
        ("transfer-encoding: x, chunked", 501),
        ("transfer-encoding: gzip, chunked", 501),
        ("transfer-encoding: gzip\r\ntransfer-encoding: chunked", 501),
        ("transfer-encoding: identity, chunked", 501),
        ("transfer-encoding: chunked, chunked", 400),
        ("transfer-encoding: chunked\r\ntransfer-encoding: chunked", 400),
        ("transfer-encoding: chunked, x", 400),
        ("transfer-encoding: x", 400),
        ("transfer-encoding: identity", 400),
        ("transfer-encoding: xchunked", 400),
        ("transfer-encoding: chunked;a=b", 400),
        ("transfer-encoding: \"chunked\"", 400),
        ("transfer-encoding:", 400),
        // hyper reads by the coding alone, whichever header comes first.
        ("content-length: 4\r\ntransfer-encoding: chunked", 200),
        ("transfer-encoding: chunked\r\ncontent-length: 4", 200),
        ("content-length: 2, 3", 400),
        ("content-length: 2\r\ncontent-length: 3", 400),
        ("content-length: +2", 400),
    ] {
        let head = "POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json";
        let request = format!("{head}\r\n{fields}\r\n\r\n{chunked}");
        assert_eq!(status_of(address, request.as_bytes()).await, expected, "{fields}");
    }
    let old = format!("POST /echo HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n{chunked}");
    assert_eq!(status_of(address, old.as_bytes()).await, 400);
}
