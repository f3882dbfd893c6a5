use polywire::Message;

#[derive(Message)]
#[message(pakage = "books")]
struct Book {
    id: i32,
}

fn main() {}
