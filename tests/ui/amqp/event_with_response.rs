use polywire::{service, Result};

#[service]
trait Books {
    #[amqp(event)]
    async fn get(&self, id: i32) -> Result<i64>;
}

fn main() {}
// 1 error
