//! polywire inside an axum application: its services become routes beside your own pages.
//!
//! `Server::into_router` makes an axum `Router` of every HTTP transport: gRPC, Connect, HTTP/JSON, WebSocket. It
//! merges with other routers, and nests under a prefix. axum listens, and `tower` layers go around everything.
//! The other way round, `Server::merge` puts your pages behind a server of polywire.
//!
//! Run it: `cargo run -p polywire-examples --bin axum_mount`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use axum::Router;
use axum::routing::get;
use polywire::{Result, Server, service};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// What everybody may ask.
#[service(package = "mount.v1")]
pub trait Shop {
    /// Returns the price of a thing.
    #[http(GET "/things/{name}/price")]
    async fn price(&self, name: String) -> Result<u32>;
}

/// What only the staff may ask.
#[service(package = "mount.v1")]
pub trait Stock {
    /// Counts the things that are there.
    #[http(GET "/things/{name}/count")]
    async fn count(&self, name: String) -> Result<u32>;
}

struct Market;

impl Shop for Market {
    async fn price(&self, name: String) -> Result<u32> {
        Ok(100 * u32::try_from(name.len()).unwrap_or(u32::MAX))
    }
}

impl Stock for Market {
    async fn count(&self, _: String) -> Result<u32> {
        Ok(42)
    }
}

/// What a browser or curl gets for a path.
async fn page(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Router::new()
        .route("/", get(|| async { "the shop's front page" }))
        .merge(Server::new().service(ShopServer::new(Market)).into_router())
        .nest("/internal", Server::new().service(StockServer::new(Market)).into_router())
        .fallback(|| async { "nothing here" });

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, app).with_graceful_shutdown(async { drop(stopped.await) });
    let server = tokio::spawn(server.into_future());

    for path in ["/", "/things/rope/price", "/internal/things/rope/count", "/nowhere"] {
        println!("GET {path}: {}", page(address, path).await?);
    }

    // Typed clients of the same routes. A path in the URL goes in front of every method's.
    for scheme in ["grpc", "http", "ws"] {
        let shop = ShopClient::connect(format!("{scheme}://{address}")).await?;
        let stock = StockClient::connect(format!("{scheme}://{address}/internal")).await?;
        let (price, count) = (shop.price("rope".to_owned()).await?, stock.count("rope".to_owned()).await?);
        println!("{scheme}: a rope costs {price}, there are {count}");
    }

    drop(stop);
    Ok(server.await??)
}
