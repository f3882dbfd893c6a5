use polywire::{service, Result};

#[service]
trait Books {
    async fn get<'a>(&'a self, id: i32) -> Result<i64>;
}

fn main() {}
// 2 errors
