//! A lone argument that is a message is the request itself.

use polywire::{Message, Result, service};

#[derive(Message)]
pub struct Book {
    pub id: i32,
    pub title: String,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<Book>;
}
