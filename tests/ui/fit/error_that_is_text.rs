// 1 error
use polywire::{Result, service};

#[service(package = "books.v1")]
trait Books {
    async fn get(&self, id: i32) -> Result<i32, String>;
    async fn remove(&self, id: i32) -> Result<(), String>;
}

fn main() {}
