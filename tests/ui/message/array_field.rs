use polywire::Message;

#[derive(Message)]
struct Book {
    ids: [i32; 3],
}

fn main() {}
