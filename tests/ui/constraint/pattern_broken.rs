use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(pattern = "[a-z")]
    title: String,
    #[field(pattern = 5)]
    isbn: String,
}

fn main() {}
// 2 errors
