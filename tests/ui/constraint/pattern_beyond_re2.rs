use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(pattern = "a(?=b)")]
    title: String,
    #[field(pattern = "[a-z&&[^b]]")]
    isbn: String,
    #[field(pattern = "a{1001}")]
    author: String,
}

fn main() {}
// 3 errors
