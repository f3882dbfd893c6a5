use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(rename = "order-id")]
    id: i32,
}

fn main() {}
// 1 error
