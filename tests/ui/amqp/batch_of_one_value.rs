use polywire::{Result, service};

#[service(package = "books.v1")]
pub trait Books {
    #[amqp(task, batch(max = 100))]
    async fn ingest(&self, reading: i64) -> Result<()>;
}

fn main() {}
// 1 error
