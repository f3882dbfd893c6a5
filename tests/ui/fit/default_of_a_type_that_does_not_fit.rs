// 2 errors
use polywire::{Message, Result, service};

#[derive(Default)]
struct Place;

#[derive(Message)]
struct Book {
    id: i32,
    #[field(default)]
    place: Place,
}

#[service(package = "books.v1")]
trait Books {
    async fn find(&self, #[field(default)] place: Place, n: i32) -> Result<Book>;
}

fn main() {}
