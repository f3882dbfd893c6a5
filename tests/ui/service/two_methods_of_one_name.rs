use polywire::{service, Result};

#[service]
trait Books {
    async fn get_book(&self) -> Result<i64>;
    async fn get__book(&self) -> Result<i64>;
}

fn main() {}
// 1 error
