//! The three kinds of streams.

use polywire::{Message, Result, Streaming, service};

#[derive(Message)]
pub struct Book {
    pub id: i32,
    pub title: String,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn watch(&self, id: i32) -> Result<Streaming<Book>>;
    async fn prices(&self, id: i32) -> Result<Streaming<i64>>;
    async fn upload(&self, books: Streaming<Book>) -> Result<u32>;
    async fn chat(&self, books: Streaming<Book>) -> Result<Streaming<Book>>;
}
