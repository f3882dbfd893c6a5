// 2 errors
use polywire::{Result, service};

#[service(package = "books.v1")]
trait Books {
    async fn read(&self, id: i32) -> std::io::Result<i32>;
    async fn remove(&self, id: i32) -> Result<i32, Box<dyn std::error::Error>>;
}

fn main() {}
