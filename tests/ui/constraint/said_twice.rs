use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(min = 1, min = 2)]
    pages: u32,
    #[field(max = 9, exclusive_max = 9)]
    id: i32,
    #[field(email, uuid)]
    author: String,
    #[field(len = 3, min_len = 1)]
    title: String,
    #[field(pattern = "a")]
    #[field(pattern = "b")]
    isbn: String,
}

fn main() {}
// 5 errors
