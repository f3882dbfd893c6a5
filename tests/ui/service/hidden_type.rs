use polywire::{service, Result};

#[derive(polywire::Message)]
struct GetRequest {
    title: String,
}

#[service]
trait Books {
    async fn get(&self, id: i32) -> Result<i64>;
    async fn find(&self, request: GetRequest) -> Result<i64>;
}

fn main() {}
// 1 error
