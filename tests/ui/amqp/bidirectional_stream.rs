use polywire::{service, Result, Streaming};

#[derive(polywire::Message)]
struct Book {
    id: i32,
}

#[service]
trait Books {
    #[amqp(rpc)]
    async fn chat(&self, books: Streaming<Book>) -> Result<Streaming<Book>>;
}

fn main() {}
// 1 error
