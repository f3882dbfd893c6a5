// 1 error
use polywire::{Result, Server, service};
use std::sync::Arc;

#[service(package = "books.v1")]
trait Books {
    async fn get(&self, id: i32) -> Result<i32>;
}

struct Shelf;

impl Books for Shelf {
    async fn get(&self, id: i32) -> Result<i32> {
        Ok(id)
    }
}

fn main() {
    let shelf = Arc::new(Shelf);
    drop(Server::new().service(BooksServer::new(shelf)));
}
