use polywire::Message;

#[derive(Message)]
struct Book {
    id: u128,
    shelf: usize,
}

fn main() {}
// 2 errors
