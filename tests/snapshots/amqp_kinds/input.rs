//! A request, work, and news over AMQP.

use polywire::{Result, service};

#[service(package = "books.v1")]
pub trait Books {
    #[amqp(rpc, exchange = "shop", routing_key = "price")]
    async fn get_price(&self, id: i32) -> Result<i64>;
    #[amqp(task, queue = "orders", retry(limit = 3, backoff = "100ms..1h"))]
    async fn process_order(&self, order_id: i64) -> Result<()>;
    #[amqp(task, timeout = "15m", prefetch = 20, concurrency = 4, priority = 7)]
    async fn print(&self, id: i32) -> Result<()>;
    #[amqp(task, ordered_by = "order_id", partitions = 4)]
    async fn change_order(&self, order_id: i64, note: String) -> Result<()>;
    #[amqp(event, batch(max = 50, wait = "1s"))]
    async fn prices_seen(&self, prices: Vec<i64>) -> Result<()>;
    #[amqp(event, exchange = "shop", routing_key = "order.*", key = "status")]
    async fn order_moved(&self, status: String, order_id: i64) -> Result<()>;
    #[amqp(event)]
    async fn price_changed(&self, id: i32, price: i64) -> Result<()>;
    #[amqp(celery = "tasks.reprint")]
    async fn reprint(&self, id: i32, copies: Option<i32>) -> Result<i64>;
    #[amqp(nestjs = "stock.changed", queue = "stock")]
    async fn stock_changed(&self, id: i32) -> Result<()>;
}
