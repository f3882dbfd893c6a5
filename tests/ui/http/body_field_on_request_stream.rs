use polywire::{service, Result, Streaming};

#[derive(polywire::Message)]
struct Book {
    id: i32,
}

#[service]
trait Books {
    #[http(POST "/books", body = "id")]
    async fn put(&self, books: Streaming<Book>) -> Result<i64>;
}

fn main() {}
// 1 error
