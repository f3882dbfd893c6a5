use polywire::{service, Result};

#[service]
trait Books {
    #[http(GET "/books/{ids}")]
    async fn get(&self, ids: Vec<i32>) -> Result<i64>;
}

fn main() {}
// 1 error
