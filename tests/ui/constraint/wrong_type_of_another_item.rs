use polywire::Message;

#[derive(Message)]
struct Author {
    name: String,
}

#[derive(Message)]
struct Isbn(String);

#[derive(Message)]
struct Book {
    #[field(min_len = 1)]
    author: Author,
    #[field(min = 1)]
    isbn: Isbn,
    #[field(unique)]
    others: Vec<Author>,
}

fn main() {}
// 3 errors
