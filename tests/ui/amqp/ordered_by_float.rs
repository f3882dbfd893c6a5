use polywire::{Result, service};

#[service(package = "books.v1")]
pub trait Books {
    #[amqp(task, ordered_by = "price")]
    async fn reprint(&self, book_id: i64, price: f64) -> Result<()>;
}

fn main() {}
// 1 error
