use polywire::{Result, service};

#[service(package = "books.v1")]
pub trait Books {
    #[amqp(task, ordered_by = "source", batch(max = 100))]
    async fn ingest(&self, source: String) -> Result<()>;
}

fn main() {}
// 2 errors
