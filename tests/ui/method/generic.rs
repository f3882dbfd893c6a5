use polywire::{service, Result};

#[service]
trait Books {
    async fn get<T: Clone>(&self, id: T) -> Result<i64>;
}

fn main() {}
// 1 error
