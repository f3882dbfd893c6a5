use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(-1)]
    id: i32,
}

fn main() {}
// 1 error
