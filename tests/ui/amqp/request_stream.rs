use polywire::{service, Result, Streaming};

#[derive(polywire::Message)]
struct Book {
    id: i32,
}

#[service]
trait Books {
    #[amqp(task)]
    async fn put(&self, books: Streaming<Book>) -> Result<()>;
}

fn main() {}
// 1 error
