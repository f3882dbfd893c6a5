use polywire::{service, Result};

#[service]
trait Books {
    #[http(GET "/books/{id}")]
    async fn get(&self, id: i32) -> Result<i64>;
    #[http(GET "/books/{title}")]
    async fn find(&self, title: String) -> Result<i64>;
}

fn main() {}
// 1 error
