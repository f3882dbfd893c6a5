//! How REST, WebSocket and AMQP write JSON.

use polywire::{Result, service};

#[service(package = "books.v1", json(int64 = "number", case = "snake"))]
pub trait Books {
    async fn get_price(&self, book_id: i64) -> Result<i64>;
}
