use polywire::Message;

#[derive(Message)]
struct Book {
    id: i32,
    #[field(1)]
    title: String,
}

fn main() {}
// 1 error
