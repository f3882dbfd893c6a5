use polywire::{Result, service};

trait Base {}

#[service(package = "books.v1")]
trait Books: Base + Send {
    async fn get(&self, id: i32) -> Result<i32>;
}

fn main() {}
// 1 error
