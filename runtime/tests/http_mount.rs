//! A user's own router around us, and one merged into us.
#![cfg(all(feature = "http", feature = "macros", feature = "axum"))]
#![allow(missing_docs, unused_crate_dependencies, clippy::expect_used)]

mod http_support;

use axum::Router;
use axum::routing::{any, delete, get as route};
use http_support::client::{get, json, send};
use http_support::{serve, server};
use std::net::SocketAddr;

async fn axum(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let make = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, make).await });
    address
}

#[tokio::test]
async fn everything_mounts_in_a_router() {
    let router = Router::new().route("/own", route(|| async { "mine" })).merge(server().into_router());
    let address = axum(router).await;
    assert_eq!(get(address, "/own").await.body, "mine");
    assert_eq!(get(address, "/echo/7").await.json()["id"], 7);
    assert_eq!(json(address, "PUT /echo/7", r#"{"text":"x"}"#).await.json()["text"], "x");
    assert_eq!(get(address, "/nothing").await.message(), "no route for GET /nothing");
    assert_eq!(send(address, "PATCH /echo/7", &[], "").await.status, 405);
    let head = send(address, "HEAD /echo/7", &[], "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert!(head.header("content-length").is_some_and(|length| length != "0"), "{head:?}");
    let answer = send(address, "GET /watch/2", &["accept: text/event-stream"], "").await;
    assert!(answer.body.ends_with("event: end\ndata: {}\n\n"), "{answer:?}");
    assert_eq!(send(address, "GET /slow", &["grpc-timeout: 20m"], "").await.status, 504);
}

#[tokio::test]
async fn a_router_merges_into_ours() {
    let router = Router::new()
        .route("/own", route(|| async { "mine" }))
        .route("/echo/{id}", delete(|| async { "never: the service has it" }).patch(|| async { "patched" }))
        .route("/teapot", any(|| async { axum::http::StatusCode::IM_A_TEAPOT }));
    let address = serve(server().merge(router)).await;
    assert_eq!(get(address, "/own").await.body, "mine");
    assert_eq!(get(address, "/teapot").await.status, 418);
    assert_eq!(get(address, "/echo/7").await.json()["id"], 7);
    assert_eq!(send(address, "DELETE /echo/7", &[], "").await.json()["id"], 7);
    assert_eq!(send(address, "PATCH /echo/7", &[], "").await.body, "patched");
    // The router has nothing here: the refusal is ours.
    assert_eq!(send(address, "PATCH /tags/", &[], "").await.header("allow"), Some("GET, HEAD, OPTIONS"));
    assert_eq!(get(address, "/nothing").await.status, 404);
}
