//! A shop on every wire: books and a catalogue on one shelf, a chat, and orders that go through a queue.

mod books;
mod catalog;
mod chat;
mod log;
mod orders;
mod shelf;

use books::{BookServiceServer, Books};
use catalog::{Catalog, CatalogServiceServer};
use chat::{Chat, ChatServiceServer};
use clap::Parser;
use orders::{OrderServiceClient, OrderServiceServer, Orders};
use polywire::{ApiInfo, Server};
use shelf::{MemoryShelf, Shelf};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

/// A bookstore over gRPC, gRPC-Web, Connect, HTTP/JSON, WebSocket and AMQP.
#[derive(Parser)]
struct Options {
    /// Where to listen for gRPC, gRPC-Web, Connect, HTTP/JSON and WebSocket. `systemd:` takes the sockets of systemd.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080")]
    listen: String,
    /// The broker: `memory:` or `amqp://user:password@host:port`.
    #[arg(long, env = "AMQP_URL", default_value = "memory:")]
    amqp: String,
}

#[tokio::main]
#[allow(clippy::print_stderr, reason = "the one line that says why")]
async fn main() -> ExitCode {
    let colour = std::io::IsTerminal::is_terminal(&std::io::stdout());
    tracing_subscriber::fmt().with_env_filter(filter()).with_ansi(colour).init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bookstore: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn std::error::Error>> {
    let shelf: Arc<dyn Shelf> = Arc::new(MemoryShelf::with_first_book());
    let queue = OrderServiceClient::connect(options.amqp.as_str()).await?;
    let server = Server::new()
        .service(BookServiceServer::new(Books::new(Arc::clone(&shelf))))
        .service(CatalogServiceServer::new(Catalog::new(shelf)))
        .service(ChatServiceServer::new(Chat))
        .service(OrderServiceServer::new(Orders::new(queue)))
        .info(info())
        .interceptor(log::Log)
        .amqp(options.amqp.as_str());
    listening(server, &options).await?.serve().await?;
    Ok(())
}

/// Binds the address, so that it is known before the server listens.
async fn listening(server: Server, options: &Options) -> Result<Server, Box<dyn std::error::Error>> {
    if options.listen.starts_with("systemd:") {
        return Ok(server.listen(&options.listen));
    }
    let listener = tokio::net::TcpListener::bind(&options.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", options.listen))?;
    announce(listener.local_addr()?, &options.amqp);
    Ok(server.listener(listener))
}

/// The shop's facts for its documents.
fn info() -> ApiInfo {
    ApiInfo::new("Bookstore", env!("CARGO_PKG_VERSION"))
        .description("Books on a shelf, orders through a queue, a chat: on every wire.")
        .contact("The polywire authors", "https://bookstore.example")
        .license("MIT OR Apache-2.0")
}

fn filter() -> tracing_subscriber::EnvFilter {
    tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into())
}

#[allow(clippy::print_stdout, reason = "where everything listens is what a user looks for")]
fn announce(address: SocketAddr, amqp: &str) {
    println!(
        "gRPC, gRPC-Web, Connect  http://{address}  (books.proto, catalog.proto, chat.proto, orders.proto)"
    );
    println!("HTTP/JSON                http://{address}/books/  /books/1  /orders  /orders/1/events");
    println!("Documents                http://{address}/docs  /openapi.json  /asyncapi.json  /books.proto");
    println!("WebSocket                ws://{address}/ws  /ws/chat  /ws/orders/1");
    println!(
        "AMQP                     {}  (exchange books.BookService, queue orders)",
        without_password(amqp)
    );
}

/// The URL as it may be shown.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}://…{}", &url[..scheme], &url[at..]),
        _ => url.to_owned(),
    }
}
