//! Bodies that are too large, too deep or never end, as raw bytes.
#![cfg(all(feature = "http", feature = "macros"))]
#![allow(missing_docs, unused_crate_dependencies, clippy::expect_used)]

mod http_support;

use http_support::client::{json, raw};
use http_support::{library, serve, server};
use polywire::Limits;

fn small() -> polywire::Server {
    server().limits(Limits { json_size: 64, ..Limits::default() })
}

#[tokio::test]
async fn a_body_whose_length_is_too_large_is_413_before_it_is_read() {
    let address = serve(small()).await;
    // Not one byte of the body is sent, so the answer cannot have waited for it.
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
