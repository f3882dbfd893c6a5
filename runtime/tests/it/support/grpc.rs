//! The parts that the tests of gRPC, gRPC-Web and Connect share: a service, a server on a free port, raw
//! requests.
#![allow(dead_code, clippy::expect_used, clippy::unwrap_used)]

pub mod canned;
pub mod raw;
pub mod service;

use polywire::{Limits, Server};
use service::{Probe, ProbeServer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A running server, which stops at once when it is dropped.
pub struct Running {
    pub address: SocketAddr,
    pub probe: Probe,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    /// Stops the server at once, and waits until it is gone.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        (&mut self.task).await.expect("a server");
    }
}

/// Serves [`Probe`] with the default limits.
pub async fn serve() -> Running {
    serve_with(|server| server).await
}

/// Serves [`Probe`] on a free port.
pub async fn serve_with(change: impl FnOnce(Server) -> Server) -> Running {
    serve_on(TcpListener::bind("127.0.0.1:0").await.expect("a port"), change).await
}

/// Serves [`Probe`]. At the end the server waits for nothing, unless `change` sets other limits.
pub async fn serve_on(listener: TcpListener, change: impl FnOnce(Server) -> Server) -> Running {
    let probe = Probe::default();
    let address = listener.local_addr().expect("an address");
    let limits = Limits::default().drain_delay(Duration::ZERO).drain_timeout(Duration::ZERO);
    let server = Server::new().limits(limits).service(ProbeServer(Arc::new(probe.clone())));
    let (stop, stopped) = oneshot::channel();
    let serve = change(server).listener(listener).serve_until(async move { drop(stopped.await) });
    let task = tokio::spawn(async move { serve.await.expect("a server") });
    Running { address, probe, stop: Some(stop), task }
}

/// Waits, for as long as a slow machine may need, until `condition` holds.
pub async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..1000 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}

/// Waits in the same way for an asynchronous condition.
pub async fn until_async<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    for _ in 0..1000 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}
