use polywire::Message;

#[derive(Message)]
#[message(package = "books..v1")]
struct Book {
    id: i32,
}

fn main() {}
// 1 error
