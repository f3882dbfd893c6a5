use polywire::{Result, service};

#[service(package = "shop.v1")]
pub trait Shop {
    #[amqp(celery = "tasks.order", schedule = "0 3 * * *")]
    async fn order(&self, ) -> Result<()>;
}

fn main() {}
// 1 error
