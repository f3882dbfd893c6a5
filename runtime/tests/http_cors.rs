//! Pages of other sites: closed unless opened, and then for every HTTP transport.
#![cfg(all(feature = "http", feature = "macros"))]
#![allow(missing_docs, unused_crate_dependencies, clippy::expect_used)]

mod http_support;

use http_support::client::{Answer, send};
use http_support::{library, serve, server};
use polywire::Cors;
use std::net::SocketAddr;

const PAGE: &str = "origin: https://shop.example";

async fn preflight(address: SocketAddr, origin: &str) -> Answer {
    let headers =
        [origin, "access-control-request-method: PUT", "access-control-request-headers: content-type, x-key"];
    send(address, "OPTIONS /echo/7", &headers, "").await
}

#[tokio::test]
async fn a_server_is_closed_unless_told() {
    let address = library().await;
    let answer = send(address, "GET /echo/7", &[PAGE], "").await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
    assert_eq!(preflight(address, PAGE).await.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn every_page_may_call_when_any_may() {
    let address = serve(server().cors(Cors::any().with_credentials())).await;
    for line in ["GET /echo/7", "GET /echo/x", "GET /nothing", "GET /test_v1.proto"] {
        let answer = send(address, line, &[PAGE], "").await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{line}");
        let exposed = answer.header("access-control-expose-headers").expect("exposed");
        assert!(exposed.contains("grpc-status-details-bin"), "{exposed}");
        assert_eq!(answer.header("access-control-allow-credentials"), None, "never for every page");
    }
    let answer = preflight(address, PAGE).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, Some("*")));
    assert_eq!(answer.header("access-control-allow-headers"), Some("content-type, x-key"));
    assert!(answer.header("access-control-allow-methods").is_some_and(|methods| methods.contains("PUT")));
    // Not a browser's question: the route answers.
    assert!(send(address, "OPTIONS /echo/7", &[], "").await.header("allow").is_some());
}

#[tokio::test]
async fn only_the_pages_that_are_named_may_call() {
    let cors = Cors::origins(["https://Shop.example", "http://localhost:3000"])
        .with_credentials()
        .expose(["x-lead"]);
    let address = serve(server().cors(cors)).await;
    let answer = send(address, "GET /headers/1", &[PAGE], "").await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://shop.example"));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    assert!(answer.header("access-control-expose-headers").is_some_and(|names| names.ends_with(", x-lead")));
    assert_eq!(answer.header("vary"), Some("origin"));
    for origin in ["origin: https://evil.example", "origin: https://shop.example.evil", "origin: null"] {
        let answer = send(address, "GET /echo/7", &[origin], "").await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None), "{origin}");
        assert_eq!(answer.header("vary"), Some("origin"), "or a cache would serve it to the others");
        assert_eq!(preflight(address, origin).await.header("access-control-allow-methods"), None, "{origin}");
    }
}

#[test]
#[should_panic(expected = "`x y` is not a header name")]
fn a_header_that_cannot_be_exposed_is_refused_at_start() {
    let _ = Cors::any().expose(["x y"]);
}
