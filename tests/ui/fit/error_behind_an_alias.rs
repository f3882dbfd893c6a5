// 1 error
use polywire::{Error, Status, service};

#[derive(Debug, Error)]
enum BookError {
    #[error(transparent)]
    Other(Status),
}

type Result<T> = std::result::Result<T, BookError>;

#[service(package = "books.v1")]
trait Books {
    async fn get(&self, id: i32) -> Result<i32>;
    async fn remove(&self, id: i32) -> Result<()>;
}

fn main() {}
