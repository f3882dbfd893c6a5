//! An enum of unit variants gets the zero value that proto3 asks for.

use polywire::{Message, Result, service};

#[derive(Debug, Clone, Copy, Message)]
pub enum Genre {
    Fiction,
    ScienceFiction,
    #[field(7, rename = "GENRE_POEMS")]
    Poetry,
}

#[derive(Message)]
pub struct Book {
    pub genre: Genre,
    pub others: Vec<Genre>,
    pub main: Option<Genre>,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<Book>;
}
