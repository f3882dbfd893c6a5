//! The context is handed through and is no field.

use polywire::{Context, Message, Result, Streaming, service};

#[derive(Message)]
pub struct Book {
    pub id: i32,
    pub title: String,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn get_book(&self, cx: Context, id: i32) -> Result<Book>;
    async fn put_book(&self, cx: Context, book: Book) -> Result<Book>;
    async fn chat(&self, cx: Context, books: Streaming<Book>) -> Result<Streaming<Book>>;
}
