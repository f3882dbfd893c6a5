use polywire::Message;
use std::collections::BTreeMap;

#[derive(Message)]
struct Book {
    #[field(min = 1)]
    title: String,
    #[field(max_len = 5)]
    pages: u32,
    #[field(email)]
    id: i64,
    #[field(finite)]
    stock: i32,
    #[field(items = 1..)]
    cover: Vec<u8>,
    #[field(pairs = ..=3)]
    tags: Vec<String>,
    #[field(len = 3)]
    prices: BTreeMap<String, f64>,
    #[field(defined)]
    genre: String,
    #[field(required)]
    author: String,
    #[field(unique)]
    lent: bool,
}

fn main() {}
// 10 errors
