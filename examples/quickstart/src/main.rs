//! One trait, served on every wire, called over each of them by its own client.

use polywire::{Context, Limits, Message, Result, Server, Status, service};
use std::time::{Duration, Instant};

/// A book on the shelf.
#[derive(Debug, Clone, PartialEq, Message)]
pub struct Book {
    /// Its number.
    pub id: i32,
    /// Its title.
    pub title: String,
}

/// Where the books are.
#[service(package = "books.v1")]
pub trait BookService {
    /// Returns one book.
    #[http(GET "/books/{id}")]
    async fn get_book(&self, id: i32) -> Result<Book>;
}

struct Shelf;

impl BookService for Shelf {
    async fn get_book(&self, id: i32) -> Result<Book> {
        match id {
            7 => Ok(Book { id, title: "Django for APIs".to_owned() }),
            _ => Err(Status::not_found(format!("no book {id}"))),
        }
    }
}

#[tokio::main]
#[allow(clippy::print_stdout, reason = "the table is what this program is for")]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    // No load balancer has to hear of the end first.
    let limits = Limits::default().drain_delay(Duration::ZERO);
    let server = Server::new().service(BookServiceServer::new(Shelf)).limits(limits);
    let server = server.listener(listener).amqp("memory:");
    let server = tokio::spawn(server.serve_until(tokio::time::sleep(Duration::from_secs(1))));

    println!("{:<24} {:<42} time", "wire", "answer");
    for scheme in ["grpc", "http", "ws", "memory"] {
        let url = if scheme == "memory" { "memory:".to_owned() } else { format!("{scheme}://{address}") };
        let books = BookServiceClient::connect(&url).await?;
        let cx = Context::new().with_timeout(Duration::from_secs(5));
        let start = Instant::now();
        let book = cx.scope(books.get_book(7)).await?;
        println!("{url:<24} {:<42} {:.1?}", format!("{} {:?}", book.id, book.title), start.elapsed());
    }
    Ok(server.await??)
}
