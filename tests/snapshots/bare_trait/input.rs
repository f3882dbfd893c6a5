//! Without any attribute: every transport that can carry a method does.

use polywire::{Result, service};

#[service(package = "books.v1")]
pub trait Books {
    async fn get_price(&self, id: i32, currency: String) -> Result<i64>;
    async fn ping(&self) -> Result<()>;
}
