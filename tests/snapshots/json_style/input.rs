//! How REST, WebSocket and AMQP write JSON.

use polywire::{Message, Result, service};

/// The name that was written wins over the case.
#[derive(Message)]
pub struct Product {
    #[field(json = "product-name")]
    pub name: String,
    #[field(json = "priceCents")]
    pub price_cents: i64,
    pub in_stock: bool,
}

#[service(package = "books.v1", json(int64 = "number", case = "snake"))]
pub trait Books {
    #[http(GET "/products")]
    #[http(POST "/products")]
    async fn put_product(&self, product: Product) -> Result<Product>;
    async fn get_price(&self, book_id: i64) -> Result<i64>;
}
