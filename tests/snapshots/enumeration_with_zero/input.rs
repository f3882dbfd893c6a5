//! Discriminants are the numbers; with a zero value nothing is added.

use polywire::{Message, Result, service};

#[derive(Message)]
pub enum Shelf {
    Low = -1,
    Ground = 0,
    High = 5,
    Higher,
}

#[derive(Message)]
pub struct Book {
    pub shelf: Shelf,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<()>;
}
