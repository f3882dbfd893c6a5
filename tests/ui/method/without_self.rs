use polywire::{service, Result};

#[service]
trait Books {
    async fn get(id: i32) -> Result<i64>;
}

fn main() {}
// 1 error
