use polywire::{service, Result};

#[service]
trait Books {
    async fn get(&self, title: &str) -> Result<i64>;
}

fn main() {}
// 1 error
