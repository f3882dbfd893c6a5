use polywire::{service, Result};

#[service]
trait Books {
    async fn get(&self, #[field(2)] id: i32, shelf: i32) -> Result<i64>;
}

fn main() {}
// 1 error
