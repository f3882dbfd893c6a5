use polywire::{Error, Message, Result, Status, service};

#[derive(Message)]
#[message(crate = "poly wire")]
struct Book {
    id: i32,
}

#[derive(Debug, Error)]
#[error(crate = 7)]
enum BookError {
    #[error(transparent)]
    Other(Status),
}

#[service(package = "books.v1", crate = "poly-wire")]
trait Books {
    async fn get(&self, id: i32) -> Result<i32>;
}

fn main() {}
// 3 errors
