//! A server on a free port, a broker of one's own, and patience: what suites of whole calls begin with.

use polywire::Server;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// A listener on a free port.
pub async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// Serves on a free port until the test ends.
pub async fn serve(server: Server) -> SocketAddr {
    let (listener, address) = listen().await;
    tokio::spawn(server.listener(listener).serve_until(pending()));
    address
}

/// The URL of an in-memory broker that no other test knows.
pub fn broker() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("memory:e2e-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Waits, for as long as a slow machine may need, until `condition` holds.
pub async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}
