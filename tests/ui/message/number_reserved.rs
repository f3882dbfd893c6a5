use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(19500)]
    id: i32,
}

fn main() {}
// 1 error
