use polywire::{service, Result};

#[service(package = "books-v1")]
trait Books {
    async fn get(&self, id: i32) -> Result<i64>;
}

fn main() {}
// 1 error
