use polywire::{Message, Result, service};

#[derive(Message)]
struct Book {
    id: i32,
    tags: Vec<String>,
}

#[derive(Message)]
struct AddRequest {
    book: Book,
}

#[service(package = "books.v1")]
trait Books {
    #[http(GET "/a/{book}")]
    async fn argument(&self, book: Book, limit: i32) -> Result<i32>;
    #[http(POST "/b/{book}")]
    async fn field(&self, request: AddRequest) -> Result<i32>;
    #[ws("/c/{tags}")]
    async fn list(&self, book: Book) -> Result<i32>;
}

fn main() {}
// 3 errors
