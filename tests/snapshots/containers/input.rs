//! Optional, repeated and map fields.

use polywire::{Message, Result, service};
use std::collections::{BTreeMap, HashMap};

#[derive(Message)]
pub struct Author {
    pub name: Option<String>,
}

#[derive(Message)]
pub struct Book {
    pub subtitle: Option<String>,
    pub cover: Option<Vec<u8>>,
    pub pages: Vec<i32>,
    pub parts: Vec<Vec<u8>>,
    pub authors: Vec<Author>,
    pub labels: HashMap<String, String>,
    pub by_id: BTreeMap<i64, Author>,
    pub flags: BTreeMap<bool, Vec<u8>>,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<()>;
}
