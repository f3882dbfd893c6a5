use polywire::{Message, Result, service};

#[derive(Message)]
pub struct Reprint {
    pub book_id: i64,
}

#[service(package = "books.v1")]
pub trait Books {
    #[amqp(task, ordered_by = "shop_id")]
    async fn reprint(&self, reprint: Reprint) -> Result<()>;
}

fn main() {}
// 1 error
