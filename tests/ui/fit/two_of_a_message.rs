// 4 errors
use polywire::{Message, Result, service};

struct Ink;
struct Paper;

#[derive(Message)]
struct Book {
    id: i32,
    ink: Ink,
    sheets: Vec<Paper>,
}

#[service(package = "books.v1")]
trait Books {
    async fn print(&self, copies: u32, ink: Option<Ink>, sheets: Vec<Paper>) -> Result<()>;
    async fn add(&self, book: Book) -> Result<Book>;
}

fn main() {}
