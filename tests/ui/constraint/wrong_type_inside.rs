use polywire::Message;
use std::collections::BTreeMap;

#[derive(Message)]
struct Book {
    #[field(each(min = 1))]
    authors: Vec<String>,
    #[field(keys(min_len = 1))]
    prices: BTreeMap<i32, f64>,
    #[field(values(each(min = 1)))]
    stock: BTreeMap<String, i32>,
    #[field(each(required))]
    marks: Vec<i32>,
}

fn main() {}
// 4 errors
