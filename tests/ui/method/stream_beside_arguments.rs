use polywire::{service, Result, Streaming};

#[derive(polywire::Message)]
struct Book {
    id: i32,
}

#[service]
trait Books {
    async fn put(&self, shelf: i32, books: Streaming<Book>) -> Result<i64>;
}

fn main() {}
// 1 error
