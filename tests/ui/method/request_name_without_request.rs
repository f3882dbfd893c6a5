use polywire::{Message, Result, service};

#[derive(Message)]
struct Book {
    id: i32,
}

#[service(package = "books.v1")]
trait Books {
    #[method(request = "AddRequest", response = "AddResponse")]
    async fn add(&self, book: Book) -> Result<Book>;
}

fn main() {}
// 2 errors
