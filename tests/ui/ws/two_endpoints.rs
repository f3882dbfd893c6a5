use polywire::{service, Result};

#[service]
trait Books {
    #[ws("/a/{id}")]
    #[ws("/b/{id}")]
    async fn get(&self, id: i32) -> Result<i64>;
}

fn main() {}
// 1 error
