use polywire::Message;

use std::collections::HashMap;

#[derive(Message)]
struct Book {
    prices: HashMap<f64, i32>,
}

fn main() {}
// 1 error
