use polywire::Message;

use std::collections::HashSet;

#[derive(Message)]
struct Book {
    ids: HashSet<i32>,
}

fn main() {}
// 1 error
