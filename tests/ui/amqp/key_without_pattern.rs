use polywire::{Result, service};

#[service(package = "books.v1")]
pub trait Books {
    #[amqp(event, routing_key = "order.moved", key = "key")]
    async fn moved(&self, key: String) -> Result<()>;
}

fn main() {}
// 1 error
