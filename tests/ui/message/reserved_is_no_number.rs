use polywire::Message;

#[derive(Message)]
#[message(reserved = "2, 11 to 9")]
struct Book {
    id: i32,
}

#[derive(Message)]
#[message(reserved = "shelf-mark")]
struct Shelf {
    id: i32,
}

fn main() {}
// 2 errors
