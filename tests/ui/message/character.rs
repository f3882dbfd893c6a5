use polywire::Message;

#[derive(Message)]
struct Book {
    initial: char,
}

fn main() {}
// 1 error
