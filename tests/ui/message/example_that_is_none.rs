//! An example is a literal that the field can hold; one value has one.

use polywire::{Message, Result, service};

#[derive(Message)]
pub struct Book {
    #[example("seven")]
    id: i32,
    #[example(7u8)]
    stock: u32,
    #[example("Dune", "Emma")]
    title: String,
}

#[service(package = "books.v1")]
pub trait Books {
    #[example(7)]
    async fn get_book(&self, id: i32) -> Result<Book>;
}

fn main() {}
// 4 errors
