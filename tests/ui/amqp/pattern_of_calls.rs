use polywire::{Result, service};

#[service(package = "books.v1")]
pub trait Books {
    #[amqp(rpc, routing_key = "order.*")]
    async fn moved(&self, key: String) -> Result<()>;
}

fn main() {}
// 1 error
