use polywire::{Result, service};

#[service(package = "books.v1")]
trait Bücher {
    async fn größe(&self, id: i32) -> Result<i32>;
    async fn find(&self, straße: i32, id: i32) -> Result<i32>;
    async fn _1(&self, id: i32) -> Result<i32>;
}

fn main() {}
// 4 errors
