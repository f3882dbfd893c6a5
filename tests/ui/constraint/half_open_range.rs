use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(items = 1..5)]
    tags: Vec<String>,
}

fn main() {}
// 1 error
