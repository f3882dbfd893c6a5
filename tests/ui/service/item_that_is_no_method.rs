use polywire::{service, Result};

#[service]
trait Books {
    const LIMIT: u32;
    type Book;
    async fn get(&self, id: i32) -> Result<i64>;
}

fn main() {}
// 2 errors
