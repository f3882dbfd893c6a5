use polywire::Message;

#[derive(Message)]
#[message(module = "books")]
struct Book {
    id: i32,
}

fn main() {}
// 1 error
