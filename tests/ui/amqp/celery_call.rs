use polywire::{Result, service};

#[service(package = "shop.v1")]
pub trait Shop {
    #[amqp(rpc, celery = "tasks.order")]
    async fn order(&self, id: i64) -> Result<i64>;
}

fn main() {}
// 1 error
