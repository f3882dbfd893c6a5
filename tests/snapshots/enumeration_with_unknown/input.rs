//! A variant that keeps numbers which the enum does not know.

use polywire::{Message, Result, service};

#[derive(Message)]
pub enum Genre {
    Fiction,
    #[unknown]
    Other(i32),
}

#[derive(Message)]
pub struct Book {
    pub genre: Genre,
    /// Of those that are known.
    #[field(defined)]
    pub sub_genre: Option<Genre>,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<Book>;

    #[http(GET "/genres/{genre}")]
    async fn count(&self, #[field] genre: Genre, #[field(defined)] but: Option<Genre>) -> Result<u32>;
}
