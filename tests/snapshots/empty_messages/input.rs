//! Structs without fields.

use polywire::{Message, Result, service};

#[derive(Message)]
pub struct Nothing;

#[derive(Message)]
pub struct Empty {}

#[service(package = "books.v1")]
pub trait Books {
    async fn nothing(&self, nothing: Nothing) -> Result<Empty>;
}
