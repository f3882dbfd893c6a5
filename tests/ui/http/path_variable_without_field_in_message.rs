use polywire::{service, Result};

#[derive(polywire::Message)]
struct Book {
    id: i32,
}

#[service]
trait Books {
    #[http(GET "/books/{isbn}")]
    async fn get(&self, book: Book) -> Result<i64>;
}

fn main() {}
// 1 error
