//! Integers in the other encodings of protobuf.

use polywire::{Message, Result, service};
use std::collections::BTreeMap;

#[derive(Message)]
pub struct Book {
    #[field(as = "sint32")]
    pub a: i32,
    #[field(as = "sint64")]
    pub b: Option<i64>,
    #[field(as = "fixed32")]
    pub c: Vec<u32>,
    #[field(as = "fixed64")]
    pub d: BTreeMap<String, u64>,
    #[field(as = "sfixed32")]
    pub e: i32,
    #[field(as = "sfixed64")]
    pub f: i64,
    #[field(as = "int64")]
    pub g: i64,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<()>;
}
