//! Clients that guard themselves, against servers that misbehave, on every wire of a channel.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod addresses;
mod breaker;
mod ejection;
mod gate;
mod hedge;

use crate::support::grpc::impatient;
use crate::support::{Serving, listen, start};
use polywire::{Balance, BoxFuture, Code, Context, Endpoint, Resolver, Result, Status, Streaming, service};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, Semaphore, mpsc};

/// The wires of a channel.
const WIRES: [&str; 4] = ["grpc", "grpcweb", "http", "ws"];

#[service(package = "fleet.v1")]
pub trait Fleet {
    /// The number of the server that answers.
    #[read]
    async fn who(&self, cx: Context) -> Result<i32>;

    /// The same, of a method that must not run twice.
    async fn change(&self, cx: Context) -> Result<i32>;

    /// The number, and then nothing until the gate opens.
    #[read]
    async fn watch(&self) -> Result<Streaming<i32>>;
}

/// The behaviour of a server.
#[derive(Debug, Clone)]
enum Mode {
    Answer,
    Fail(Status),
    /// Answers when the gate opens.
    Wait,
}

/// A server's insides, as its test sees them.
struct Inside {
    id: i32,
    mode: Mutex<Mode>,
    gate: Semaphore,
    /// The handlers that began, by the number of their server.
    begun: mpsc::UnboundedSender<i32>,
    dropped: AtomicUsize,
}

struct Dropped<'a>(&'a AtomicUsize, bool);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(usize::from(self.1), Ordering::SeqCst);
    }
}

struct Member(Arc<Inside>);

impl Member {
    async fn act(&self, cx: &Context) -> Result<i32> {
        let mut dropped = Dropped(&self.0.dropped, true);
        self.0.begun.send(self.0.id).expect("a test");
        cx.append_header("x-server", &self.0.id.to_string()).expect("metadata");
        let mode = self.0.mode.lock().unwrap().clone();
        if matches!(mode, Mode::Wait) {
            self.0.gate.acquire().await.expect("a gate").forget();
        }
        dropped.1 = false;
        match mode {
            Mode::Fail(status) => Err(status),
            Mode::Answer | Mode::Wait => Ok(self.0.id),
        }
    }
}

impl Fleet for Member {
    async fn who(&self, cx: Context) -> Result<i32> {
        self.act(&cx).await
    }

    async fn change(&self, cx: Context) -> Result<i32> {
        self.act(&cx).await
    }

    async fn watch(&self) -> Result<Streaming<i32>> {
        let inside = Arc::clone(&self.0);
        inside.begun.send(inside.id).expect("a test");
        let id = inside.id;
        let rest = futures_util::stream::once(async move {
            inside.gate.acquire().await.expect("a gate").forget();
            Ok(inside.id)
        });
        Ok(Streaming::new(futures_util::StreamExt::chain(futures_util::stream::iter([Ok(id)]), rest)))
    }
}

/// A server, and how it behaves.
struct Server {
    address: SocketAddr,
    inside: Arc<Inside>,
    serving: Serving,
}

impl Server {
    fn set(&self, mode: Mode) {
        *self.inside.mode.lock().unwrap() = mode;
    }

    fn open(&self, count: usize) {
        self.inside.gate.add_permits(count);
    }

    async fn stop(mut self) -> SocketAddr {
        self.serving.stop();
        self.serving.ended().await;
        self.address
    }
}

/// Servers with the numbers from 1 on, and the handlers that begin.
struct Servers {
    all: Vec<Server>,
    begun: mpsc::UnboundedReceiver<i32>,
    told: mpsc::UnboundedSender<i32>,
}

async fn serve(count: i32) -> Servers {
    let (told, begun) = mpsc::unbounded_channel();
    let mut servers = Servers { all: Vec::new(), begun, told };
    for id in 1..=count {
        servers.add(id, listen().await.0);
    }
    servers
}

impl Servers {
    fn add(&mut self, id: i32, listener: tokio::net::TcpListener) {
        let inside = Arc::new(Inside {
            id,
            mode: Mutex::new(Mode::Answer),
            gate: Semaphore::new(0),
            begun: self.told.clone(),
            dropped: AtomicUsize::new(0),
        });
        let address = listener.local_addr().expect("an address");
        let server = impatient().service(FleetServer::new(Member(Arc::clone(&inside)))).listener(listener);
        self.all.push(Server { address, inside, serving: start(server) });
    }

    fn addresses(&self) -> Vec<String> {
        self.all.iter().map(|server| server.address.to_string()).collect()
    }

    /// An endpoint of all these, of which the one with fewer calls is asked.
    fn endpoint(&self, wire: &str) -> Endpoint {
        Endpoint::new(format!("{wire}://books.internal"))
            .addresses(self.addresses())
            .balance(Balance::LeastRequest)
    }

    fn seen(&mut self) -> usize {
        std::iter::from_fn(|| self.begun.try_recv().ok()).count()
    }

    /// Calls until this server answers, so that it is known to be connected. No such call is hedged.
    async fn meet(&mut self, client: &FleetClient, id: i32) {
        while client.change(Context::new()).await.ok() != Some(id) {
            tokio::task::yield_now().await;
        }
        self.seen();
    }
}

async fn connect(endpoint: Endpoint) -> FleetClient {
    FleetClient::connect(endpoint).await.expect("a client")
}

/// Addresses that a test sets.
#[derive(Clone, Default)]
struct Given {
    addresses: Arc<Mutex<Vec<String>>>,
    changed: Arc<Notify>,
}

impl Given {
    fn set(&self, addresses: impl IntoIterator<Item = String>) {
        *self.addresses.lock().unwrap() = addresses.into_iter().collect();
        self.changed.notify_one();
    }
}

impl Resolver for Given {
    fn resolve(&self) -> BoxFuture<'_, Result<Vec<String>>> {
        Box::pin(async { Ok(self.addresses.lock().unwrap().clone()) })
    }

    fn changed(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.changed.notified())
    }
}

fn unavailable() -> Mode {
    Mode::Fail(Status::unavailable("not today"))
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    result.expect_err("a failure").code()
}
