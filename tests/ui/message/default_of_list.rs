use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(default)]
    tags: Vec<String>,
    #[field(default = 3)]
    pages: Option<i32>,
}

fn main() {}
// 2 errors
