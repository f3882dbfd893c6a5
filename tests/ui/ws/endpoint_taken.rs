use polywire::{service, Result};

#[service]
trait Books {
    #[ws("/books")]
    async fn get(&self) -> Result<i64>;
    #[ws("/books")]
    async fn list(&self) -> Result<i64>;
}

fn main() {}
// 1 error
