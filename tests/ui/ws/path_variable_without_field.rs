use polywire::{service, Result};

#[service]
trait Books {
    #[ws("/books/{isbn}")]
    async fn get(&self, id: i32) -> Result<i64>;
}

fn main() {}
// 1 error
