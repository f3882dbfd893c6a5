use polywire::Message;

#[derive(Message)]
struct Book {
    id: i32,
    #[unknown_fields]
    rest: Vec<u8>,
}

fn main() {}
// 1 error
