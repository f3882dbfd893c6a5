use polywire::{service, Result, Streaming};

#[service]
trait Books {
    async fn put(&self, ids: Streaming<i32>) -> Result<i64>;
}

fn main() {}
// 1 error
