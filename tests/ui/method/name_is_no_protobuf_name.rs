use polywire::{Result, service};

#[service(package = "books.v1")]
trait Books {
    #[method(name = "Get-URL")]
    async fn get_url(&self, id: i32) -> Result<i64>;
    #[method]
    async fn put_url(&self, id: i32) -> Result<i64>;
    #[method(title = "DropURL")]
    async fn drop_url(&self, id: i32) -> Result<i64>;
}

fn main() {}
// 3 errors
