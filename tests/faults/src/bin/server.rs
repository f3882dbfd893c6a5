//! The server that faults are tried on. `LIMITS` may hold limits as JSON, in place of the defaults. With
//! `COMPRESSION`, the server accepts packed messages; with `TLS`, all is TLS. It prints its address, and at
//! the end the number of calls answered.
#![allow(clippy::print_stdout, missing_docs)]

use futures_util::StreamExt;
use polywire::{Compression, Limits, Message, Result, Server, ServerTls, Streaming, service};
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Node {
    pub text: String,
    pub nodes: Vec<Node>,
    pub number: i64,
    pub ratio: f64,
    pub labels: BTreeMap<String, i64>,
}

#[service(package = "faults.v1")]
pub trait Faults {
    #[http(POST "/echo")]
    async fn echo(&self, request: Node) -> Result<Node>;

    #[http(GET "/wait/{ms}")]
    async fn wait(&self, ms: u64) -> Result<u64>;

    /// The same path for GET and for POST, which waits for its body; takes 50 ms.
    #[http(GET "/note")]
    #[http(POST "/note")]
    async fn note(&self, text: String) -> Result<String>;

    #[http(GET "/names/{name}")]
    async fn name(&self, name: String) -> Result<String>;

    /// As many pieces of 16 KiB as asked for.
    #[http(GET "/flood/{pieces}")]
    async fn flood(&self, pieces: u64) -> Result<Streaming<Node>>;

    /// Takes no item for so long.
    async fn ignore(&self, items: Streaming<Node>) -> Result<u64>;

    /// One item, and then neither another nor an end.
    #[http(GET "/drip")]
    #[ws("/drip")]
    async fn drip(&self) -> Result<Streaming<Node>>;

    #[http(GET "/panic")]
    async fn panic(&self) -> Result<()>;

    /// Panics after an item.
    #[http(GET "/panic/midway")]
    async fn panic_midway(&self) -> Result<Streaming<Node>>;

    /// Waits for an item, for as many milliseconds as it says, for the next, and so on; from the third on it answers each,
    /// and the fourth without end.
    #[read]
    #[ws("/steps")]
    async fn steps(&self, items: Streaming<Node>) -> Result<Streaming<Node>>;

    /// How far `steps` came.
    #[http(GET "/probe")]
    async fn probe(&self) -> Result<Probe>;
}

#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Probe {
    pub at: i64,
    pub alive: i64,
    pub ended: i64,
    pub dropped: i64,
}

/// A call of `steps`, for as long as anything of it lives.
struct Steps {
    probe: Arc<Mutex<Probe>>,
    items: Streaming<Node>,
    at: i64,
    ended: bool,
}

impl Steps {
    fn new(probe: &Arc<Mutex<Probe>>, items: Streaming<Node>) -> Self {
        lock(probe).alive += 1;
        Self { probe: Arc::clone(probe), items, at: 0, ended: false }
    }

    fn step(&mut self) {
        self.at += 1;
        lock(&self.probe).at = self.at;
    }

    /// Two awaits. False at the end of the items.
    async fn item(&mut self) -> Result<bool> {
        self.step();
        let Some(item) = self.items.next().await? else {
            self.ended = true;
            return Ok(false);
        };
        self.step();
        tokio::time::sleep(Duration::from_millis(item.number.unsigned_abs())).await;
        Ok(true)
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        let mut probe = lock(&self.probe);
        probe.alive -= 1;
        *if self.ended { &mut probe.ended } else { &mut probe.dropped } += 1;
    }
}

fn lock(probe: &Mutex<Probe>) -> MutexGuard<'_, Probe> {
    probe.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug, Default)]
struct Worker {
    answered: Arc<AtomicU64>,
    probe: Arc<Mutex<Probe>>,
}

impl Faults for Worker {
    async fn echo(&self, request: Node) -> Result<Node> {
        Ok(request)
    }

    async fn wait(&self, ms: u64) -> Result<u64> {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        self.answered.fetch_add(1, Ordering::SeqCst);
        Ok(ms)
    }

    async fn note(&self, text: String) -> Result<String> {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok(format!("noted: {text}"))
    }

    async fn name(&self, name: String) -> Result<String> {
        Ok(name)
    }

    async fn flood(&self, pieces: u64) -> Result<Streaming<Node>> {
        let piece = Node { text: "x".repeat(16 << 10), ..Node::default() };
        let items = futures_util::stream::iter((0..pieces).map(move |_| Ok(piece.clone())));
        Ok(Streaming::new(items))
    }

    async fn ignore(&self, items: Streaming<Node>) -> Result<u64> {
        tokio::time::sleep(Duration::from_secs(10)).await;
        drop(items);
        Ok(0)
    }

    async fn drip(&self) -> Result<Streaming<Node>> {
        let one = futures_util::stream::iter([Ok(Node::default())]);
        Ok(Streaming::new(one.chain(futures_util::stream::pending())))
    }

    async fn panic(&self) -> Result<()> {
        panic!("a secret")
    }

    async fn panic_midway(&self) -> Result<Streaming<Node>> {
        let broken = std::iter::once_with(|| panic!("a secret"));
        let items = std::iter::once(Ok(Node::default())).chain(broken);
        Ok(Streaming::new(futures_util::stream::iter(items)))
    }

    async fn steps(&self, items: Streaming<Node>) -> Result<Streaming<Node>> {
        let mut steps = Steps::new(&self.probe, items);
        if !(steps.item().await? && steps.item().await?) {
            return Ok(Streaming::new(futures_util::stream::empty()));
        }
        let answers = futures_util::stream::try_unfold(steps, |mut steps| async move {
            if steps.at >= 8 {
                return Ok(Some((Node { text: "x".repeat(16 << 10), ..Node::default() }, steps)));
            }
            Ok(steps.item().await?.then(|| (Node::default(), steps)))
        });
        Ok(Streaming::new(answers))
    }

    async fn probe(&self) -> Result<Probe> {
        Ok(lock(&self.probe).clone())
    }
}

#[tokio::main]
async fn main() -> io::Result<()> {
    // A handler's panic text goes to standard error, once for each panic that is asked for.
    let limits: Limits = match std::env::var("LIMITS") {
        Ok(json) => serde_json::from_str(&json)?,
        Err(_) => Limits::default(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    let worker = Worker::default();
    let answered = Arc::clone(&worker.answered);
    let mut server = Server::new().service(FaultsServer::new(worker)).limits(limits);
    if std::env::var_os("COMPRESSION").is_some() {
        server = server.compression(Compression::ALL);
    }
    if std::env::var_os("TLS").is_some() {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).map_err(io::Error::other)?;
        let tls = ServerTls::new(own.cert.pem().as_bytes(), own.signing_key.serialize_pem().as_bytes());
        server = server.tls(tls.map_err(io::Error::other)?);
    }
    server.listener(listener).serve().await?;
    println!("answered {}", answered.load(Ordering::SeqCst));
    Ok(())
}
