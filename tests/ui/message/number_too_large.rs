use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(536870912)]
    id: i32,
}

fn main() {}
// 1 error
