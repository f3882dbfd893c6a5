use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(minimum = 1)]
    pages: u32,
}

fn main() {}
// 1 error
