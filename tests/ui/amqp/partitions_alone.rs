use polywire::{Result, service};

#[service(package = "books.v1")]
pub trait Books {
    #[amqp(task, partitions = 8)]
    async fn reprint(&self, book_id: i64) -> Result<()>;
}

fn main() {}
// 1 error
