//! Discriminants are the numbers; with a zero value nothing is added, whatever its name is.

use polywire::{Message, Result, service};

#[derive(Message)]
pub enum Shelf {
    Low = -1,
    Ground = 0,
    High = 5,
    Higher,
}

#[derive(Message)]
pub enum Size {
    Unspecified = 0,
    #[field(alias = "SIZE_LARGE")]
    Folio,
}

#[derive(Message)]
pub struct Book {
    pub shelf: Shelf,
    pub size: Size,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<Book>;
}
