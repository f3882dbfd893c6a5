use polywire::{service, Result};

#[service]
trait Books {
    #[http(GET "/books/{id}", body = "*")]
    async fn get(&self, id: i32) -> Result<i64>;
}

fn main() {}
// 1 error
