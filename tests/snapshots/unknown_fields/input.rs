//! A message that keeps the fields that it does not know.

use polywire::{Message, Result, UnknownFields, service};

#[derive(Message)]
pub struct Book {
    pub id: i32,
    #[unknown_fields]
    pub rest: UnknownFields,
    pub title: String,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<()>;
}
