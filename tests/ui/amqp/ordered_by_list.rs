use polywire::{Result, service};

#[service(package = "books.v1")]
pub trait Books {
    #[amqp(event, ordered_by = "book_ids")]
    async fn reprinted(&self, book_ids: Vec<i64>) -> Result<()>;
}

fn main() {}
// 1 error
