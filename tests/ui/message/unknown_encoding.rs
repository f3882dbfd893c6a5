use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(as = "varint")]
    id: i32,
}

fn main() {}
// 1 error
