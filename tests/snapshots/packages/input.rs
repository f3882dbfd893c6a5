//! Names and packages of their own.

use polywire::{Message, Result, service};

#[derive(Message)]
#[message(name = "Person")]
pub struct Author {
    pub name: String,
}

#[derive(Message)]
#[message(package = "books.v1")]
pub struct Book {
    pub author: Author,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<()>;
}
