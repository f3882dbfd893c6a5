use polywire::{Result, Streaming, service};

#[service(package = "shop.v1")]
pub trait Shop {
    #[amqp(celery = "tasks.count")]
    async fn count(&self, upto: i64) -> Result<Streaming<Item>>;
}

#[derive(Debug, Clone, polywire::Message)]
pub struct Item {
    n: i64,
}

fn main() {}
// 1 error
