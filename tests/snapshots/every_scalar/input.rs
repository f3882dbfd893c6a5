//! The protobuf type of each Rust type.

use bytes::Bytes;
use polywire::{Message, Result, service};
use std::time::{Duration, SystemTime};

#[derive(Message)]
pub struct Book {
    pub a: bool,
    pub b: i8,
    pub c: i16,
    pub d: i32,
    pub e: i64,
    pub f: u8,
    pub g: u16,
    pub h: u32,
    pub i: u64,
    pub j: f32,
    pub k: f64,
    pub l: String,
    pub m: Vec<u8>,
    pub n: Bytes,
    pub o: (),
    pub p: Duration,
    pub q: SystemTime,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<()>;
}
