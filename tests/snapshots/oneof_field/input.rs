//! A `oneof` among other fields: its members stand in the message itself.

use polywire::{Message, Result, service};

#[derive(Message)]
pub enum Source {
    #[field(3)]
    Bought(i64),
    #[field(4)]
    Found(String),
}

#[derive(Message)]
pub struct Book {
    pub id: i32,
    #[field(oneof)]
    pub source: Option<Source>,
    #[field(2)]
    pub title: String,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<()>;
}
