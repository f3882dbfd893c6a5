//! A client that guards itself: two servers of which one misbehaves, and what the caller sees of it.
//!
//! Nothing here is in the service. The client's `Endpoint` says it all, and it is the same over `grpc://`, `http://` and
//! `ws://`.
//!
//! Run it: `cargo run -p polywire-examples --bin clients_guarded`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::{
    Balance, Breaker, ClientStats, Concurrency, Ejection, Endpoint, Hedge, Result, Server, Status, service,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// Tells prices.
#[service(package = "clients_guarded.v1")]
pub trait Prices {
    /// The price of an article. A client may ask twice.
    #[read]
    async fn price(&self, article: String) -> Result<u32>;
    /// Buys one. Nobody may ask twice.
    async fn buy(&self, article: String) -> Result<()>;
}

const WELL: u8 = 0;
const BROKEN: u8 = 1;
const STUCK: u8 = 2;

/// A server whose state the program sets.
#[derive(Clone, Default)]
struct Shop(Arc<AtomicU8>);

impl Shop {
    async fn work<T>(&self, answer: T) -> Result<T> {
        match self.0.load(Ordering::SeqCst) {
            BROKEN => Err(Status::unavailable("the database is down")),
            STUCK => std::future::pending().await,
            _ => Ok(answer),
        }
    }
}

impl Prices for Shop {
    async fn price(&self, article: String) -> Result<u32> {
        self.work(article.len() as u32 * 100).await
    }

    async fn buy(&self, _: String) -> Result<()> {
        self.work(()).await
    }
}

async fn open(shop: &Shop) -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    tokio::spawn(Server::new().service(PricesServer::new(shop.clone())).listener(listener).serve());
    Ok(address)
}

fn seen<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Ok(answer) => format!("answered {answer:?}"),
        Err(status) => match status.reason() {
            Some((reason, _)) => format!("{}, {reason}", status.code()),
            None => status.code().to_string(),
        },
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (good, bad) = (Shop::default(), Shop::default());
    let addresses = [open(&good).await?, open(&bad).await?];

    for wire in ["grpc", "http", "ws"] {
        println!("{wire}:");
        let endpoint = || Endpoint::new(format!("{wire}://prices.internal")).addresses(addresses.clone());

        // One server fails: after two failures it gets no calls.
        let stats = ClientStats::default();
        let ejection = Ejection { failures: 2, ..Ejection::default() };
        let guarded = endpoint().balance(Balance::RoundRobin).ejection(ejection).stats(&stats);
        let prices = PricesClient::connect(guarded).await?;
        bad.0.store(BROKEN, Ordering::SeqCst);
        let mut failed = 0;
        while stats.clients()[0].ejections == 0 {
            failed += usize::from(prices.buy("tea".to_owned()).await.is_err());
        }
        let mut later = 0;
        for _ in 0..20 {
            later += usize::from(prices.buy("tea".to_owned()).await.is_err());
        }
        println!("  ejection: {failed} calls failed, then {later} of 20");

        // One server is stuck: a second attempt overtakes the first.
        bad.0.store(STUCK, Ordering::SeqCst);
        let hedge = Hedge { delay: Duration::from_millis(5), ..Hedge::default() };
        let prices = PricesClient::connect(endpoint().balance(Balance::RoundRobin).hedge(hedge)).await?;
        let (one, two) = (prices.price("tea".to_owned()).await, prices.price("tea".to_owned()).await);
        println!("  hedging: {}, {}", seen(one), seen(two));

        // All are broken: after two failures nothing is sent.
        good.0.store(BROKEN, Ordering::SeqCst);
        bad.0.store(BROKEN, Ordering::SeqCst);
        let breaker = Breaker { failures: 2, ..Breaker::default() };
        let prices = PricesClient::connect(endpoint().breaker(breaker)).await?;
        for call in 1..=3 {
            println!("  breaker, call {call}: {}", seen(prices.buy("tea".to_owned()).await));
        }

        // A caller asks too much: one call runs, none waits.
        good.0.store(STUCK, Ordering::SeqCst);
        bad.0.store(STUCK, Ordering::SeqCst);
        let limit = Concurrency { calls: 1, waiting: 0 };
        let prices = PricesClient::connect(endpoint().concurrency(limit)).await?;
        let (first, second) = (prices.buy("tea".to_owned()), prices.buy("tea".to_owned()));
        tokio::select! {
            biased;
            first = first => println!("  concurrency, the first: {}", seen(first)),
            second = second => println!("  concurrency, the second: {}", seen(second)),
        }
        good.0.store(WELL, Ordering::SeqCst);
        bad.0.store(WELL, Ordering::SeqCst);
    }
    Ok(())
}
