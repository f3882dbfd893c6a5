use polywire::{service, Result};

#[service(transports(grpc, http))]
trait Books {
    #[ws("/get")]
    async fn get(&self, id: i32) -> Result<i64>;
}

fn main() {}
// 1 error
