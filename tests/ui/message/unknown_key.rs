use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(position = 3)]
    id: i32,
}

fn main() {}
// 1 error
