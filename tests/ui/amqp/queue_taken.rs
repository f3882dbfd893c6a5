use polywire::{service, Result};

#[service]
trait Books {
    #[amqp(rpc, queue = "books")]
    async fn get(&self) -> Result<i64>;
    #[amqp(rpc, queue = "books")]
    async fn list(&self) -> Result<i64>;
}

fn main() {}
// 1 error
