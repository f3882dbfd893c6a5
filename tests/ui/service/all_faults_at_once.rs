use polywire::{service, Result};

#[service(package = "1")]
trait Books {
    fn not_async(&self) -> Result<i64>;
    async fn no_result(&self, id: i32) -> i64;
    #[http(GET "/sound/{id}")]
    async fn sound(&self, id: i32) -> Result<i64>;
    #[http(GET "/books/{isbn}")]
    async fn no_field(&self, id: i32, shelf: usize) -> Result<i64>;
}

struct Shelf;

impl Books for Shelf {
    fn not_async(&self) -> Result<i64> {
        Ok(1)
    }
    async fn no_result(&self, id: i32) -> i64 {
        id.into()
    }
    async fn sound(&self, id: i32) -> Result<i64> {
        Ok(id.into())
    }
    async fn no_field(&self, _: i32, _: usize) -> Result<i64> {
        Ok(1)
    }
}

#[allow(dead_code)]
async fn used() -> Result<()> {
    let _ = BooksServer::new(Shelf);
    let _ = BooksServer::<Shelf>::proto();
    let _ = BooksClient::local(Shelf).sound(1).await?;
    BooksClient::connect("memory:").await.map(|_| ())
}

fn main() {}
// 5 errors
