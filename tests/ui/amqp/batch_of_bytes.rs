use polywire::{Result, service};

#[service(package = "books.v1")]
pub trait Books {
    #[amqp(event, batch(wait = "1s"))]
    async fn ingest(&self, readings: Vec<u8>) -> Result<()>;
}

fn main() {}
// 1 error
