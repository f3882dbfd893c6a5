use polywire::Message;

#[derive(Message)]
struct Book {
    ids: Vec<Vec<i32>>,
    maybe: Option<Vec<i32>>,
}

fn main() {}
// 2 errors
