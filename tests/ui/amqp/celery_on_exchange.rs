use polywire::{Result, service};

#[service(package = "shop.v1")]
pub trait Shop {
    #[amqp(celery = "tasks.order", exchange = "shop")]
    async fn order(&self, id: i64) -> Result<()>;
}

fn main() {}
// 1 error
