//! Numbers and names that are given; names that Rust keeps for itself.

use polywire::{Message, Result, service};

#[derive(Message)]
pub struct Book {
    #[field(3)]
    pub id: i32,
    #[field(rename = "heading")]
    pub title: String,
    #[field(1, rename = "kind")]
    pub r#type: i32,
    pub r#in: i32,
    pub two_words: i32,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn r#move(&self, #[field(2)] from: i32, #[field(1)] r#type: i32) -> Result<Book>;
}
