use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(min)]
    pages: u32,
    #[field(max = "9")]
    id: i32,
    #[field(max_len = -1)]
    title: String,
    #[field(email = true)]
    author: String,
    #[field(items(3))]
    tags: Vec<String>,
}

fn main() {}
// 5 errors
