//! gRPC under a router of the user's. The server keeps the deadline there too, and calls keep their names.
#![cfg(all(feature = "grpc", feature = "axum"))]
#![allow(clippy::expect_used, clippy::unwrap_used)]

use crate::support::grpc::raw::{Http, ask, envelope, post};
use crate::support::grpc::serve_probe_with;
use crate::support::grpc::service::{Probe, ProbeServer, item};
use crate::support::serve_router;
use polywire::{Limits, Message, Server};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// The index of an item whose handler never ends.
const ENDLESS: i32 = 15;

async fn under_axum(limits: Limits) -> SocketAddr {
    let server = Server::new().limits(limits).service(ProbeServer(Arc::new(Probe::default())));
    serve_router(server.into_router()).await
}

#[tokio::test]
async fn a_deadline_is_deadline_exceeded_with_a_router_and_without() {
    let limits = || Limits { drain_timeout: Duration::ZERO, ..Limits::default() };
    let plain = serve_probe_with(|server| server.limits(limits())).await;
    let short = limits().unary_timeout(Duration::from_millis(50));
    let ceiling = serve_probe_with(|server| server.limits(short.clone())).await;
    let asked: &[(&str, &str)] = &[("grpc-timeout", "50m")];
    for (address, headers) in [
        (plain.address, asked),
        (under_axum(limits()).await, asked),
        (ceiling.address, &[]),
        (under_axum(short).await, &[]),
    ] {
        let message = envelope(0, &item(ENDLESS, "").encode());
        let answer =
            ask(address, Http::Two, post("/test.v1.Probe/Echo", "application/grpc", headers, message)).await;
        // Trailers alone: one block is head and end.
        assert_eq!((answer.header("grpc-status"), answer.body.len()), ("4", 0), "{headers:?}");
    }
}
