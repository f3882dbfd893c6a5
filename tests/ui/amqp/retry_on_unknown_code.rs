use polywire::{service, Result};

#[service]
trait Books {
    #[amqp(rpc, retry(on = [Unavailable, Later]))]
    async fn get(&self, id: i32) -> Result<i64>;
}

fn main() {}
// 1 error
