//! The server that faults are tried on: default limits, or those of the JSON in `LIMITS`. Says where it listens, and at the end
//! how many calls it has answered.
#![allow(clippy::print_stdout, missing_docs)]

use polywire::{Limits, Message, Result, Server, Streaming, service};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Node {
    pub text: String,
    pub nodes: Vec<Node>,
    pub number: i64,
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

    #[http(GET "/panic")]
    async fn panic(&self) -> Result<()>;
}

#[derive(Debug, Default)]
struct Worker {
    answered: Arc<AtomicU64>,
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

    async fn panic(&self) -> Result<()> {
        panic!("a secret")
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    // What a handler's panic says goes to standard error; there are as many as are asked for.
    let limits: Limits = match std::env::var("LIMITS") {
        Ok(json) => serde_json::from_str(&json)?,
        Err(_) => Limits::default(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    let worker = Worker::default();
    let answered = Arc::clone(&worker.answered);
    Server::new().service(FaultsServer::new(worker)).limits(limits).listener(listener).serve().await?;
    println!("answered {}", answered.load(Ordering::SeqCst));
    Ok(())
}
