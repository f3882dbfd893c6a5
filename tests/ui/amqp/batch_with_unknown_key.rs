use polywire::{Result, service};

#[service(package = "books.v1")]
pub trait Books {
    #[amqp(task, batch(size = 100))]
    async fn ingest(&self, readings: Vec<i64>) -> Result<()>;
}

fn main() {}
// 1 error
