use polywire::{service, Result, Streaming};

#[derive(polywire::Message)]
struct Book {
    id: i32,
}

#[service(transports(amqp))]
trait Books {
    async fn get(&self, ids: Streaming<Book>) -> Result<i64>;
}

fn main() {}
// 1 error
