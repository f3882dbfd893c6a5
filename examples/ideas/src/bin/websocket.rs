//! WebSocket: the same client, with `ws://` in its URL. Calls share one connection, and streams wait for slow
//! readers.
//!
//! A client of polywire speaks JSON-RPC 2.0 on `/ws`. It tells the server how many items of a stream it takes (its
//! credit), so a stream of millions stays small on both sides. A stream that is dropped ends on the server too.
//! `#[ws("/prices/{symbol}")]` is one more door, for pages: `new WebSocket("ws://…/prices/ACME")` gets the items
//! of that call and nothing else.
//!
//! Run it: `cargo run -p polywire-examples --bin websocket`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::{Codec, Endpoint, Limits, Message, Result, Server, Streaming, service};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// What a share costs.
#[derive(Debug, Clone, PartialEq, Message)]
pub struct Price {
    /// The share.
    pub symbol: String,
    /// Its price, in cents.
    pub cents: u64,
}

/// Tells prices.
#[service(package = "websocket.v1")]
pub trait Prices {
    /// Returns the price now.
    async fn latest(&self, symbol: String) -> Result<Price>;
    /// Tells every change of the price.
    #[ws("/prices/{symbol}")]
    async fn watch(&self, symbol: String) -> Result<Streaming<Price>>;
}

/// Counts the prices that it made.
struct Exchange {
    made: Arc<AtomicU64>,
}

impl Prices for Exchange {
    async fn latest(&self, symbol: String) -> Result<Price> {
        Ok(Price { symbol, cents: 100 })
    }

    async fn watch(&self, symbol: String) -> Result<Streaming<Price>> {
        let made = Arc::clone(&self.made);
        // A million prices, each made when the stream is asked for it.
        Ok(Streaming::from_items((0..1_000_000).map(move |change| {
            made.fetch_add(1, Ordering::Relaxed);
            Price { symbol: symbol.clone(), cents: 100 + change }
        })))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let made = Arc::new(AtomicU64::new(0));
    let server = Server::new()
        .service(PricesServer::new(Exchange { made: Arc::clone(&made) }))
        .limits(Limits::default().drain_delay(Duration::ZERO)) // no load balancer waits for our end
        .listener(listener);
    let server = tokio::spawn(server.serve_until(async { drop(stopped.await) }));

    // Change the URL, not the code: `grpc://` does the same.
    let prices = PricesClient::connect(format!("ws://{address}")).await?;
    let (acme, duck) = tokio::join!(prices.latest("ACME".to_owned()), prices.latest("DUCK".to_owned()));
    println!("two calls at once: {:?}, {:?}", acme?, duck?);

    let mut changes = prices.watch("ACME".to_owned()).await?;
    for _ in 0..3 {
        println!("change: {:?}", changes.next().await?);
    }
    tokio::time::sleep(Duration::from_millis(200)).await; // time enough to make a million
    let ahead = made.load(Ordering::Relaxed);
    println!("the server waits for its reader: {}", ahead < 100);

    drop(changes);
    while Arc::strong_count(&made) > 2 {
        tokio::time::sleep(Duration::from_millis(5)).await; // the stream on the server still counts
    }
    println!("the stream has ended on the server, the connection goes on");

    // JSON unless told otherwise; protobuf is smaller.
    let endpoint = Endpoint::new(format!("ws://{address}")).codec(Codec::Proto);
    println!("in protobuf: {:?}", PricesClient::connect(endpoint).await?.latest("ACME".to_owned()).await?);

    drop(stop);
    Ok(server.await??)
}
