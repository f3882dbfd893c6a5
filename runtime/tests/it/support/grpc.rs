//! The parts that the tests of gRPC, gRPC-Web and Connect share: a service, a server on a free port, raw
//! requests.
#![allow(dead_code, clippy::expect_used, clippy::unwrap_used)]

pub mod canned;
pub mod raw;
pub mod service;

use super::{Serving, listen, start};
use polywire::{Limits, Server};
use service::{Probe, ProbeServer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// A running server of [`Probe`], which stops at once when it is dropped.
pub struct Running {
    pub address: SocketAddr,
    pub probe: Probe,
    serving: Serving,
}

impl Running {
    /// Stops the server at once, and waits until it is gone.
    pub async fn stop(mut self) {
        self.serving.stop();
        self.serving.ended().await;
    }
}

/// Serves [`Probe`] with the default limits.
pub async fn serve_probe() -> Running {
    serve_probe_with(|server| server).await
}

/// Serves [`Probe`] on a free port.
pub async fn serve_probe_with(change: impl FnOnce(Server) -> Server) -> Running {
    serve_probe_on(listen().await.0, change)
}

/// Serves [`Probe`]. At the end the server waits for nothing, unless `change` sets other limits.
pub fn serve_probe_on(listener: TcpListener, change: impl FnOnce(Server) -> Server) -> Running {
    let probe = Probe::default();
    let address = listener.local_addr().expect("an address");
    let server = impatient().service(ProbeServer(Arc::new(probe.clone())));
    Running { address, probe, serving: start(change(server).listener(listener)) }
}

/// A server that waits for nothing at the end.
pub fn impatient() -> Server {
    Server::new().limits(Limits::default().drain_delay(Duration::ZERO).drain_timeout(Duration::ZERO))
}
