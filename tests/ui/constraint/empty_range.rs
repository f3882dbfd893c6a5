use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(min = 5, max = 4)]
    pages: u32,
    #[field(exclusive_min = 1, max = 1)]
    id: i32,
    #[field(len = 9..=3)]
    title: String,
    #[field(items = 2..=1)]
    tags: Vec<String>,
    #[field(each(min_len = 3, max_len = 2))]
    authors: Vec<String>,
}

fn main() {}
// 5 errors
