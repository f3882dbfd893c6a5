use polywire::Message;
use std::collections::BTreeMap;

#[derive(Message)]
struct Book {
    #[field(each())]
    tags: Vec<String>,
    #[field(keys(3))]
    prices: BTreeMap<String, f64>,
    #[field(values(rename = "x"))]
    stock: BTreeMap<String, i32>,
}

fn main() {}
// 3 errors
