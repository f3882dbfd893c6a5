//! Messages behind pointers.

use polywire::{Message, Result, service};
use std::sync::Arc;

#[derive(Message)]
pub struct Node {
    pub name: String,
    pub next: Option<Arc<Node>>,
    pub children: Vec<Box<Node>>,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put(&self, node: Arc<Node>) -> Result<Box<Node>>;
}
