use polywire::{Result, service};

#[service(package = "shop.v1")]
pub trait Shop {
    #[amqp(celery = "tasks.order", batch(max = 3))]
    async fn order(&self, ids: Vec<i64>) -> Result<()>;
}

fn main() {}
// 1 error
