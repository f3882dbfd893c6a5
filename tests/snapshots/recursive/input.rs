//! A message that holds itself.

use polywire::{Message, Result, service};

#[derive(Message)]
pub struct Book {
    pub sequel: Option<Box<Book>>,
    pub references: Vec<Book>,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<()>;
}
