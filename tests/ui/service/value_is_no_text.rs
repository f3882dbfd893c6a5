use polywire::{service, Result};

#[service(package = 7)]
trait Books {
    async fn get(&self, id: i32) -> Result<i64>;
}

fn main() {}
// 1 error
