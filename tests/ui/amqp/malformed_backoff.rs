use polywire::{service, Result};

#[service]
trait Books {
    #[amqp(rpc, retry(limit = 5, backoff = "5m..1s"))]
    async fn get(&self, id: i32) -> Result<i64>;
}

fn main() {}
// 1 error
