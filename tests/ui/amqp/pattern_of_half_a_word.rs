use polywire::{Result, service};

#[service(package = "books.v1")]
pub trait Books {
    #[amqp(event, routing_key = "order.pa*")]
    async fn moved(&self, key: String) -> Result<()>;
}

fn main() {}
// 1 error
