use polywire::{Result, service};

#[service(package = "books.v1")]
trait Books {
    #[http(GET "/a/:id")]
    async fn a(&self, id: i32) -> Result<i32>;
    #[http(GET "/b/<id>")]
    async fn b(&self, id: i32) -> Result<i32>;
    #[http(GET "/c/{id:int}")]
    async fn c(&self, id: i32) -> Result<i32>;
    #[http(GET "/d/*rest")]
    async fn d(&self, rest: String) -> Result<i32>;
    #[http(GET "/e/{*rest}")]
    async fn e(&self, rest: String) -> Result<i32>;
    #[http(GET "/f/:id?")]
    async fn f(&self, id: Option<i32>) -> Result<i32>;
    #[ws("/g/:id")]
    async fn g(&self, id: i32) -> Result<i32>;
}

fn main() {}
// 7 errors
