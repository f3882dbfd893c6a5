//! A WebSocket endpoint of a method's own.

use polywire::{Message, Result, Streaming, service};

#[derive(Message)]
pub struct Book {
    pub id: i32,
    pub title: String,
}

#[service(package = "books.v1")]
pub trait Books {
    #[ws("/chat")]
    async fn chat(&self, books: Streaming<Book>) -> Result<Streaming<Book>>;
    #[ws("/books/{id}/prices")]
    async fn watch_price(&self, id: i32) -> Result<Streaming<Book>>;
}
