//! The parts that the tests share: a server on a free port, and patience. Below it, those of one wire.
#![allow(dead_code, clippy::expect_used, reason = "which of them are used depends on the features")]

#[cfg(feature = "grpc")]
pub mod grpc;
#[cfg(all(feature = "http", feature = "macros"))]
pub mod http;
#[cfg(all(feature = "ws", feature = "macros"))]
pub mod ws;

use polywire::Server;
use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A listener on a free port.
pub async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// An address that nobody listens on.
pub async fn nobody() -> SocketAddr {
    listen().await.1
}

/// Serves on a free port until the test ends.
#[cfg(any(feature = "grpc", feature = "http", feature = "ws"))]
pub async fn serve(server: Server) -> SocketAddr {
    let (listener, address) = listen().await;
    tokio::spawn(async move { server.listener(listener).serve_until(pending()).await.expect("it serves") });
    address
}

/// Serves on a free port under a router of axum until the test ends.
#[cfg(feature = "axum")]
pub async fn serve_router(router: axum::Router) -> SocketAddr {
    let (listener, address) = listen().await;
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A running server, which is told to stop when this is dropped.
#[derive(Debug)]
pub struct Serving {
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<std::io::Result<()>>,
}

/// Serves where `server` says, until it is told to stop.
pub fn start(server: Server) -> Serving {
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(server.serve_until(async move { drop(stopped.await) }));
    Serving { stop: Some(stop), task }
}

impl Serving {
    /// Tells the server to stop.
    pub fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits until the server has ended, without an error.
    pub async fn ended(&mut self) {
        let ended = tokio::time::timeout(Duration::from_secs(30), &mut self.task).await;
        ended.expect("an end").expect("no panic").expect("no error");
    }

    pub fn has_ended(&self) -> bool {
        self.task.is_finished()
    }
}

/// Waits, for as long as a slow machine may need, until `condition` holds.
pub async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    for _ in 0..1000 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}
