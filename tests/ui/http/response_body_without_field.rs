use polywire::{service, Result};

#[derive(polywire::Message)]
struct Book {
    id: i32,
}

#[service]
trait Books {
    #[http(GET "/books/{id}", response_body = "title")]
    async fn get(&self, id: i32) -> Result<Book>;
}

fn main() {}
// 1 error
