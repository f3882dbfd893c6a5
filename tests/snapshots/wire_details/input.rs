//! What a schema that came from elsewhere may ask for: JSON names, encoded map keys, lists that are not packed, aliases.

use polywire::{Message, Result, service};
use std::collections::BTreeMap;

#[derive(Message)]
pub struct Book {
    #[field(json = "ID")]
    pub id: i32,
    #[field(key = "fixed64", as = "sint32")]
    pub stock: BTreeMap<u64, i32>,
    #[field(packed = false)]
    pub pages: Vec<i32>,
    pub genre: Genre,
}

#[derive(Message)]
pub enum Genre {
    #[field(0, alias = "GENRE_NONE")]
    Unknown,
    #[field(rename = "GENRE_NOVEL", alias = "GENRE_FICTION")]
    Novel,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<()>;
}
