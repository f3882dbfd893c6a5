use polywire::{Message, Result, service};
use std::collections::HashMap;

#[derive(Message)]
struct Book {
    id: i32,
}

#[service(package = "books.v1")]
trait Books {
    #[http(GET "/a")]
    async fn list(&self, books: Vec<Book>) -> Result<i32>;
    #[http(DELETE "/b/{id}")]
    async fn map(&self, id: i32, books: HashMap<String, Book>) -> Result<i32>;
}

fn main() {}
// 2 errors
